import pytest

from app.people.staff.live import token_digest
from app.people.staff.model import Role
from tests.exam import Exam
from tests.people.staff.builders import PASSWORD, STAFF, Staffer, hired, room_of, seated
from tests.refusals import refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def a_token(day: Exam, maker: Staffer, role: str = "viewer", days: int = 1) -> Staffer:
    """Return a script that comes in with a new token of the maker's."""
    made = await maker.ok("POST", "/tokens", {"name": "papan skor", "role": role, "days": days})
    return Staffer(day.http, maker.account, cookie=made["token"])


async def test_a_script_comes_in_under_the_tokens_role(day: Exam) -> None:
    operator = await seated(day, await hired(day))
    script = await a_token(day, operator)
    assert (await script.ok("GET", "/session"))["role"] == "viewer"
    assert refusal(await script.call("GET", f"{STAFF}/accounts")) == (403, "not-allowed")
    await operator.ok("GET", "/accounts")


async def test_a_token_reaches_no_higher_than_its_maker(day: Exam) -> None:
    operator = await seated(day, await hired(day))
    for role in ("admin", "author"):
        body = {"name": "x", "role": role, "days": 1}
        assert refusal(await operator.call("POST", f"{STAFF}/tokens", body)) == (403, "not-allowed")


@pytest.mark.parametrize("days", [0, -1, 367, 10**9])
async def test_a_token_has_an_end(day: Exam, days: int) -> None:
    operator = await seated(day, await hired(day))
    body = {"name": "x", "role": "viewer", "days": days}
    assert refusal(await operator.call("POST", f"{STAFF}/tokens", body)) == (400, "unfit")


async def test_after_its_end_it_opens_nothing(day: Exam) -> None:
    operator = await seated(day, await hired(day))
    script = await a_token(day, operator)
    room = room_of(day)
    token = await room.token(script.cookie)
    assert token is not None
    values = {name: getattr(token, name) for name in type(token).__slots__}
    await room.keep_token(type(token)(**values | {"ends_at": await room.now_ms()}))
    assert refusal(await script.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")


async def test_it_can_be_ended_before(day: Exam) -> None:
    operator = await seated(day, await hired(day))
    script = await a_token(day, operator)
    (shown,) = await operator.ok("GET", "/tokens")
    assert "token" not in shown or shown["token"] is None
    await operator.ok("DELETE", f"/tokens/{shown['id']}")
    assert refusal(await script.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")
    assert await operator.ok("GET", "/tokens") == []
    again = await operator.call("DELETE", f"{STAFF}/tokens/{shown['id']}")
    assert refusal(again) == (404, "not-found")


async def test_it_ends_with_the_account_that_made_it(day: Exam) -> None:
    admin = await seated(day, await hired(day, Role.ADMIN, factor=True))
    operator = await seated(day, await hired(day))
    script = await a_token(day, operator)
    await admin.ok("PATCH", f"/accounts/{operator.account.login}", {"version": 1, "active": False})
    assert refusal(await script.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")


async def test_it_does_nothing_dangerous(day: Exam) -> None:
    admin = await seated(day, await hired(day, Role.ADMIN, factor=True))
    script = await a_token(day, admin, "admin")
    body = {"login": "lewat-skrip", "name": "X", "role": "viewer"}
    assert refusal(await script.call("POST", f"{STAFF}/accounts", body)) == (403, "not-allowed")
    proof = await script.call("POST", f"{STAFF}/session/proof", {"password": "x"})
    assert refusal(proof) == (403, "not-allowed")


async def test_an_operator_sees_their_own_tokens_and_an_admin_all(day: Exam) -> None:
    admin = await seated(day, await hired(day, Role.ADMIN, factor=True))
    one, other = await seated(day, await hired(day)), await seated(day, await hired(day))
    await a_token(day, one)
    await a_token(day, other)
    assert {token["made_by"] for token in await one.ok("GET", "/tokens")} == {one.account.login}
    makers = {token["made_by"] for token in await admin.ok("GET", "/tokens")}
    assert {one.account.login, other.account.login} <= makers


async def test_nothing_that_is_kept_opens_a_door(day: Exam) -> None:
    operator = await seated(day, await hired(day))
    script = await a_token(day, operator)
    kept = str(await day.stores.room.hgetall("staff:tokens"))
    assert script.cookie not in kept
    digest = token_digest(script.cookie)
    assert digest in kept
    for stolen in (digest, f"skt_{digest}"):
        reply = await Staffer(day.http, operator.account, cookie=stolen).call(
            "GET", f"{STAFF}/session"
        )
        assert refusal(reply) == (401, "sign-in-first")


async def test_it_changes_nothing_of_its_makers_own(day: Exam) -> None:
    operator = await seated(day, await hired(day))
    script = await a_token(day, operator, "operator")
    body = {"old": PASSWORD, "new": "sepeda-ungu-minum-teh-malam"}
    assert refusal(await script.call("PUT", f"{STAFF}/password", body)) == (403, "not-allowed")
    await operator.sign_in()
    offer = await script.ok("POST", "/factor")
    chosen = {"sealed": offer["sealed"], "code": "123456"}
    assert refusal(await script.call("PUT", f"{STAFF}/factor", chosen)) == (403, "not-allowed")
