"""Who waits outside: by how many are in work, and by how late the process comes."""

import asyncio
import time

import pytest

from app.kit.crowd import Crowd, Limit
from app.wiring.crowd import watched_crowd

SAVE, LOGIN, BOARD = b"/save", b"/login?x=1", b"/board"


def crowd() -> Crowd:
    return Crowd([("/save", Limit(30, 0.3)), ("/login", Limit(20, 0.2))], others=Limit(10, 0.1))


def turned_away(one: Crowd, in_work: int = 0) -> list[bytes]:
    return [url for url in (SAVE, LOGIN, BOARD) if one.turns_away(url, in_work)]


@pytest.mark.parametrize(
    ("in_work", "outside"),
    [
        (9, []),
        (10, [BOARD]),
        (19, [BOARD]),
        (20, [LOGIN, BOARD]),
        (29, [LOGIN, BOARD]),
        (30, [SAVE, LOGIN, BOARD]),
    ],
)
def test_the_less_it_matters_the_sooner_it_waits(in_work: int, outside: list[bytes]) -> None:
    assert turned_away(crowd(), in_work) == outside


@pytest.mark.parametrize(
    ("late_s", "outside"),
    [(0.05, []), (0.15, [BOARD]), (0.25, [LOGIN, BOARD]), (0.35, [SAVE, LOGIN, BOARD])],
)
def test_lateness_that_lasts_keeps_outside_in_the_same_order(
    late_s: float, outside: list[bytes]
) -> None:
    one = crowd()
    for _ in range(20):
        one.feel(late_s)
    assert turned_away(one) == outside


def test_one_pause_of_the_machine_turns_no_login_away() -> None:
    one = crowd()
    one.feel(5.0)
    assert turned_away(one) == [BOARD]


def test_a_process_that_is_on_time_again_lets_everybody_in_within_a_second() -> None:
    one = crowd()
    for _ in range(50):
        one.feel(2.0)
    assert turned_away(one) == [SAVE, LOGIN, BOARD]
    for _ in range(20):  # looks of 50 ms
        one.feel(0.0)
    assert turned_away(one) == []


@pytest.mark.asyncio
async def test_a_process_feels_its_own_lateness() -> None:
    async with watched_crowd() as one:
        login = b"/api/v1/login"
        assert not one.turns_away(login, 0)
        for _ in range(20):
            await asyncio.sleep(0.01)
            time.sleep(0.4)  # noqa: ASYNC251 - what keeps the loop from coming on time
        assert one.turns_away(login, 0)
        assert not one.turns_away(b"/health/live", 0)


def test_not_everybody_is_told_to_come_back_in_the_same_second() -> None:
    one = crowd()
    assert len({one.refusal().come_back_s for _ in range(8)}) > 2
