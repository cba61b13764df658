"""Who looks for what has changed, and that nothing is missed whoever dies."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio.client import PubSub

from app.exams.live import EventCard, read_cards
from app.proctoring.board import live
from app.proctoring.board.hub import EventModel, Hub, Piece, Watch
from app.proctoring.board.model import (
    FIELDS,
    HELD,
    Cursor,
    Glance,
    View,
    parse_cursor,
    parse_glance,
)
from app.proctoring.board.reader import Reader
from tests.exam import EVENT, PEOPLE, Exam

pytestmark = pytest.mark.asyncio


async def the_card(exam: Exam) -> EventCard:
    (card,) = await read_cards(exam.stores.room)
    return card


@asynccontextmanager
async def heard(exam: Exam) -> AsyncIterator[PubSub]:
    """Hear what readers tell of the event; the app's own reader is put out of office first."""
    await exam.stores.room.set("board:reader", "nobody", px=60_000)
    async with exam.stores.room.pubsub() as listening:
        await listening.subscribe(live.channel(EVENT))
        await listening.get_message(timeout=1)
        yield listening


async def in_office(exam: Exam) -> Reader:
    reader = Reader(exam.stores.room)
    await exam.stores.room.set("board:reader", reader._me, px=60_000)
    return reader


async def told(listening: PubSub) -> dict[str, Any]:
    message = await listening.get_message(ignore_subscribe_messages=True, timeout=2)
    assert message is not None
    found: dict[str, Any] = json.loads(message["data"])
    return found


def of(found: dict[str, Any], sitting: str) -> Glance | None:
    return next((Glance(*row) for row in found["rows"] if row[0] == sitting), None)


async def test_one_reads_and_the_other_stands_by_until_it_is_gone(exam: Exam) -> None:
    one, other = Reader(exam.stores.room), Reader(exam.stores.room)
    await exam.stores.room.set("board:reader", one._me, px=300)
    assert await one.turn()
    assert not await other.turn()
    await exam.stores.room.set("board:reader", one._me, px=50)
    await asyncio.sleep(0.1)
    assert await other.turn()
    assert not await one.turn()


async def test_nothing_is_looked_at_while_nobody_watches(exam: Exam) -> None:
    device = await exam.seated()
    reader = await in_office(exam)
    assert await reader.turn()
    assert await exam.stores.room.sismember(f"dirty:{exam.tag(device)}", device.sitting)


async def test_what_has_changed_is_told_once_and_then_settled(exam: Exam) -> None:
    device = await exam.seated()
    async with heard(exam) as listening:
        reader = await in_office(exam)
        await reader.turn()
        row = of(await told(listening), device.sitting)
        assert row is not None
        assert row.state == "open"
        assert not await exam.stores.room.exists(f"work:{exam.tag(device)}")
        await device.save(device.change(device.items[0]))
        await reader.turn()
        row = of(await told(listening), device.sitting)
        assert row is not None
        assert row.answered == 1


async def test_what_a_reader_took_and_did_not_tell_its_successor_tells(
    exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await exam.seated()
    async with heard(exam) as listening:
        dying = await in_office(exam)

        async def die(*_: object) -> None:
            raise ConnectionError

        with monkeypatch.context() as patched:
            patched.setattr(exam.stores.room, "publish", die)
            with pytest.raises(ConnectionError):
                await dying.turn()
        await device.save(device.change(device.items[0]))
        successor = await in_office(exam)
        rows = []
        for _ in range(2):  # what was taken first, then what has changed since
            await successor.turn()
            rows.append(of(await told(listening), device.sitting))
        assert rows[0] is not None
        assert rows[-1] is None or rows[-1].answered == 1
        assert not await exam.stores.room.exists(f"work:{exam.tag(device)}")


async def test_in_a_round_everybody_is_told_anew(exam: Exam) -> None:
    async with heard(exam) as listening:
        reader = await in_office(exam)
        seen: set[str] = set()
        for _ in range(16):
            await reader.turn()
            seen |= {row[0] for row in (await told(listening))["rows"]}
    assert len(seen) == PEOPLE


async def test_closed_doors_are_told(exam: Exam) -> None:
    card = await the_card(exam)
    async with heard(exam) as listening:
        reader = await in_office(exam)
        await exam.stores.room.delete(f"room:{card.tags()[2]}")
        await reader.turn()
        assert (await told(listening))["closed"] == [2]


def a_glance(number: int = 0, **more: object) -> Glance:
    said = parse_glance("\t".join([f"{number:012d}", *("o" if f == "st" else "" for f in HELD)]))
    assert said is not None
    return said._replace(**more)  # type: ignore[arg-type]  # as the fields are


async def test_a_row_has_the_fields_that_the_board_names() -> None:
    row = dict(zip(FIELDS, a_glance(answered=7, unit=3).row("Sari"), strict=True))
    assert row["name"] == "Sari"
    assert (row["answered"], row["unit"], row["state"]) == (7, 3, "open")


async def test_every_field_is_read_from_where_the_room_holds_it() -> None:
    sit = {field: str(number) for number, field in enumerate(HELD)} | {
        "st": "s",
        "se": "2",
        "sl": "3",
        "rc": "2.3",
        "dv": "0123456789abcdef",
        "nt": "",
    }
    glance = parse_glance("\t".join(["0123456789ab", *(sit[field] for field in HELD)]))
    assert glance is not None
    assert (glance.sitting, glance.state, glance.device) == ("0123456789ab", "recorded", "01234567")
    assert (glance.unit, glance.room) == (int(sit["un"]), sit["rm"])
    assert (glance.deadline, glance.sealed_by, glance.notices) == (int(sit["dl"]), sit["sy"], 0)


@pytest.mark.parametrize("text", ["", "abc", "0123456789ab\to", "0123456789ab" + "\t" * len(HELD)])
async def test_what_is_no_sitting_is_none(text: str) -> None:
    assert parse_glance(text) is None


@pytest.mark.parametrize("text", ["", ":", "x", "x:", ":1", "x:y", "x:-1"])
async def test_what_is_no_cursor_is_none(text: str) -> None:
    assert parse_cursor(text) is None
    assert parse_cursor(str(Cursor("ab", 7))) == Cursor("ab", 7)


async def test_a_board_that_does_not_read_starts_again(exam: Exam) -> None:
    model = EventModel(await the_card(exam))
    slow = Watch(View(EVENT))
    model.watches.add(slow)
    for number in range(100):
        glances, rows = model.take_in([a_glance(number)])
        await model.tell(Piece(Cursor("r", number), 0, [], glances, rows))
    held = [slow.queue.get_nowait() for _ in range(slow.queue.qsize())]
    assert None in held
    assert len(held) <= 31


async def test_a_board_that_was_away_goes_on_without_a_gap(exam: Exam) -> None:
    model = EventModel(await the_card(exam))
    for number in range(100):
        glances, rows = model.take_in([a_glance(number)])
        await model.tell(Piece(Cursor("r", number), 0, [], glances, rows))
    missed = model.since(Cursor("r", 95))
    assert missed is not None
    assert [piece.cursor.number for piece in missed] == [96, 97, 98, 99]
    assert model.since(Cursor("r", 99)) == []
    assert model.since(Cursor("r", 3)) is None
    assert model.since(Cursor("other", 99)) is None


async def test_what_has_not_changed_is_not_sent(exam: Exam) -> None:
    model = EventModel(await the_card(exam))
    model.take_in([a_glance(1), a_glance(2)])
    changed, rows = model.take_in([a_glance(1), a_glance(2, answered=1)])
    assert [one.sitting for one in changed] == ["000000000002"]
    assert len(rows) == 1


async def test_each_view_is_told_of_its_own_people() -> None:
    piece = Piece(
        Cursor("r", 1),
        5,
        [],
        [a_glance(1, unit=3), a_glance(2, unit=4, room="7", wave=9)],
        [b"1", b"2"],
    )
    shown = {
        view: json.loads(piece.for_view(view))["rows"]
        for view in (
            View(EVENT),
            View(EVENT, frozenset({3})),
            View(EVENT, rooms=frozenset({"7"})),
            View(EVENT, frozenset({3}), frozenset({"7"})),
            View(EVENT, frozenset({9})),
            View(EVENT, waves=frozenset({9})),
            View(EVENT, frozenset({3}), waves=frozenset({9})),
        )
    }
    assert list(shown.values()) == [[1, 2], [1], [2], [1, 2], [], [2], [1, 2]]


async def test_a_model_that_missed_a_message_loads_itself_again(exam: Exam) -> None:
    card, hub = await the_card(exam), Hub(exam.stores.room)
    device = await exam.seated()
    async with hub.watching(card, View(EVENT)) as (model, watch):
        async with asyncio.timeout(5):
            while model.cursor is None:
                await watch.queue.get()
        lost = model.cursor
        await exam.stores.room.publish(
            live.channel(EVENT),
            json.dumps({"reader": "new", "number": 9, "at": 1, "closed": [], "rows": []}),
        )
        async with asyncio.timeout(5):
            while await watch.queue.get() is not None:
                pass
        assert model.since(lost) is None
        assert model.rows[device.sitting][0].state == "open"
    await hub.close()
