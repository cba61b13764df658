import pytest

from app.people.staff.model import Account, Role, Scope, Session, Visitor, login_of, scopes_of
from app.people.staff.problems import Unfit

EVENT = "kukar-2023"


def account(role: Role, *scopes: Scope, **more: object) -> Account:
    held = {"login": "sari", "name": "Sari", "password": "", "is_temporary": False, **more}
    return Account(role=role, scopes=scopes, **held)  # type: ignore[arg-type]  # as the fields are


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROCTOR])
def test_who_is_not_bound_covers_everything(role: Role) -> None:
    somebody = account(role)
    assert somebody.covers(EVENT)
    assert somebody.covers(EVENT, unit="09.01")
    assert somebody.covers_all(EVENT)


def test_a_proctor_covers_what_they_are_bound_to_and_nothing_beside() -> None:
    unit, room = Scope(EVENT, "unit", "09.01"), Scope(EVENT, "room", "3")
    proctor = account(Role.PROCTOR, unit, room)
    assert proctor.covers(EVENT)
    assert proctor.covers(EVENT, unit="09.01")
    assert proctor.covers(EVENT, unit="11.02", room="3")
    assert not proctor.covers(EVENT, unit="3")
    assert not proctor.covers(EVENT, room="09.01")
    assert not proctor.covers(EVENT, unit="09.02", room="4")
    assert not proctor.covers("latihan", unit="09.01")
    assert not proctor.covers_all(EVENT)
    assert account(Role.PROCTOR, Scope(EVENT)).covers_all(EVENT)
    assert not account(Role.PROCTOR).covers(EVENT)


def session(*, whole: bool) -> Session:
    return Session(
        id="x",
        login="sari",
        began_at=0,
        seen_at=0,
        proved_at=0,
        is_whole=whole,
        where="",
        agent="",
    )


@pytest.mark.parametrize(
    ("role", "more", "whole", "step"),
    [
        (Role.VIEWER, {}, True, None),
        (Role.VIEWER, {"is_temporary": True}, True, "password"),
        (Role.VIEWER, {"factor": "sealed"}, False, "code"),
        (Role.VIEWER, {"factor": "sealed", "is_temporary": True}, False, "code"),
        (Role.VIEWER, {"factor": "sealed", "is_temporary": True}, True, "password"),
        (Role.ADMIN, {}, True, "factor"),
        (Role.ADMIN, {"is_temporary": True}, True, "password"),
        (Role.ADMIN, {"factor": "sealed"}, True, None),
    ],
)
def test_one_step_comes_after_the_other(
    role: Role, more: dict[str, object], step: str | None, *, whole: bool
) -> None:
    visitor = Visitor(account=account(role, **more), session=session(whole=whole))
    assert visitor.step == step


@pytest.mark.parametrize("typed", ["sari", " SARI ", "sari.dewi_2-x", "a" * 32])
def test_a_login_is_kept_in_small_letters(typed: str) -> None:
    assert login_of(typed) == typed.strip().lower()


@pytest.mark.parametrize(
    "typed", ["", "ab", "2sari", "sari dewi", "a" * 33, "sari\n", "sári", "~1"]
)
def test_what_is_no_login_is_refused(typed: str) -> None:
    with pytest.raises(Unfit):
        login_of(typed if typed != "sari\n" else "sa\nri")


def test_the_same_bound_counts_once() -> None:
    assert scopes_of(Role.PROCTOR, (Scope(EVENT), Scope(EVENT))) == (Scope(EVENT),)
