"""What the room knows of staff: with Postgres away, emptied, behind."""

import httpx
import pytest

from app.people.staff.copying import copy_staff
from app.people.staff.live import StaffRoom
from app.people.staff.model import Role
from tests.exam import Exam, app_on
from tests.people.staff.builders import STAFF, Staffer, hired, room_of, seated
from tests.refusals import refusal

pytestmark = pytest.mark.asyncio

_NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


async def test_who_had_access_comes_in_stays_in_and_goes_without_postgres(exam: Exam) -> None:
    proctor = await hired(exam, Role.PROCTOR)
    operator = await hired(exam)
    here = await seated(exam, operator)
    away = exam.settings.model_copy(update={"database_url": _NOWHERE})
    async with app_on(away) as http:
        for staffer in (proctor, here):
            staffer.http = http
        assert (await proctor.sign_in())["step"] is None
        assert len(await proctor.ok("GET", "/sessions")) == 1
        await proctor.ok("GET", "/rights")
        await here.ok("GET", "/session")
        for path in ("/accounts", "/tokens", "/audit-log"):
            reply = await here.call("GET", STAFF + path)
            assert refusal(reply) == (503, "record-away")
            assert reply.headers["retry-after"]
        body = {"login": "baru", "name": "Baru", "role": "viewer"}
        assert refusal(await here.call("POST", f"{STAFF}/accounts", body)) == (503, "record-away")
        await proctor.ok("DELETE", "/session")
    await exam.flush()
    here.http = exam.http
    lines = (await here.ok("GET", f"/audit-log?whom=account:{proctor.account.login}"))["entries"]
    assert [line["what"] for line in lines] == ["session.end", "session.begin"]


async def test_a_room_that_was_emptied_knows_them_again(exam: Exam) -> None:
    operator = await hired(exam)
    script = await seated(exam, operator)
    made = await script.ok("POST", "/tokens", {"name": "skrip", "role": "viewer", "days": 1})
    await exam.stores.room.delete("staff:accounts", "staff:tokens")
    assert refusal(await operator.try_sign_in()) == (401, "bad-sign-in")
    await exam.flush()  # the recorder looks
    await operator.sign_in()
    await Staffer(exam.http, operator.account, cookie=made["token"]).ok("GET", "/session")


async def test_an_older_copy_never_replaces_a_newer_one(exam: Exam) -> None:
    admin = await seated(exam, await hired(exam, Role.ADMIN, factor=True))
    viewer = await hired(exam, Role.VIEWER)
    older = await room_of(exam).account(viewer.account.login)
    assert older is not None
    await admin.ok("PATCH", f"/accounts/{viewer.account.login}", {"version": 1, "active": False})
    await room_of(exam).keep_account(older)
    held = await room_of(exam).account(viewer.account.login)
    assert held is not None
    assert not held.is_active
    assert (await viewer.try_sign_in()).status_code == httpx.codes.UNAUTHORIZED


async def test_a_change_that_the_room_did_not_hear_of_comes_to_it(exam: Exam) -> None:
    admin = await seated(exam, await hired(exam, Role.ADMIN, factor=True))
    viewer = await hired(exam, Role.VIEWER)
    before = await exam.stores.room.hget("staff:accounts", viewer.account.login)
    await admin.ok("PATCH", f"/accounts/{viewer.account.login}", {"version": 1, "name": "Baru"})
    await exam.stores.room.hset("staff:accounts", viewer.account.login, str(before))
    assert await copy_staff(exam.stores.record, exam.stores.room) == 1
    assert await copy_staff(exam.stores.record, exam.stores.room) == 0
    room = StaffRoom(exam.stores.room.execute_command)
    held = await room.account(viewer.account.login)
    assert held is not None
    assert held.name == "Baru"
