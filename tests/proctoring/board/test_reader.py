"""Who looks for what has changed, and that nothing is missed whoever dies."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio.client import PubSub

from app.exams.live import EventCard, read_cards
from app.kit.ending import end
from app.kit.errors import Busy
from app.kit.redis import connect
from app.proctoring.board import hub as hub_module
from app.proctoring.board import live
from app.proctoring.board.event_model import EventModel
from app.proctoring.board.hub import Hub
from app.proctoring.board.model import (
    FIELDS,
    HELD,
    Cursor,
    Glance,
    View,
    parse_cursor,
    parse_glance,
    parse_seen,
)
from app.proctoring.board.reader import Reader
from app.proctoring.board.telling import NOTHING, Piece, Watch
from tests.exam import EVENT, PEOPLE, Exam

pytestmark = pytest.mark.asyncio


async def the_card(exam: Exam) -> EventCard:
    (card,) = await read_cards(exam.stores.room)
    return card


@asynccontextmanager
async def heard(exam: Exam) -> AsyncIterator[PubSub]:
    """Hear what readers tell of the event; the app's own reader is put out of office first."""
    await exam.stores.room.set(live.READER, "nobody", px=60_000)
    async with exam.stores.room.pubsub() as listening:
        await listening.subscribe(live.channel(EVENT))
        await listening.get_message(timeout=1)
        yield listening


async def a_reader(exam: Exam) -> Reader:
    card = await the_card(exam)
    return Reader(exam.stores.room, lambda: [card], lambda: True)


async def in_office(exam: Exam) -> Reader:
    reader = await a_reader(exam)
    await exam.stores.room.set(live.READER, reader._me, px=60_000)
    return reader


async def told(listening: PubSub) -> dict[str, Any]:
    message = await listening.get_message(ignore_subscribe_messages=True, timeout=2)
    assert message is not None
    found: dict[str, Any] = json.loads(message["data"])
    return found


def of(found: dict[str, Any], sitting: str) -> Glance | None:
    glances = (parse_glance(text) for text in found["texts"])
    return next((one for one in glances if one is not None and one.sitting == sitting), None)


async def test_one_reads_and_the_other_stands_by_until_it_is_gone(exam: Exam) -> None:
    one, other = await a_reader(exam), await a_reader(exam)
    await exam.stores.room.set(live.READER, one._me, px=300)
    assert await one.turn()
    assert not await other.turn()
    await exam.stores.room.set(live.READER, one._me, px=50)
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
            seen |= {text.partition("\t")[0] for text in (await told(listening))["texts"]}
    assert len(seen) == PEOPLE


async def test_of_a_device_that_only_calls_it_is_told_when_it_did(exam: Exam) -> None:
    """And now and then everything, so that nothing stays untold that was not marked."""
    device = await exam.seated()
    async with heard(exam) as listening:
        reader = await in_office(exam)
        forms: list[set[int]] = []
        for _ in range(13):  # of so few people, a turn looks at all
            await reader.turn()
            texts = (await told(listening))["texts"]
            forms.append({len(text.split("\t")) for text in texts})
        whole, short = 1 + len(HELD), 2
        assert forms == [{whole}, *[{short}] * 11, {whole}]
        await device.save()
        await reader.turn()
        found = await told(listening)
        moments = [parse_seen(text) for text in found["texts"] if device.sitting in text]
        seen_at = await exam.stores.room.hget(f"sit:{exam.tag(device)}:{device.sitting}", "sn")
        assert moments == [(device.sitting, int(seen_at or 0))]


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


def a_text(number: int = 0, **held: object) -> str:
    """Return what the room says of a sitting, by the names of its fields in ``sit``."""
    sit = {"st": "o", **held}
    return "\t".join([f"{number:012d}", *(str(sit.get(field, "")) for field in HELD)])


async def all_that_waits(watch: Watch) -> list[bytes | None]:
    held = []
    while (text := await watch.next(0.0)) != NOTHING:
        held.append(text)
    return held


async def test_a_board_that_does_not_read_starts_again(exam: Exam) -> None:
    model = EventModel(await the_card(exam))
    slow = Watch(View(EVENT))
    model.watches.add(slow)
    for number in range(100):
        model.take_in([a_text(number)])
        await model.tell(Cursor("r", number), 0, [])
    held = await all_that_waits(slow)
    assert held == [None]  # nothing else is of use to it


async def test_a_board_that_is_told_to_start_again_is_told_what_comes_then(exam: Exam) -> None:
    model = EventModel(await the_card(exam))
    slow = Watch(View(EVENT))
    model.watches.add(slow)
    for number in range(40):
        await model.tell(Cursor("r", number), 0, [])
    assert await slow.next(0.0) is None
    await model.tell(Cursor("r", 40), 0, [])
    (text,) = await all_that_waits(slow)
    assert text is not None
    assert json.loads(text)["cursor"] == "r:40"


async def test_a_watch_that_has_left_waits_for_nothing() -> None:
    watch = Watch(View(EVENT))
    waiting = asyncio.create_task(watch.next(60.0))
    await asyncio.sleep(0)
    watch.leave()
    assert await waiting == NOTHING
    assert await watch.next(60.0) == NOTHING


async def test_a_board_that_was_away_goes_on_without_a_gap(exam: Exam) -> None:
    model = EventModel(await the_card(exam))
    first = model.cursor
    assert model.since(first) == []
    for number in range(100):
        if number == 50:
            assert len(model.since(first) or ()) == 50
        model.take_in([a_text(number)])
        await model.tell(Cursor("r", number), 0, [])
    missed = model.since(Cursor("r", 95))
    assert missed is not None
    assert [piece.cursor.number for piece in missed] == [96, 97, 98, 99]
    assert model.since(Cursor("r", 99)) == []
    assert len(model.since(Cursor("r", 39)) or ()) == 60
    assert model.since(Cursor("r", 38)) is None
    assert model.since(Cursor("other", 99)) is None
    assert model.since(first) is None


async def test_what_has_not_changed_is_not_sent(exam: Exam) -> None:
    model = EventModel(await the_card(exam))
    watch = Watch(View(EVENT))
    model.watches.add(watch)
    assert model.take_in([a_text(1), a_text(2)]) == 2
    model.settle()  # these a board has from the start
    assert model.take_in([a_text(1), a_text(2, an=1)]) == 1
    await model.tell(Cursor("r", 1), 0, [])
    (text,) = await all_that_waits(watch)
    assert text is not None
    assert [row[0] for row in json.loads(text)["rows"]] == ["000000000002"]


async def test_who_was_heard_of_is_told_without_the_rest(exam: Exam) -> None:
    model = EventModel(await the_card(exam))
    watch = Watch(View(EVENT))
    model.watches.add(watch)
    model.take_in([a_text(number, sn=5) for number in range(4)])
    model.settle()
    model.take_in([f"{0:012d}\t6", f"{1:012d}\t6", f"{2:012d}\t5", f"{9:012d}\t6"])
    model.take_in([a_text(1, sn=6, an=1)])
    await model.tell(Cursor("r", 1), 0, [])
    (text,) = await all_that_waits(watch)
    assert text is not None
    told = json.loads(text)
    assert [int(row[0]) for row in told["rows"]] == [1]
    assert told["seen"] == [[f"{0:012d}", 6]]
    place = FIELDS.index("seen_at")
    assert [json.loads(row)[place] for row in model.rows_of(View(EVENT))] == [6, 6, 5, 5]
    model.take_in([a_text(0, sn=5)])  # the room was set back: what it says now counts
    assert [json.loads(row)[place] for row in model.rows_of(View(EVENT))] == [5, 6, 5, 5]


@pytest.mark.parametrize(
    ("text", "seen"),
    [("0123456789ab\t7", ("0123456789ab", 7)), ("0123456789ab\t", ("0123456789ab", 0))],
)
async def test_a_moment_alone_is_known_from_a_sitting(text: str, seen: tuple[str, int]) -> None:
    assert parse_seen(text) == seen
    assert parse_seen(a_text(1)) is None


async def test_who_has_gone_from_the_room_stays_as_they_were(exam: Exam) -> None:
    model = EventModel(await the_card(exam))
    model.take_in([a_text(1, an=7, sn=5)])
    assert model.take_in([a_text(1, st=""), f"{1:012d}\t"]) == 0
    assert model.rows[f"{1:012d}"][0].seen_at == 5
    assert [json.loads(row)[FIELDS.index("answered")] for row in model.rows_of(View(EVENT))] == [7]


async def test_a_view_has_its_own_people_wherever_they_sit_now(exam: Exam) -> None:
    model = EventModel(await the_card(exam))
    model.take_in([a_text(1, un=3, rm="7"), a_text(2, un=4, rm="7"), a_text(3, un=4)])

    def shown(units: set[int], rooms: set[str]) -> set[int]:
        view = View(EVENT, frozenset(units), frozenset(rooms))
        found = [int(json.loads(row)[0]) for row in model.rows_of(view)]
        assert len(found) == len(set(found))
        return set(found)

    assert shown(set(), set()) == {1, 2, 3}
    assert shown({3}, set()) == {1}
    assert shown({4}, {"7"}) == {1, 2, 3}
    model.take_in([a_text(2, un=3, rm="8")])
    assert shown({3}, set()) == {1, 2}
    assert shown({4}, set()) == {3}
    assert shown({9}, {"7"}) == {1}


async def test_each_view_is_told_of_its_own_people() -> None:
    piece = Piece(
        Cursor("r", 1),
        5,
        [],
        [(a_glance(1, unit=3), b"1"), (a_glance(2, unit=4, room="7", wave=9), b"2")],
        [a_glance(3, unit=3, seen_at=6), a_glance(4, wave=9, seen_at=7)],
    )
    shown = {
        view: json.loads(piece.for_view(view))
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
    rows = [told["rows"] for told in shown.values()]
    assert rows == [[1, 2], [1], [2], [1, 2], [], [2], [1, 2]]
    seen = [[at for _, at in told["seen"]] for told in shown.values()]
    assert seen == [[6, 7], [6], [], [6], [], [7], [6, 7]]


def a_message(number: int, *texts: str) -> str:
    told = {"reader": "new", "number": number, "at": 1, "closed": [], "gaps": [], "texts": texts}
    return json.dumps(told)


async def test_what_a_model_missed_it_tells_with_the_next_piece(exam: Exam) -> None:
    card, hub = await the_card(exam), Hub(exam.stores.room)
    device, other = await exam.seated(0), await exam.seated(1)
    async with heard(exam), hub.watching(card, View(EVENT)) as (model, watch):
        start = model.cursor
        await exam.stores.room.publish(live.channel(EVENT), a_message(1))
        assert await watch.next(5.0)
        await device.save(device.change(device.items[0]))  # of which message 2 would have told
        await exam.stores.room.publish(live.channel(EVENT), a_message(3))
        text = await watch.next(5.0)
        assert text is not None
        (row,) = json.loads(text)["rows"]
        assert (row[0], row[FIELDS.index("answered")]) == (device.sitting, 1)
        missed = model.since(start)
        assert missed is not None
        assert [piece.cursor for piece in missed] == [Cursor("new", 1), Cursor("new", 3)]
        assert model.rows[other.sitting][0].state == "open"
    await hub.close()


async def test_a_message_that_cannot_be_read_leaves_no_board_without_news(exam: Exam) -> None:
    card, hub = await the_card(exam), Hub(exam.stores.room)
    device = await exam.seated()
    async with heard(exam), hub.watching(card, View(EVENT)) as (_, watch):
        await exam.stores.room.publish(live.channel(EVENT), "{}")
        await device.save(device.change(device.items[0]))
        async with asyncio.timeout(10):
            told = b""
            while device.sitting.encode() not in told:
                await exam.stores.room.publish(live.channel(EVENT), a_message(7))
                told = await watch.next(0.5) or b""
    await hub.close()


async def test_the_reader_of_a_process_without_boards_leaves_the_office_to_others(
    exam: Exam,
) -> None:
    card, wanted = await the_card(exam), False
    await exam.stores.room.delete(live.READER)  # the app of the test shows no board either
    reader = Reader(exam.stores.room, lambda: [card], lambda: wanted)
    keeping = asyncio.create_task(reader.keep())
    await asyncio.sleep(1.3)
    assert await exam.stores.room.get(live.READER) is None
    wanted = True
    await asyncio.sleep(1.3)
    assert await exam.stores.room.get(live.READER) == reader._me
    await end([keeping])


async def test_where_the_room_cannot_be_read_a_board_is_told_to_wait(exam: Exam) -> None:
    away = connect("unix:///nowhere/valkey.sock")
    hub = Hub(away)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(hub_module, "_LOADED_S", 0.2)
        with pytest.raises(Busy):
            await hub.model(await the_card(exam))
    await hub.close()
    await away.aclose()
