import httpx
import pytest

from app.people.staff.entering import PROVED_MS
from app.people.staff.live import WHOLE_DAY_MS, session_id
from app.people.staff.model import Role
from tests.exam import Exam
from tests.people.staff.builders import PASSWORD, STAFF, aged, hired, now, seated
from tests.refusals import refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_login_and_password_let_in_and_signing_out_ends_it(day: Exam) -> None:
    sari = await hired(day, login="sari.dewi")
    here = await sari.sign_in()
    assert here["account"]["login"] == "sari.dewi"
    assert (here["role"], here["step"]) == ("operator", None)
    assert (await sari.ok("GET", "/session"))["account"]["name"] == sari.account.name
    await sari.ok("DELETE", "/session")
    assert refusal(await sari.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")


async def test_a_login_is_typed_without_care(day: Exam) -> None:
    budi = await hired(day, login="budi")
    reply = await day.http.post(f"{STAFF}/session", json={"login": " BUDI ", "password": PASSWORD})
    assert reply.status_code == httpx.codes.OK
    assert reply.json()["account"]["login"] == budi.account.login


@pytest.mark.parametrize(
    ("login", "password"),
    [("nobody", PASSWORD), ("", ""), ("x" * 200, "y" * 200), ("nob\x00dy", "a\x00b"), ("~1", "")],
)
async def test_strangers_hear_one_sentence(day: Exam, login: str, password: str) -> None:
    body = {"login": login, "password": password}
    reply = await day.http.post(f"{STAFF}/session", json=body)
    assert refusal(reply) == (401, "bad-sign-in")


async def test_a_wrong_password_does_not_tell_whether_there_is_such_an_account(day: Exam) -> None:
    known = await hired(day)
    wrong = await known.try_sign_in("wrong wrong wrong")
    stranger = await day.http.post(
        f"{STAFF}/session", json={"login": "stranger", "password": "wrong wrong wrong"}
    )
    assert wrong.status_code == stranger.status_code == httpx.codes.UNAUTHORIZED
    assert wrong.json() == stranger.json()


async def test_many_wrong_tries_are_told_to_slow_down_and_the_owner_enters_at_once(
    day: Exam,
) -> None:
    owner = await hired(day)
    said = [refusal(await owner.try_sign_in(f"wrong {n}")) for n in range(25)]
    assert said[:10] == [(401, "bad-sign-in")] * 10
    assert set(said[10:]) == {(429, "slow-down")}
    await owner.sign_in()
    assert refusal(await owner.try_sign_in("wrong again")) == (401, "bad-sign-in")


async def test_what_strangers_try_costs_the_room_no_memory(day: Exam) -> None:
    for n in range(40):
        await day.http.post(f"{STAFF}/session", json={"login": f"x{n}", "password": "y" * 12})
    held = [str(key) for key in await day.stores.room.keys("staff:tries:*")]
    assert held
    assert {key.removeprefix("staff:tries:")[0] for key in held} <= {
        "~",
        *"abcdefghijklmnopqrstuvwxyz",
    }
    assert not [key for key in held if key.startswith("staff:tries:x")]


async def test_an_admin_without_a_second_factor_must_set_one_up_first(day: Exam) -> None:
    admin = await hired(day, Role.ADMIN)
    assert (await admin.sign_in())["step"] == "factor"
    assert refusal(await admin.call("GET", f"{STAFF}/accounts")) == (403, "step-first")
    offer = await admin.ok("POST", "/factor")
    assert offer["address"].startswith("otpauth://totp/Serentak:")
    admin.secret = offer["secret"]
    wrong = await admin.call("PUT", f"{STAFF}/factor", {"sealed": offer["sealed"], "code": "12"})
    assert refusal(wrong) == (401, "bad-code")
    code = admin.code(await now(day))
    here = await admin.ok("PUT", "/factor", {"sealed": offer["sealed"], "code": code})
    assert here["step"] is None
    assert here["account"]["second_factor"] is True
    assert len(await admin.ok("GET", "/accounts")) > 0


async def test_who_has_a_second_factor_is_in_with_its_code_alone_and_once(day: Exam) -> None:
    admin = await hired(day, Role.ADMIN, factor=True)
    assert (await admin.sign_in())["step"] == "code"
    assert refusal(await admin.call("GET", f"{STAFF}/accounts")) == (403, "step-first")
    assert refusal(await admin.call("PUT", f"{STAFF}/password", {"old": "", "new": ""})) == (
        403,
        "step-first",
    )
    code = admin.code(await now(day))
    assert (await admin.ok("POST", "/session/code", {"code": f"{code[:3]} {code[3:]}"}))[
        "step"
    ] is None
    await admin.ok("GET", "/accounts")
    await admin.sign_in()
    again = await admin.call("POST", f"{STAFF}/session/code", {"code": code})
    assert refusal(again) == (401, "bad-code")


async def test_who_guesses_codes_is_stopped_and_a_known_device_still_enters(day: Exam) -> None:
    admin = await hired(day, Role.ADMIN, factor=True)
    login = {"login": admin.account.login, "password": PASSWORD, "cookie": True}
    device = httpx.Cookies()
    await admin.http.post(f"{STAFF}/session", json=login)
    code = {"code": admin.code(await now(day))}
    assert (await admin.http.post(f"{STAFF}/session/code", json=code)).is_success
    device.update(admin.http.cookies)
    admin.http.cookies.clear()

    await admin.sign_in()
    for n in range(20):
        guess = await admin.call("POST", f"{STAFF}/session/code", {"code": f"{n:06d}"})
        assert guess.status_code == httpx.codes.UNAUTHORIZED
    later = admin.code(await now(day) + 30_000)
    stopped = await admin.call("POST", f"{STAFF}/session/code", {"code": later})
    assert refusal(stopped) == (429, "slow-down")

    admin.http.cookies.update(device)
    await admin.http.post(f"{STAFF}/session", json=login)
    assert (await admin.http.post(f"{STAFF}/session/code", json={"code": later})).is_success
    admin.http.cookies.clear()


async def test_a_password_that_was_given_must_be_replaced_first(day: Exam) -> None:
    new = await hired(day, Role.PROCTOR, temporary=True)
    assert (await new.sign_in())["step"] == "password"
    assert refusal(await new.call("GET", f"{STAFF}/sessions")) == (403, "step-first")
    for weak in ("pendek", "password1234", f"{new.account.login}{new.account.login}"):
        body = {"old": PASSWORD, "new": weak}
        assert refusal(await new.call("PUT", f"{STAFF}/password", body)) == (400, "weak-password")
    same = {"old": PASSWORD, "new": PASSWORD}
    assert refusal(await new.call("PUT", f"{STAFF}/password", same)) == (400, "unfit")
    wrong = {"old": "not it", "new": "sepeda-ungu-minum-teh-malam"}
    assert refusal(await new.call("PUT", f"{STAFF}/password", wrong)) == (401, "bad-sign-in")
    chosen = {"old": PASSWORD, "new": "sepeda-ungu-minum-teh-malam"}
    assert (await new.ok("PUT", "/password", chosen))["step"] is None
    await new.ok("GET", "/sessions")
    assert refusal(await new.try_sign_in()) == (401, "bad-sign-in")
    assert (await new.sign_in("sepeda-ungu-minum-teh-malam"))["step"] is None


async def test_sessions_are_shown_and_can_be_ended_one_by_one(day: Exam) -> None:
    owner = await hired(day)
    here, elsewhere = await seated(day, owner), await seated(day, owner)
    shown = await here.ok("GET", "/sessions")
    assert [one["own"] for one in shown].count(True) == 1
    (other,) = [one for one in shown if not one["own"]]
    assert other["where"] == "192.0.2.7"
    await here.ok("DELETE", f"/sessions/{other['id']}")
    assert refusal(await elsewhere.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")
    await here.ok("GET", "/session")
    gone = await here.call("DELETE", f"{STAFF}/sessions/{other['id']}")
    assert refusal(gone) == (404, "not-found")


async def test_who_takes_over_ends_all_other_sessions(day: Exam) -> None:
    owner = await hired(day)
    elsewhere = await seated(day, owner)
    await owner.sign_in(alone=True)
    assert refusal(await elsewhere.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")
    assert len(await owner.ok("GET", "/sessions")) == 1


async def test_with_a_second_factor_nobody_is_put_out_before_its_code(day: Exam) -> None:
    admin = await hired(day, Role.ADMIN, factor=True)
    elsewhere = await seated(day, admin)
    await admin.sign_in(alone=True)
    await elsewhere.ok("GET", "/session")
    await admin.ok("POST", "/session/code", {"code": admin.code(await now(day))})
    assert refusal(await elsewhere.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")


async def test_a_session_ends_with_the_day(day: Exam) -> None:
    owner = await seated(day, await hired(day))
    await aged(day, owner.cookie, began_at=WHOLE_DAY_MS - 60_000)
    await owner.ok("GET", "/session")
    await aged(day, owner.cookie, began_at=120_000)
    assert refusal(await owner.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")


async def test_something_dangerous_asks_for_the_password_again(day: Exam) -> None:
    operator = await seated(day, await hired(day))
    body = {"name": "skrip", "role": "viewer", "days": 1}
    await operator.ok("POST", "/tokens", body)
    await aged(day, operator.cookie, proved_at=PROVED_MS + 1000)
    assert refusal(await operator.call("POST", f"{STAFF}/tokens", body)) == (403, "prove-first")
    wrong = await operator.call("POST", f"{STAFF}/session/proof", {"password": "not it"})
    assert refusal(wrong) == (401, "bad-sign-in")
    await operator.ok("POST", "/session/proof", {"password": PASSWORD})
    await operator.ok("POST", "/tokens", body)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
async def test_another_sites_page_gets_nothing_done(day: Exam, headers: dict[str, str]) -> None:
    owner = await seated(day, await hired(day))
    bearer = {"Authorization": f"Bearer {owner.cookie}"}
    reply = await day.http.delete(f"{STAFF}/session", headers=bearer | headers)
    assert refusal(reply) == (403, "foreign-request")
    await owner.ok("GET", "/session")
    own = {"Origin": "http://exam.test", "Sec-Fetch-Site": "same-origin"}
    assert (await day.http.delete(f"{STAFF}/session", headers=bearer | own)).is_success


async def test_the_cookie_is_out_of_reach_of_scripts(day: Exam) -> None:
    owner = await hired(day)
    body = {"login": owner.account.login, "password": PASSWORD, "cookie": True}
    reply = await day.http.post(f"{STAFF}/session", json=body)
    assert "session" not in reply.json() or reply.json()["session"] is None
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await day.http.get(f"{STAFF}/session")).json()["account"][
        "login"
    ] == owner.account.login
    day.http.cookies.clear()


async def test_whoever_reads_the_room_cannot_come_in_by_it(day: Exam) -> None:
    owner = await seated(day, await hired(day))
    key = f"staff:session:{session_id(owner.cookie)}"
    found = key.removeprefix("staff:session:")
    assert owner.cookie not in key + str(await day.stores.room.hgetall(key))
    for stolen in (found, key):
        reply = await day.http.get(
            f"{STAFF}/session", headers={"Authorization": f"Bearer {stolen}"}
        )
        assert refusal(reply) == (401, "sign-in-first")
