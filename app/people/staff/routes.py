"""HTTP of staff: coming in and going, what is one's own, the rights."""

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response

from app.kit.description import problems, takes
from app.kit.later import Later
from app.kit.web import read_body, reply
from app.people.staff.cookies import device_of, forget, keep_device, keep_session
from app.people.staff.entering import Entrance
from app.people.staff.guard import (
    StaffRoute,
    cookie_of,
    require_own_page,
    session_named,
    visitor_of,
    where_of,
)
from app.people.staff.model import Visitor
from app.people.staff.rights import RULES
from app.people.staff.schema import (
    CodeBody,
    FactorBody,
    Here,
    Offer,
    PasswordBody,
    ProofBody,
    RightShown,
    SessionShown,
    SignInBody,
)
from app.people.staff.second_factor import SecondFactors
from app.people.staff.shown import shown_account, shown_session

if TYPE_CHECKING:
    from app.people.staff.console import Console

PREFIX: Final = "/api/v1/staff"

router = APIRouter(prefix=PREFIX, route_class=StaffRoute, tags=["staff"])


@router.post(
    "/session",
    response_model=Here,
    responses=problems(401, 403, 413, 422, 429, 503),
    openapi_extra=takes(SignInBody),
)
async def sign_in(request: Request) -> Response:
    """Come in with login and password; ``step`` says what must come next, if anything."""
    require_own_page(request)
    body = await read_body(request, SignInBody)
    entrance: Entrance = request.state.entrance
    cookie, visitor = await entrance.sign_in(
        body.login,
        body.password,
        where=where_of(request),
        agent=request.headers.get("user-agent", ""),
        alone=body.alone,
    )
    if not body.cookie:
        return reply(_here(visitor) | {"session": cookie})
    entered = reply(_here(visitor))
    keep_session(request, entered, cookie)
    return entered


@router.get("/session", response_model=Here, responses=problems(401, 503))
async def session(request: Request) -> Response:
    """Tell who is in, and what must come first."""
    return reply(_here(visitor_of(request)))


@router.delete("/session", status_code=204, responses=problems(401, 403, 503))
async def sign_out(request: Request) -> Response:
    """End one's own session."""
    entrance: Entrance = request.state.entrance
    await entrance.sign_out(visitor_of(request))
    gone = Response(status_code=204)
    forget(gone)
    return gone


@router.post(
    "/session/code",
    response_model=Here,
    responses=problems(401, 403, 413, 422, 429, 503),
    openapi_extra=takes(CodeBody),
)
async def show_code(request: Request) -> Response:
    """Show the second factor's code."""
    body = await read_body(request, CodeBody)
    entrance: Entrance = request.state.entrance
    visitor = visitor_of(request)
    whole, device = await entrance.show_code(visitor, body.code, device=device_of(request))
    entered = reply(_here(whole))
    if cookie_of(request) is not None:
        keep_device(request, entered, device)
    return entered


@router.post(
    "/session/proof",
    status_code=204,
    responses=problems(401, 403, 413, 422, 429, 503),
    openapi_extra=takes(ProofBody),
)
async def prove(request: Request) -> Response:
    """Type the password once more: dangerous acts are open for five minutes."""
    body = await read_body(request, ProofBody)
    entrance: Entrance = request.state.entrance
    await entrance.prove(visitor_of(request), body.password)
    return Response(status_code=204)


@router.put(
    "/password",
    response_model=Here,
    responses=problems(400, 401, 403, 413, 422, 503),
    openapi_extra=takes(PasswordBody),
)
async def choose_password(request: Request) -> Response:
    """Choose a password of one's own; all other sessions end."""
    body = await read_body(request, PasswordBody)
    visitor, console = visitor_of(request), await console_of(request)
    account = await console.accounts.choose_password(visitor, body.old, body.new)
    entrance: Entrance = request.state.entrance
    return reply(_here(await entrance.stay(visitor, account)))


@router.post("/factor", response_model=Offer, responses=problems(401, 403, 503))
async def offer_factor(request: Request) -> Response:
    """Offer a secret for a second factor; it counts once its first code was shown."""
    factors: SecondFactors = request.state.factors
    login = visitor_of(request).account.login
    sealed = factors.new(login)
    secret, address = factors.secret(login, sealed), factors.address(login, sealed)
    return reply({"secret": secret, "address": address, "sealed": sealed})


@router.put(
    "/factor",
    response_model=Here,
    responses=problems(400, 401, 403, 413, 422, 503),
    openapi_extra=takes(FactorBody),
)
async def choose_factor(request: Request) -> Response:
    """Take on the second factor that was offered; all other sessions end."""
    body = await read_body(request, FactorBody)
    visitor, console = visitor_of(request), await console_of(request)
    account = await console.accounts.choose_factor(visitor, body.sealed, body.code)
    entrance: Entrance = request.state.entrance
    return reply(_here(await entrance.stay(visitor, account)))


@router.get("/sessions", response_model=list[SessionShown], responses=problems(401, 403, 503))
async def sessions(request: Request) -> Response:
    """List one's own sessions."""
    entrance: Entrance = request.state.entrance
    visitor = visitor_of(request)
    found = await entrance.sessions(visitor.account.login)
    return reply([shown_session(one, visitor) for one in found])


@router.delete("/sessions/{session}", status_code=204, responses=problems(401, 403, 404, 503))
async def end_session(session: str, request: Request) -> Response:
    """End a session; its next request is refused."""
    entrance: Entrance = request.state.entrance
    await entrance.end(visitor_of(request), await session_named(request, session))
    return Response(status_code=204)


@router.get("/rights", response_model=list[RightShown], responses=problems(401, 403, 503))
async def rights(request: Request) -> Response:
    """List who may do what, a line a route."""
    _ = request
    return reply(
        [
            {
                "method": rule.method,
                "path": rule.path,
                "audience": rule.audience,
                "reach": {role.value: reach for role, reach in rule.reach.items()},
                "prove": rule.proves,
            }
            for rule in RULES.values()
        ]
    )


async def console_of(request: Request) -> "Console":
    """Return what needs Postgres; put together when the first request asks for it."""
    later: Later[Console] = request.state.console
    return await later.get()


def _here(visitor: Visitor) -> dict[str, object]:
    return {
        "account": shown_account(visitor.account),
        "role": visitor.role,
        "step": visitor.step,
    }
