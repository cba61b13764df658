import asyncio

import pytest

from app.people.audit_log.model import Wanted
from app.people.audit_log.store import read
from app.people.staff.model import Role
from tests.exam import EVENT, Exam
from tests.people.staff.builders import PASSWORD, STAFF, Staffer, hired, now, seated
from tests.refusals import refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def an_admin(day: Exam) -> Staffer:
    return await seated(day, await hired(day, Role.ADMIN, factor=True))


async def written(day: Exam, whom: str) -> list[tuple[str, str, str]]:
    """Return who did what to them, the newest first."""
    async with day.stores.record.connect() as conn:
        page = await read(conn, Wanted(whom=whom))
    return [(row.who, row.what, row.whom) for row in page.rows]


async def test_an_admin_makes_an_account_that_can_come_in_at_once(day: Exam) -> None:
    admin = await an_admin(day)
    body = {
        "login": "Pengawas.Loa-Kulu",
        "name": "  Rahmat   Hidayat ",
        "role": "proctor",
        "scopes": [{"event": EVENT, "kind": "unit", "name": "09.01"}],
    }
    made = await admin.ok("POST", "/accounts", body)
    account = made["account"]
    assert account["login"] == "pengawas.loa-kulu"
    assert account["name"] == "Rahmat Hidayat"
    assert account["scopes"] == body["scopes"]
    assert account["temporary_password"] is True
    assert "password" not in account
    said = {"login": "pengawas.loa-kulu", "password": made["password"]}
    assert (await day.http.post(f"{STAFF}/session", json=said)).json()["step"] == "password"
    whom = "account:pengawas.loa-kulu"
    assert await written(day, whom) == [(admin.account.login, "account.create", whom)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"login": "x"}, "login"),
        ({"login": "1budi"}, "login"),
        ({"login": "budi santoso"}, "login"),
        ({"login": "../budi"}, "login"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\u0000b"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": [{"event": EVENT, "kind": "unit"}]}, "scopes"),
        ({"scopes": [{"event": EVENT, "name": "09.01"}]}, "scopes"),
        ({"scopes": [{"event": ""}]}, "scopes"),
        ({"role": "viewer"}, "scopes"),
    ],
)
async def test_what_will_not_do_is_said_by_its_field(
    day: Exam, change: dict[str, object], field: str
) -> None:
    admin = await an_admin(day)
    good = {"login": "budi", "name": "Budi", "role": "proctor", "scopes": [{"event": EVENT}]}
    reply = await admin.call("POST", f"{STAFF}/accounts", good | change)
    assert refusal(reply) == (400, "unfit")
    assert reply.json()["field"] == field


async def test_a_login_is_taken_once(day: Exam) -> None:
    admin, held = await an_admin(day), await hired(day)
    body = {"login": held.account.login, "name": "Lain", "role": "viewer"}
    assert refusal(await admin.call("POST", f"{STAFF}/accounts", body)) == (409, "login-taken")


async def test_an_operator_makes_proctors_and_viewers_and_nobody_above(day: Exam) -> None:
    operator = await seated(day, await hired(day))
    for role in ("admin", "operator", "author"):
        body = {"login": f"new-{role}", "name": "Baru", "role": role}
        reply = await operator.call("POST", f"{STAFF}/accounts", body)
        assert refusal(reply) == (403, "not-allowed")
    await operator.ok("POST", "/accounts", {"login": "mata", "name": "Mata", "role": "viewer"})
    held = await operator.ok("GET", "/accounts/mata")
    raised = await operator.call(
        "PATCH", f"{STAFF}/accounts/mata", {"version": held["version"], "role": "admin"}
    )
    assert refusal(raised) == (403, "not-allowed")
    seen = {one["role"] for one in await operator.ok("GET", "/accounts")}
    assert seen <= {"proctor", "viewer", "operator"}


async def test_nobody_raises_or_closes_their_own_account(day: Exam) -> None:
    admin = await an_admin(day)
    for change in ({"active": False}, {"role": "viewer"}):
        held = await admin.ok("GET", f"/accounts/{admin.account.login}")
        reply = await admin.call(
            "PATCH",
            f"{STAFF}/accounts/{admin.account.login}",
            {"version": held["version"], **change},
        )
        assert refusal(reply) == (403, "not-allowed")


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"active": False}])
async def test_another_role_or_closing_ends_the_sessions_at_once(
    day: Exam, change: dict[str, object]
) -> None:
    admin, author = await an_admin(day), await hired(day, Role.AUTHOR)
    here = await seated(day, author)
    await here.ok("GET", "/session")
    path = f"/accounts/{author.account.login}"
    await admin.ok("PATCH", path, {"version": 1, "why": "pindah tugas", **change})
    assert refusal(await here.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")
    signing_in = await author.try_sign_in()
    assert signing_in.is_success is ("role" in change)


async def test_a_proctor_who_is_bound_elsewhere_stays_in(day: Exam) -> None:
    admin, proctor = await an_admin(day), await hired(day, Role.PROCTOR)
    here = await seated(day, proctor)
    scopes = [{"event": EVENT, "kind": "room", "name": "3"}]
    await admin.ok("PATCH", f"/accounts/{proctor.account.login}", {"version": 1, "scopes": scopes})
    assert (await here.ok("GET", "/session"))["account"]["scopes"] == scopes


async def test_two_who_change_at_once_do_not_overwrite_each_other(day: Exam) -> None:
    admin, viewer = await an_admin(day), await hired(day, Role.VIEWER)
    path = f"/accounts/{viewer.account.login}"
    await admin.ok("PATCH", path, {"version": 1, "name": "Nama Pertama"})
    second = await admin.call("PATCH", STAFF + path, {"version": 1, "name": "Nama Kedua"})
    assert refusal(second) == (409, "changed-meanwhile")
    assert (await admin.ok("GET", path))["name"] == "Nama Pertama"


async def test_a_forgotten_password_is_given_anew_and_shown_once(day: Exam) -> None:
    admin, author = await an_admin(day), await hired(day, Role.AUTHOR)
    here = await seated(day, author)
    path = f"/accounts/{author.account.login}"
    given = await admin.ok("POST", f"{path}/password", {"why": "lupa"})
    assert refusal(await here.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")
    assert refusal(await author.try_sign_in()) == (401, "bad-sign-in")
    assert (await author.sign_in(given["password"]))["step"] == "password"
    assert given["password"] not in str(await admin.ok("GET", path))


async def test_a_lost_phone_is_no_second_factor_any_more(day: Exam) -> None:
    admin, other = await an_admin(day), await hired(day, Role.ADMIN, factor=True)
    here = await seated(day, other)
    await admin.ok("DELETE", f"/accounts/{other.account.login}/factor")
    assert refusal(await here.call("GET", f"{STAFF}/session")) == (401, "sign-in-first")
    assert (await other.sign_in())["step"] == "factor"


async def test_no_secret_stands_in_the_audit_log(day: Exam) -> None:
    admin = await an_admin(day)
    made = await admin.ok(
        "POST", "/accounts", {"login": "rahasia", "name": "Rahasia", "role": "author"}
    )
    new = Staffer(day.http, (await hired(day)).account)
    new.account = type(new.account)(login="rahasia", name="", role=Role.AUTHOR, password="")
    await new.sign_in(made["password"])
    await new.ok("PUT", "/password", {"old": made["password"], "new": "gajah-biru-makan-soto-pagi"})
    offer = await new.ok("POST", "/factor")
    new.secret = offer["secret"]
    code = new.code(await now(day))
    await new.ok("PUT", "/factor", {"sealed": offer["sealed"], "code": code})
    await day.flush()
    async with day.stores.record.connect() as conn:
        rows = (await read(conn, Wanted(whom="account:rahasia"))).rows
    assert {row.what for row in rows} == {
        "account.create",
        "account.choose-password",
        "account.choose-factor",
        "session.begin",
    }
    for secret in (
        made["password"],
        "gajah-biru",
        offer["secret"],
        offer["sealed"],
        code,
        PASSWORD,
    ):
        assert not [row for row in rows if secret in row.before + row.after + row.why]


async def test_who_reads_only_their_own_lines_gets_no_others(day: Exam) -> None:
    admin, viewer = await an_admin(day), await seated(day, await hired(day, Role.VIEWER))
    assert refusal(await viewer.call("GET", f"{STAFF}/accounts")) == (403, "not-allowed")
    await day.flush()
    own = await viewer.ok("GET", f"/audit-log?who={admin.account.login}")
    assert {line["who"] for line in own["entries"]} == {viewer.account.login}
    assert "access.refused" in {line["what"] for line in own["entries"]}
    everything = await admin.ok("GET", "/audit-log?limit=2")
    assert len(everything["entries"]) == 2
    older = await admin.ok("GET", f"/audit-log?limit=2&before={everything['next']}")
    assert older["entries"][0]["number"] < everything["entries"][-1]["number"]
    assert refusal(await admin.call("GET", f"{STAFF}/audit-log?before=x")) == (400, "unfit")
    strange = await admin.ok("GET", f"/audit-log?who=%00{viewer.account.login}")
    assert {line["who"] for line in strange["entries"]} == {viewer.account.login}


async def test_a_second_factor_is_one_that_was_offered_to_this_account(day: Exam) -> None:
    mine, other = await seated(day, await hired(day)), await seated(day, await hired(day))
    theirs = await other.ok("POST", "/factor")
    for sealed in (theirs["sealed"], "", "é", "AAAA"):
        body = {"sealed": sealed, "code": "123456"}
        assert refusal(await mine.call("PUT", f"{STAFF}/factor", body)) == (400, "unfit")


async def test_changes_of_one_account_wait_for_each_other(day: Exam) -> None:
    admin, viewer = await an_admin(day), await hired(day, Role.VIEWER)
    path = f"/accounts/{viewer.account.login}"
    given = await asyncio.gather(*(admin.ok("POST", f"{path}/password", {}) for _ in range(5)))
    assert sorted(one["account"]["version"] for one in given) == [2, 3, 4, 5, 6]
    last = max(given, key=lambda one: one["account"]["version"])
    await viewer.sign_in(last["password"])
