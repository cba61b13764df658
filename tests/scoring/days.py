"""A day in the record: an event with its people, forms, answers and recorded seals.

Every day has an instrument, items, units and people of its own, so that tests share a database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers.tables import answers
from app.bank.instruments import plain_document
from app.bank.reading import read_toml
from app.bank.shipped import CONTENT
from app.bank.tables import instruments, items
from app.exams.tables import events
from app.forms.model import FormLine, form_of, to_layout
from app.forms.store import save_forms, standing_pool
from app.kit.postgres import driver
from app.people.tables import org_units, participants
from app.sittings.model import Answer, digest_of, sealed_text
from app.sittings.tables import seals, sittings

AREAS = ("LD", "KK", "KR", "KD", "PM")
AREA_ITEMS = 10
SEALED_AT = 1_691_107_200_000

Values = Callable[[int, str], str | None]
"""Person and item (its code without the day's number, e.g. ``LD-03``) → JSON text, or no answer."""

_numbers = count(100)


@dataclass(frozen=True, slots=True)
class Day:
    """What was made. ``sittings`` and ``nips`` are in the order of the people."""

    event_id: str
    event: int
    sittings: list[int]
    nips: list[str]
    items: dict[str, int]


async def a_day(
    conn: AsyncConnection, values: Values, *, people: int = 3, units: int = 1, target: int = 0
) -> Day:
    """Write a day on which everybody handed in and everything is recorded; right is "b"."""
    number = next(_numbers)
    event_id = f"uji-{number}"
    await _instrument(conn, event_id)
    item_ids = await _items(conn, number)
    unit_ids = await _units(conn, number, units)
    event = await _event(conn, event_id, target)
    nips = [f"{number:05d}{person:013d}" for person in range(people)]
    person_ids = await _people(conn, nips, unit_ids)
    numbers = [event << 40 | person + 1 for person in range(people)]
    await conn.execute(
        insert(sittings),
        [
            {
                "event": event,
                "id": sitting,
                "participant_id": person_ids[nip],
                "partition": 0,
                "unit_id": unit_ids[person % units],
                "state": "s",
                "seal": 1,
                "seal_epoch": 1,
            }
            for person, (sitting, nip) in enumerate(zip(numbers, nips, strict=True))
        ],
    )
    await _sheets(conn, event, numbers, item_ids, values)
    return Day(event_id, event, numbers, nips, item_ids)


async def _instrument(conn: AsyncConnection, event_id: str) -> None:
    document = plain_document(read_toml(CONTENT / "kukar-2023.toml").table)
    row = {"id": event_id, "version": 1, "title": "Uji", "framework": "DigComp 2.2"}
    await conn.execute(insert(instruments), row | {"document": document | {"id": event_id}})


async def _items(conn: AsyncConnection, number: int) -> dict[str, int]:
    rows = [
        {
            "code": f"{area}{place}-{number}",
            "revision": 1,
            "type": "single",
            "domain_code": area,
            "competence_code": "1.1",
            "difficulty": "mudah",
            "stem": "?",
            "options": [{"id": option, "text": option} for option in "abcd"],
            "key": "b",
            "weight": Decimal(1),
            "rationale": "",
        }
        for area in AREAS
        for place in range(AREA_ITEMS)
    ]
    await conn.execute(insert(items), rows)
    mine = select(items.c.code, items.c.id).where(items.c.code.endswith(f"-{number}"))
    return {row.code: row.id for row in await conn.execute(mine)}


async def _units(conn: AsyncConnection, number: int, units: int) -> list[int]:
    rows = [
        {"code": f"U{number}-{unit:02d}", "name": f"Dinas {unit}", "kind": "dinas"}
        for unit in range(units)
    ]
    await conn.execute(insert(org_units), rows)
    mine = select(org_units.c.id).where(org_units.c.code.startswith(f"U{number}-"))
    return list(await conn.scalars(mine.order_by(org_units.c.code)))


async def _event(conn: AsyncConnection, event_id: str, target: int) -> int:
    row = {
        "id": event_id,
        "title": "Uji",
        "mode": "open",
        "demo": True,
        "instrument_id": event_id,
        "instrument_version": 1,
        "blueprint": {},
        "opens_at": 0,
        "closes_at": 1,
        "duration_ms": 1,
        "grace_ms": 0,
        "partitions": 1,
        "target": target,
        "room_pin": False,
    }
    return int(await conn.scalar(insert(events).returning(events.c.number), row) or 0)


async def _people(conn: AsyncConnection, nips: list[str], unit_ids: list[int]) -> dict[str, int]:
    rows = [
        {
            "nip": nip,
            "name": "Peserta",
            "status": "PNS",
            "unit_id": unit_ids[person % len(unit_ids)],
            "sex": "P",
            "birth_date": date(1986, 9, 26),
            "education": "S1",
            "position_type": "pelaksana",
            "position": "Pelaksana",
        }
        for person, nip in enumerate(nips)
    ]
    await conn.execute(insert(participants), rows)
    mine = select(participants.c.nip, participants.c.id).where(
        participants.c.nip.between(nips[0], nips[-1])
    )
    return {row.nip: row.id for row in await conn.execute(mine)}


async def _sheets(
    conn: AsyncConnection, event: int, numbers: list[int], item_ids: dict[str, int], values: Values
) -> None:
    form = form_of(FormLine(code, "s", tuple("abcd")) for code in item_ids)
    layouts = dict.fromkeys(numbers, to_layout(form))
    await standing_pool(conn, event, 1, [])
    await save_forms(conn, event, layouts, blueprint_version=1)
    records, sealed = [], []
    for person, sitting in enumerate(numbers):
        held: dict[str, str] = {}
        for place, (code, item) in enumerate(item_ids.items()):
            value = values(person, _short(code))
            if value is not None:
                answer = Answer(place + 1, value, flagged=place == 0)
                held[code] = answer.held()
                records.append((sitting, answer.rev, item, event, answer.flagged, value))
        sealed.append(_seal(event, sitting, held))
    connection = await driver(conn)
    columns = [column.name for column in answers.c]
    await connection.copy_records_to_table("answers", columns=columns, records=records)
    await conn.execute(insert(seals), sealed)


def _short(code: str) -> str:
    return f"{code[:2]}-{int(code[2]):02d}"


def _seal(event: int, sitting: int, held: dict[str, str]) -> dict[str, object]:
    return {
        "event": event,
        "sitting": sitting,
        "epoch": 1,
        "seal": 1,
        "sealed_at": SEALED_AT,
        "answered": len(held),
        "digest": digest_of(sealed_text(held)),
        "key_id": "uji",
        "sealed_by": "participant",
        "log_ms": SEALED_AT,
        "log_seq": 0,
        "recorded_at": SEALED_AT,
    }
