"""Cards: a lost one is replaced; a demo event's may be told, since nobody real sits there.

While an exam runs, staff replace cards in the room alone (kind `card`), and the record hears of it
by the log: the later of the two numbers is the card that opens.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.exams.model import EventRow
from app.kit.errors import OpsError
from app.kit.ids import (
    partition_of,
    partition_tag,
    sitting_from_text,
    sitting_number,
    sitting_text,
)
from app.kit.redis import ask
from app.kit.secrets import card_pin, in_fours
from app.operations.changing import changing, known_sitting
from app.operations.priming import known_event
from app.operations.stores import Stores
from app.people.audit_log.model import Actor
from app.sittings.store import enrolled, next_card


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a participant's card. ``number`` counts the cards of a sitting, from 1."""

    event: str
    nip: str
    name: str
    unit: str
    number: int
    pin: str

    @property
    def printed_pin(self) -> str:
        """The PIN as it is printed and read out: in fours."""
        return in_fours(self.pin)


async def card_of(stores: Stores, event_id: str, sitting: int) -> Card:
    """Return the card of a sitting, to be printed.

    Raises:
        OpsError: when the event is unknown, or nobody has this sitting.
    """
    async with stores.record.connect() as conn:
        event = await known_event(conn, event_id)
        row = await known_sitting(conn, event, sitting)
    number = max(row.card, await _given_out(stores, event, sitting))
    pin = card_pin(stores.secrets.pin, sitting_text(sitting), number)
    return Card(event_id, row.nip, row.name, row.unit, number, pin)


async def _given_out(stores: Stores, event: EventRow, sitting: int) -> int:
    """Return the number of the card that opens in the room; 0 where the event has none yet."""
    tag = partition_tag(event.id, partition_of(sitting, event.partitions))
    (number,) = await ask(stores.room, ("HGET", f"sit:{tag}:{sitting_text(sitting)}", "cn"))
    return int(number or 0)


async def reissue(
    stores: Stores,
    event_id: str | None,
    actor: Actor,
    *,
    nip: str | None = None,
    sitting: str | None = None,
) -> Card:
    """Replace somebody's card, found by NIP or sitting: the old PIN opens nothing from now on.

    Devices that are in stay in. Each call makes another card; the last one is right, and that is
    the one returned, where somebody replaces it in the room meanwhile.

    Raises:
        OpsError: as `changing`; neither or both are given; nobody sits there so.
    """
    if (nip is None) == (sitting is None):
        raise OpsError("Say whose card with --nip or --sitting.")
    async with changing(stores, event_id, actor) as change:
        if sitting is None:
            number = sitting_number(stores.secrets.nip, change.event.id, str(nip))
        else:
            number = _number(sitting)
        before = await known_sitting(change.conn, change.event, number)
        given_out = await _given_out(stores, change.event, number)
        card = await next_card(change.conn, change.event.number, number, above=given_out)
        change.touched = [number]
        whom = f"sitting:{sitting_text(number)}"
        change.log("card.reissue", whom, before={"card": before.card}, after={"card": card})
    return await card_of(stores, change.event.id, number)


async def demo_cards(stores: Stores, event_id: str, count: int) -> list[tuple[str, str]]:
    """Return NIP and PIN of the first participants of a demo event, by NIP.

    Raises:
        OpsError: when the event is not a demo, or has fewer participants.
    """
    async with stores.record.connect() as conn:
        event = await known_event(conn, event_id)
        if not event.demo:
            raise OpsError(f"Event {event_id} is real: PINs are printed on cards, never listed.")
        people = sorted(await enrolled(conn, event.number), key=lambda one: one.nip)
    if count > len(people):
        raise OpsError(f"Event {event_id} has {len(people)} participants, not {count}.")
    pin_key = stores.secrets.pin
    return [(one.nip, card_pin(pin_key, sitting_text(one.id), one.card)) for one in people[:count]]


def card_link(address: str, nip: str, pin: str) -> str:
    """Return what a card's QR code holds; browsers never send what stands behind the ``#``."""
    return f"{address.rstrip('/')}/#{nip}.{pin}"


def write_csv(path: Path, cards: Sequence[tuple[str, str]], address: str | None = None) -> None:
    """Write ``nip,pin`` lines, for the owner's eyes only.

    With the address of the login page also ``link``, which logs in by itself.
    """
    lines: list[tuple[str, ...]] = [("nip", "pin"), *cards]
    if address is not None:
        lines = [("nip", "pin", "link"), *((*one, card_link(address, *one)) for one in cards)]
    path.touch(mode=0o600)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerows(lines)


def _number(sitting: str) -> int:
    try:
        return sitting_from_text(sitting)
    except ValueError:
        raise OpsError(f"{sitting!r} is no sitting: they have 12 letters and digits.") from None
