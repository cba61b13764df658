"""Stands before every route of staff: who asks, by the table of rights, and from whose page."""

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from fastapi import Request, Response
from starlette.requests import cookie_parser

from app.kit.errors import NotFound
from app.kit.short import ShortRoute
from app.people.staff.entering import Entrance, Note
from app.people.staff.live import TOKEN_PREFIX, StaffRoom
from app.people.staff.model import Session, Visitor
from app.people.staff.problems import ForeignRequest, NotAllowed, SignInFirst, StepFirst
from app.people.staff.rights import Owned, Reach, Rule, rule_of

COOKIE: Final = "serentak-staf"
_VISITOR: Final = "serentak.visitor"
_RULE: Final = "serentak.rule"
_SAFE: Final = frozenset({"GET", "HEAD"})
_OWN_PAGES: Final = frozenset({"same-origin", "none"})  # none: typed or kept as a bookmark

Endpoint = Callable[..., Awaitable[Response]]


class StaffRoute(ShortRoute):
    """A route for staff; for ``APIRouter(route_class=StaffRoute)``. Its endpoint takes `request`.

    Raises:
        NoRule: the table of rights has no line for it.
    """

    def __init__(self, path: str, endpoint: Endpoint, **how: Any) -> None:  # noqa: ANN401 - as FastAPI
        (method,) = how.get("methods") or ["GET"]
        rule = rule_of(method, path)
        is_open = rule.audience == "public"
        super().__init__(path, endpoint if is_open else self._guarded(endpoint, rule), **how)

    def _guarded(self, endpoint: Endpoint, rule: Rule) -> Endpoint:
        takes = inspect.signature(endpoint).parameters.keys()

        @functools.wraps(endpoint)
        async def guarded(request: Request, **path: str) -> Response:
            request.scope[_RULE] = rule
            request.scope[_VISITOR] = await self.admit(request, rule, path)
            return await endpoint(
                request=request, **{name: path[name] for name in path if name in takes}
            )

        return guarded

    async def admit(self, request: Request, rule: Rule, path: dict[str, str]) -> Visitor:
        """Return who asks, where they may.

        Raises:
            SignInFirst, StepFirst, NotAllowed, ForeignRequest, ProveFirst: not so, or not yet.
        """
        visitor = await visitor_by(request)
        if request.method not in _SAFE:
            require_own_page(request)
        if visitor.step is not None and visitor.step not in rule.at:
            raise StepFirst(step=visitor.step)
        if not await _is_admitted(request, rule, visitor, path):
            await _note_refusal(request, visitor, rule)
            raise NotAllowed
        if rule.proves:
            await self.prove(request, visitor)
        return visitor

    async def prove(self, request: Request, visitor: Visitor) -> None:
        """See to it that the password was typed lately."""
        entrance: Entrance = request.state.entrance
        await entrance.require_proof(visitor)


def visitor_of(request: Request) -> Visitor:
    """Return who makes this request, on a route for staff."""
    return cast("Visitor", request.scope[_VISITOR])


def rule_here(request: Request) -> Rule:
    """Return the line of the table of rights that let this request in."""
    return cast("Rule", request.scope[_RULE])


def cookie_of(request: Request) -> str | None:
    """Return the cookie of a session, if there is one."""
    return cookie_parser(request.headers.get("cookie", "")).get(COOKIE)


def where_of(request: Request) -> str:
    """Return the address a request comes from; behind a proxy, what the proxy says of it."""
    return request.client.host if request.client else ""


async def visitor_by(request: Request) -> Visitor:
    """Return who makes a request, by its bearer token or its cookie.

    Raises:
        SignInFirst: nobody is known by it.
    """
    entrance: Entrance = request.state.entrance
    where = where_of(request)
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if bearer.startswith(TOKEN_PREFIX):
            return await entrance.script(bearer, where)
        return await entrance.visitor(bearer, where)
    cookie = cookie_of(request)
    if cookie is None:
        raise SignInFirst
    return await entrance.visitor(cookie, where)


def require_own_page(request: Request) -> None:
    """Refuse what another site's page has a browser send.

    Browsers say where a request comes from (Sec-Fetch-Site, or Origin alone where they are old);
    programs say nothing, and hold no cookie that somebody else could make them use.

    Raises:
        ForeignRequest: it comes from elsewhere.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        if site not in _OWN_PAGES:
            raise ForeignRequest
    elif origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise ForeignRequest


async def session_named(request: Request, found_id: str) -> Session:
    """Return the session of this id.

    Raises:
        NotFound: there is none.
    """
    room: StaffRoom = request.state.staff_room
    session = await room.session(found_id)
    if session is None:
        raise NotFound
    return session


async def _is_admitted(
    request: Request, rule: Rule, visitor: Visitor, path: dict[str, str]
) -> bool:
    """Tell whether the table lets the visitor in.

    Raises:
        NotFound: what the path names is not there. Logins can be guessed, so that of an account
            this is said only to who may see all of them.
    """
    reach = rule.reach[visitor.role]
    if reach is Reach.NONE:
        return False
    try:
        return rule.admits(visitor, await _owned(request, path))
    except NotFound:
        if reach is Reach.OWN and "login" in path:
            return False
        raise


async def _owned(request: Request, path: dict[str, str]) -> Owned | None:
    """Return what the path names that belongs to somebody; None where it names nothing such.

    Raises:
        NotFound: it names something that is not there.
    """
    room: StaffRoom = request.state.staff_room
    found: Owned | None
    if "login" in path:
        found = await room.account(path["login"])
    elif "session" in path:
        found = await room.session(path["session"])
    elif "token" in path:
        found = await room.token_named(path["token"])
    else:
        return None
    if found is None:
        raise NotFound
    return found


async def _note_refusal(request: Request, visitor: Visitor, rule: Rule) -> None:
    room: StaffRoom = request.state.staff_room
    note: Note = request.state.note
    route = {"route": f"{rule.method} {rule.path}"}
    entry = visitor.actor.did("access.refused", await room.now_ms(), after=route)
    await note(entry)
