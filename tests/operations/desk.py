"""What happens at the desk of an event, in words."""

import json
from collections import Counter
from dataclasses import replace

from app.exams.live import read_cards
from app.kit.ids import sitting_number
from app.operations.cards import card_of
from app.operations.roster import add_person
from app.people.audit_log.model import Actor
from app.people.demo import demo_people
from app.people.demo_units import demo_units
from app.people.newcomer import Newcomer
from app.people.roster_file import RosterFile, read_roster
from tests.exam import EVENT, PEOPLE, Device, Exam
from tests.people.roster_files import a_file, rows_of

WALK_IN = Newcomer("198609262015051001", "Siti Aminah", "09.01")


async def unit_of(exam: Exam, nip: str) -> str:
    """Return the code of the unit in which somebody sits, as the record has it."""
    card = await card_of(exam.stores, EVENT, number_of(exam, nip))
    return card.unit


def number_of(exam: Exam, nip: str) -> int:
    return sitting_number(exam.stores.secrets.nip, EVENT, nip)


async def counted(exam: Exam, code: str) -> Counter[str]:
    """Return how many sittings the room's counters see in a unit, by state."""
    unit = json.loads(await exam.stores.room.hget(f"units:{EVENT}", code) or "{}").get("id")
    found: Counter[str] = Counter()
    for card in await read_cards(exam.stores.room):
        for tag in card.tags():
            for name, count in (await exam.stores.room.hgetall(f"tally:{tag}")).items():
                of, _, state = str(name).partition(":")
                if of == f"u{unit}" and int(count):
                    found[state] += int(count)
    return found


async def added(exam: Exam, newcomer: Newcomer = WALK_IN) -> tuple[Device, bool]:
    """Add somebody; return a device in their hands, and whether they are new."""
    event, number, is_new = await add_person(exam.stores, EVENT, newcomer, Actor("meja 3"))
    card = await card_of(exam.stores, event, number)
    return replace(exam.device(), nip=card.nip, pin=card.pin), is_new


def roster(*rows: dict[str, str]) -> RosterFile:
    """Read rows as a file."""
    found = read_roster(a_file(rows))
    assert found.faults == []
    return found


def demo_row(exam: Exam, person: int, **cells: str) -> dict[str, str]:
    """Return the row of somebody who sits in the demo event, with some other cells."""
    nip, _ = exam.cards[person]
    people = demo_people(demo_units(), total=PEOPLE, event=EVENT)
    (known,) = [one for one in people if one.nip == nip]
    (row,) = rows_of([known], demo_units())
    return row | {name.replace("_", " "): cell for name, cell in cells.items()}
