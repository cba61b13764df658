"""HTTP of what needs Postgres: accounts and tokens, the audit log."""

from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from app.kit.description import problems, takes
from app.kit.web import read_body, reply
from app.people.staff.entering import Entrance
from app.people.staff.guard import StaffRoute, rule_here, visitor_of
from app.people.staff.log_page import log_page
from app.people.staff.model import Role, Scope
from app.people.staff.rights import Reach, is_own
from app.people.staff.routes import PREFIX, console_of
from app.people.staff.schema import (
    AccountBody,
    AccountShown,
    ChangeBody,
    GivenPassword,
    LogPage,
    ScopeBody,
    SessionShown,
    TokenBody,
    TokenShown,
    WhyBody,
)
from app.people.staff.shown import shown_account, shown_session, shown_token

router = APIRouter(prefix=PREFIX, route_class=StaffRoute, tags=["staff"])


@router.get("/accounts", response_model=list[AccountShown], responses=problems(401, 403, 503))
async def accounts(request: Request) -> Response:
    """List the accounts that are one's own affair."""
    visitor, console = visitor_of(request), await console_of(request)
    sees_all = rule_here(request).reach[visitor.role] is Reach.ALL
    return reply(
        [
            shown_account(account)
            for account in await console.accounts.all()
            if sees_all or is_own(visitor, account)
        ]
    )


@router.post(
    "/accounts",
    status_code=201,
    response_model=GivenPassword,
    responses=problems(400, 401, 403, 409, 413, 422, 503),
    openapi_extra=takes(AccountBody),
)
async def create_account(request: Request) -> Response:
    """Make an account; the password to begin with is shown this once."""
    body = await read_body(request, AccountBody)
    console = await console_of(request)
    account, password = await console.accounts.create(
        visitor_of(request),
        login=body.login,
        name=body.name,
        role=Role(body.role),
        scopes=_scopes(body.scopes),
    )
    return reply({"account": shown_account(account), "password": password}, 201)


@router.get("/audit-log", response_model=LogPage, responses=problems(400, 401, 403, 503))
async def audit_log(request: Request) -> Response:
    """Read the audit log, the newest first; ?who= what= whom= since= until= before= limit=."""
    page = await log_page(request)
    lines = [{"number": row.number, **asdict(row.entry())} for row in page.rows]
    return reply({"entries": lines, "next": page.following})


@router.get(
    "/accounts/{login}", response_model=AccountShown, responses=problems(401, 403, 404, 503)
)
async def account(login: str, request: Request) -> Response:
    """Return an account."""
    console = await console_of(request)
    return reply(shown_account(await console.accounts.read(login)))


@router.patch(
    "/accounts/{login}",
    response_model=AccountShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422, 503),
    openapi_extra=takes(ChangeBody),
)
async def change_account(login: str, request: Request) -> Response:
    """Change name, role, bounds or whether the account is active; what is left out stays."""
    body = await read_body(request, ChangeBody)
    console = await console_of(request)
    changed = await console.accounts.change(
        visitor_of(request),
        login,
        body.version,
        name=body.name,
        role=None if body.role is None else Role(body.role),
        scopes=None if body.scopes is None else _scopes(body.scopes),
        is_active=body.active,
        why=body.why,
    )
    return reply(shown_account(changed))


@router.post(
    "/accounts/{login}/password",
    response_model=GivenPassword,
    responses=problems(401, 403, 404, 413, 422, 503),
    openapi_extra=takes(WhyBody),
)
async def give_password(login: str, request: Request) -> Response:
    """Give a password to begin with again; it is shown this once."""
    body = await read_body(request, WhyBody)
    console = await console_of(request)
    account, password = await console.accounts.give_password(
        visitor_of(request), login, why=body.why
    )
    return reply({"account": shown_account(account), "password": password})


@router.delete(
    "/accounts/{login}/factor",
    response_model=AccountShown,
    responses=problems(401, 403, 404, 503),
)
async def drop_factor(login: str, request: Request) -> Response:
    """Take the second factor away, since the phone is lost."""
    console = await console_of(request)
    return reply(shown_account(await console.accounts.drop_factor(visitor_of(request), login)))


@router.get(
    "/accounts/{login}/sessions",
    response_model=list[SessionShown],
    responses=problems(401, 403, 404, 503),
)
async def sessions_of(login: str, request: Request) -> Response:
    """List the sessions of an account, to end one."""
    entrance: Entrance = request.state.entrance
    visitor = visitor_of(request)
    return reply([shown_session(one, visitor) for one in await entrance.sessions(login)])


@router.get("/tokens", response_model=list[TokenShown], responses=problems(401, 403, 503))
async def tokens(request: Request) -> Response:
    """List the scripts' tokens that have not ended: one's own, or all."""
    visitor, console = visitor_of(request), await console_of(request)
    sees_all = rule_here(request).reach[visitor.role] is Reach.ALL
    found = await console.tokens.living(None if sees_all else visitor.account.login)
    return reply([shown_token(token) for token in found])


@router.post(
    "/tokens",
    status_code=201,
    response_model=TokenShown,
    responses=problems(400, 401, 403, 413, 422, 503),
    openapi_extra=takes(TokenBody),
)
async def make_token(request: Request) -> Response:
    """Make a token for a script; it is shown this once."""
    body = await read_body(request, TokenBody)
    console = await console_of(request)
    made, text = await console.tokens.make(
        visitor_of(request), name=body.name, role=Role(body.role), days=body.days
    )
    return reply(shown_token(made) | {"token": text}, 201)


@router.delete("/tokens/{token}", status_code=204, responses=problems(401, 403, 404, 503))
async def end_token(token: str, request: Request) -> Response:
    """End a token before its time."""
    console = await console_of(request)
    await console.tokens.end(visitor_of(request), token)
    return Response(status_code=204)


def _scopes(bodies: list[ScopeBody]) -> tuple[Scope, ...]:
    return tuple(Scope(body.event, body.kind, body.name) for body in bodies)
