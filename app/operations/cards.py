"""Cards of the demo event: their PINs may be told, since nobody real sits there."""

import csv
from collections.abc import Sequence
from pathlib import Path

from app.kit.errors import OpsError
from app.kit.ids import sitting_text
from app.kit.secrets import card_pin
from app.operations.priming import known_event
from app.operations.stores import Stores
from app.sittings.store import enrolled


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


def write_csv(path: Path, cards: Sequence[tuple[str, str]]) -> None:
    """Write ``nip,pin`` lines, for the owner's eyes only."""
    path.touch(mode=0o600)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("nip", "pin"))
        rows.writerows(cards)
