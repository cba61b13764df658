"""Who waits outside: by how many are in work, and by how late the process comes."""

import asyncio
import time
from collections.abc import Callable

import pytest

from app.kit import crowd as crowd_module
from app.kit.crowd import Crowd, Limit
from app.wiring.crowd import watched_crowd

SAVE, LOGIN, BOARD = b"/save", b"/login?x=1", b"/board"

Pass = Callable[[float], None]


@pytest.fixture(autouse=True)
def passes(monkeypatch: pytest.MonkeyPatch) -> Pass:
    """Return what lets so many seconds pass on a clock that else stands still."""
    now_s = 100.0

    def pass_s(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds

    monkeypatch.setattr(crowd_module, "monotonic", lambda: now_s)
    return pass_s


def crowd() -> Crowd:
    return Crowd([("/save", Limit(30, 0.3)), ("/login", Limit(20, 0.2))], others=Limit(10, 0.1))


def crowded(one: Crowd) -> Crowd:
    """Let the process have been late, look after look, and finish enough for everybody."""
    for _ in range(3):
        one.feel(0.1)
    return one


def many(one: Crowd) -> Crowd:
    """Let many have asked in this turn already."""
    for _ in range(70):
        one.turns_away(SAVE, 0)
    return one


def turned_away(one: Crowd, in_work: int = 0) -> list[bytes]:
    return [url for url in (SAVE, LOGIN, BOARD) if one.turns_away(url, in_work)]


@pytest.mark.asyncio
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
async def test_the_less_it_matters_the_sooner_it_waits(in_work: int, outside: list[bytes]) -> None:
    assert turned_away(crowd(), in_work) == outside


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("turn_s", "outside"),
    [(0.02, []), (0.12, [BOARD]), (0.22, [LOGIN, BOARD]), (0.32, [SAVE, LOGIN, BOARD])],
)
async def test_a_turn_that_has_lasted_long_takes_nobody_more_in(
    passes: Pass, turn_s: float, outside: list[bytes]
) -> None:
    one = many(crowded(crowd()))
    assert turned_away(one) == []
    passes(turn_s)  # what the loop does in this turn
    assert turned_away(one) == outside
    for _ in range(2):
        await asyncio.sleep(0)
    assert turned_away(one) == []


@pytest.mark.asyncio
async def test_what_a_turn_does_before_somebody_is_read_counts(passes: Pass) -> None:
    one = crowded(crowd())
    turned_away(one)
    asyncio.get_running_loop().call_soon(passes, 0.15)  # an answer is made, say
    heard: list[bytes] = []
    asyncio.get_running_loop().call_later(0, lambda: heard.extend(turned_away(many(one))))
    await asyncio.sleep(0.02)
    assert heard == [BOARD]


@pytest.mark.asyncio
async def test_a_few_are_let_in_however_long_a_turn_takes(passes: Pass) -> None:
    one = crowded(crowd())
    turned_away(one)
    passes(0.4)  # others have the machine
    assert turned_away(one) == []


@pytest.mark.asyncio
async def test_the_time_in_which_a_process_sleeps_is_no_turn(passes: Pass) -> None:
    one = many(crowded(crowd()))
    for _ in range(3):
        await asyncio.sleep(0)
    passes(0.4)
    many(one)
    assert turned_away(one) == []


@pytest.mark.asyncio
async def test_a_pause_of_the_machine_however_long_turns_nobody_away(passes: Pass) -> None:
    one = crowd()
    for _ in range(5):
        turned_away(one)
        passes(0.35)  # a pause
        one.feel(0.35)
        assert turned_away(one) == []
        for _ in range(2):
            one.feel(0.0)
            await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_a_process_feels_its_own_lateness() -> None:
    async with watched_crowd() as one:
        login = b"/api/v1/login"
        for _ in range(20):
            assert not one.turns_away(login, 0)
            await asyncio.sleep(0.01)
            time.sleep(0.2)  # noqa: ASYNC251 - what keeps the loop from coming on time
        await asyncio.sleep(0.05)
        assert one.turns_away(login, 64)  # it has finished five a second
        assert not one.turns_away(b"/health/live", 64)


def test_not_everybody_is_told_to_come_back_in_the_same_second() -> None:
    one = crowd()
    assert len({one.refusal().come_back_s for _ in range(8)}) > 2


def late(one: Crowd, served: int) -> Crowd:
    """Let a second pass in which the process was late, and finished so many logins."""
    for _ in range(20):
        one.feel(0.1)
    for _ in range(served):
        one.turns_away(LOGIN, 0)
    one.reckon(1.0)
    return one


def shared() -> Crowd:
    return Crowd(
        [("/save", Limit(500, 0.2)), ("/login", Limit(300, 0.15, share=1.0))],
        others=Limit(100, 0.14, share=0.5),
    )


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("in_work", "outside"), [(74, []), (75, [BOARD]), (149, [BOARD]), (150, [LOGIN, BOARD])]
)
async def test_of_a_late_process_no_more_is_asked_than_it_finishes_soon(
    in_work: int, outside: list[bytes]
) -> None:
    one = late(shared(), served=1000)  # 150 in 0.15 s
    assert turned_away(one, in_work) == outside


@pytest.mark.asyncio
async def test_what_waits_in_a_queue_of_its_own_is_outside_for_lateness_alone(
    passes: Pass,
) -> None:
    one = late(shared(), served=200)
    assert not many(one).turns_away(SAVE, None)
    passes(0.25)  # what the loop does in this turn
    assert one.turns_away(SAVE, None)


@pytest.mark.asyncio
async def test_however_slow_a_process_is_somebody_is_let_in() -> None:
    one = late(shared(), served=0)
    assert turned_away(one, 63) == [BOARD]
    assert turned_away(one, 64) == [LOGIN, BOARD]


@pytest.mark.asyncio
async def test_a_process_that_is_on_time_lets_in_a_burst() -> None:
    one = late(shared(), served=1)
    for _ in range(20):
        one.feel(0.0)
    one.reckon(0.5)
    assert turned_away(one, 80) == [LOGIN, BOARD]  # the crowd may come back at once
    for _ in range(3):
        one.reckon(0.5)
    assert turned_away(one, 99) == []


@pytest.mark.asyncio
async def test_while_some_are_outside_a_few_more_are_let_in_each_time() -> None:
    one = late(shared(), served=1)
    for _ in range(20):
        one.feel(0.0)
    most = []
    for _ in range(6):
        one.refusal()
        one.reckon(0.5)
        most.append(next(n for n in range(300) if LOGIN in turned_away(one, n)))
    assert most == sorted(set(most))  # more each time
    assert most[0] < 80
    assert 130 < most[-1] < 160
    for _ in range(4):
        one.reckon(0.5)
    assert turned_away(one, 99) == []


@pytest.mark.asyncio
async def test_what_is_still_in_work_was_not_finished() -> None:
    one = shared()
    for _ in range(20):
        one.feel(0.1)
    for begun in range(1000):
        one.turns_away(LOGIN, begun // 4)
    one.reckon(1.0)  # of 1,000 that began 249 are in work: 112 are finished in 0.15 s
    assert turned_away(one, 112) == [BOARD]
    assert turned_away(one, 113) == [LOGIN, BOARD]
