"""HTTP of a sitting: login, start, resume, form, claim, logout, receipts."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.requests import cookie_parser

from app.bank.media import MEDIA_TYPES
from app.kit.description import problems, takes
from app.kit.hot import Headers
from app.kit.short import ShortRoute
from app.kit.web import read_body, reply
from app.sittings.forms import FormDesk
from app.sittings.media import MediaDesk
from app.sittings.model import Ref
from app.sittings.schema import (
    ClaimBody,
    Form,
    LoginBody,
    PublicKey,
    ReceiptStatus,
    Sitting,
)
from app.sittings.service import SittingService
from app.sittings.tokens import TokenInvalid, Tokens

COOKIE = "serentak"
PREFIX = "/api/v1"
# A browser that was killed, or a day without network, comes back without a PIN.
_COOKIE_S = 2 * 24 * 3600
_KEPT_BY_ITS_DEVICE = {"Cache-Control": "private, max-age=86400, immutable"}
_BLANKS = re.compile(r"[\s\-.]+")


def token_in(headers: Headers) -> str:
    """Return the token of a request: bearer, else the cookie of its path.

    Raises:
        TokenInvalid: when there is none.
    """
    cookies = ""
    for name, value in headers:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return value[7:].decode("latin-1")
        if name == b"cookie":
            cookies = value.decode("latin-1")
    found = cookie_parser(cookies).get(COOKIE)
    if found is None:
        raise TokenInvalid
    return found


def ref_of(request: Request, sitting: str) -> Ref:
    """Return what the request's token proves about this sitting."""
    tokens: Tokens = request.state.tokens
    return tokens.check(token_in(request.scope["headers"]), sitting)


router = APIRouter(prefix=PREFIX, route_class=ShortRoute)


@router.post(
    "/login",
    response_model=Sitting,
    responses=problems(401, 409, 413, 422, 429, 503),
    openapi_extra=takes(LoginBody),
)
async def login(request: Request) -> Response:
    """Enter with NIP and card PIN; the same device again keeps its generation."""
    body = await read_body(request, LoginBody)
    service: SittingService = request.state.sittings
    sitting, token = await service.login(
        _BLANKS.sub("", body.nip),
        _BLANKS.sub("", body.pin),
        room_pin=_BLANKS.sub("", body.room_pin or ""),
        event=body.event,
        device=body.device,
        where=_where(request),
    )
    return _with_token(request, sitting, token, cookie=body.cookie)


@router.get("/sittings/{sitting}", response_model=Sitting, responses=problems(401, 409, 503))
async def resume(sitting: str, request: Request) -> Response:
    """Return the sitting with its answers, for a resume on any device."""
    service: SittingService = request.state.sittings
    return reply(await service.read(ref_of(request, sitting)))


@router.post(
    "/sittings/{sitting}/start", response_model=Sitting, responses=problems(401, 403, 409, 503)
)
async def start(sitting: str, request: Request) -> Response:
    """Start the clock; idempotent."""
    service: SittingService = request.state.sittings
    return reply(await service.start(ref_of(request, sitting)))


@router.get(
    "/sittings/{sitting}/form",
    response_model=Form,
    responses={304: {"description": "Unchanged"}, **problems(401, 403, 409, 503)},
)
async def form(sitting: str, request: Request) -> Response:
    """Return the items in their order, without keys; immutable by its form id."""
    desk: FormDesk = request.state.forms
    made = await desk.form(ref_of(request, sitting))
    return made.reply(request, _KEPT_BY_ITS_DEVICE)


@router.get(
    "/sittings/{sitting}/media/{medium}",
    response_class=Response,
    responses={
        200: {"description": "A picture", "content": {kind: {} for kind in MEDIA_TYPES}},
        304: {"description": "Unchanged"},
        **problems(401, 403, 404, 409, 503),
    },
)
async def medium(sitting: str, medium: str, request: Request) -> Response:
    """Return a picture of an item of this sitting's form; immutable by its id."""
    desk: MediaDesk = request.state.media
    found = await desk.medium(ref_of(request, sitting), medium)
    return found.reply(request, {**_KEPT_BY_ITS_DEVICE, "X-Content-Type-Options": "nosniff"})


@router.post(
    "/sittings/{sitting}/claim",
    response_model=Sitting,
    responses=problems(401, 409, 413, 422, 429, 503),
    openapi_extra=takes(ClaimBody),
)
async def claim(sitting: str, request: Request) -> Response:
    """Take the sitting over without a PIN, with a valid token."""
    service: SittingService = request.state.sittings
    ref = ref_of(request, sitting)
    body = await read_body(request, ClaimBody)
    described, token = await service.claim(ref, body.device, _where(request))
    has_cookie = "authorization" not in request.headers
    return _with_token(request, described, token, cookie=has_cookie)


@router.post("/sittings/{sitting}/logout", status_code=204, responses=problems(401))
async def logout(sitting: str, request: Request) -> Response:
    """End the cookie of this sitting on this device."""
    ref = ref_of(request, sitting)
    gone = Response(status_code=204)
    gone.delete_cookie(COOKIE, path=_cookie_path(ref.sitting))
    return gone


@router.get("/receipts/key", response_model=list[PublicKey])
async def receipt_keys(request: Request) -> Response:
    """List the public keys with which anyone can check a receipt."""
    service: SittingService = request.state.sittings
    return reply(service.public_keys())


@router.get("/receipts/{code}", response_model=ReceiptStatus, responses=problems(404, 503))
async def receipt(code: str, request: Request) -> Response:
    """Tell whether a receipt's code stands: sealed when, recorded or not, replaced or not."""
    service: SittingService = request.state.sittings
    return reply(await service.look_up(code))


def _cookie_path(sitting: str) -> str:
    return f"{PREFIX}/sittings/{sitting}"


def _where(request: Request) -> str:
    """Return the address a request comes from; behind a proxy, what the proxy says of it."""
    return request.client.host if request.client else ""


def _with_token(request: Request, sitting: dict[str, Any], token: str, *, cookie: bool) -> Response:
    if not cookie:
        return reply({**sitting, "token": token})
    entered = reply(sitting)
    entered.set_cookie(
        COOKIE,
        token,
        path=_cookie_path(sitting["sitting"]),
        max_age=_COOKIE_S,
        httponly=True,
        secure=request.state.secure_cookies or request.url.scheme == "https",
        samesite="strict",
    )
    return entered
