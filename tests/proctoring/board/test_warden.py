"""Who looks after boards: each has its turn, and who may not see one any more is expelled."""

import asyncio
from contextlib import ExitStack

import pytest

from app.kit.ending import end
from app.proctoring.board import warden as module
from app.proctoring.board.model import View
from app.proctoring.board.telling import Watch
from app.proctoring.board.warden import MayStill, Warden

pytestmark = pytest.mark.asyncio


def asked(looks: list[str], name: str, *, may: bool = True) -> MayStill:
    async def look() -> bool:
        looks.append(name)
        return may

    return look


def a_watch() -> Watch:
    return Watch(View("event"))


async def test_who_was_looked_at_longest_ago_has_the_next_turn() -> None:
    warden, looks = Warden(), list[str]()
    watches = [a_watch() for _ in range(3)]
    with (
        warden.guarding(watches[0], asked(looks, "a")),
        warden.guarding(watches[1], asked(looks, "b")),
    ):
        await warden.look(1)
        with warden.guarding(watches[2], asked(looks, "c")):
            await warden.look(2)
            await warden.look(2)
        await warden.look(9)
    assert looks == ["a", "b", "a", "c", "b", "a", "b"]
    await warden.look(9)
    assert len(looks) == 7
    assert not any(watch.has_left for watch in watches)


async def test_only_who_may_not_see_it_any_more_is_expelled() -> None:
    async def broken() -> bool:
        raise ConnectionError

    warden, looks = Warden(), list[str]()
    may, may_not, unknown = a_watch(), a_watch(), a_watch()
    with (
        warden.guarding(may, asked(looks, "may")),
        warden.guarding(may_not, asked(looks, "may not", may=False)),
        warden.guarding(unknown, broken),
    ):
        await warden.look(3)
    assert [one.is_expelled for one in (may, may_not, unknown)] == [False, True, False]
    assert may_not.has_left


async def test_within_a_round_everybody_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROUND_S", 0.2)
    monkeypatch.setattr(module, "_TICK_S", 0.02)
    warden, looks, all_had_a_turn = Warden(), list[str](), asyncio.Event()
    count = 25

    def asks(name: str) -> MayStill:
        async def look() -> bool:
            looks.append(name)
            if len(set(looks)) == count:
                all_had_a_turn.set()
            return True

        return look

    keeping = asyncio.create_task(warden.keep())
    with ExitStack() as guards:
        for number in range(count):
            guards.enter_context(warden.guarding(a_watch(), asks(str(number))))
        async with asyncio.timeout(5):
            await all_had_a_turn.wait()
    assert max(map(looks.count, set(looks))) <= 2  # nobody twice before the others' turn
    await end([keeping])
