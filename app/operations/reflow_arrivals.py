"""Reflow of what the board brought in: people who were on no list, and the PINs of rooms."""

import logging
from collections.abc import Sequence
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers.arrivals import opened, seat_walk_ins, set_door
from app.answers.log import Id, WalkIn, parse_line
from app.answers.partition import Partition
from app.answers.sealing import append_room
from app.kit.errors import OpsError, first_line
from app.kit.ids import sitting_from_text
from app.kit.redis import ask
from app.operations.stores import Stores

_log = logging.getLogger(__name__)

_PIN: Final = "pin:"
_PLACES: Final = 1 << 30


async def send_arrivals(
    conn: AsyncConnection,
    stores: Stores,
    place: Partition,
    epoch: int,
    at: Id,
    strangers: Sequence[str],
) -> None:
    """Send again the sittings that the record does not know, and the PINs of rooms.

    Raises:
        OpsError: somebody is among them who did not come in by the board, or who cannot be added.
    """
    walked, room, shut = await ask(
        stores.room,
        ("HGETALL", f"walked:{place.tag}"),
        ("HGETALL", f"room:{place.tag}"),
        ("HGETALL", f"alarm:{place.tag}"),
        atomic=True,
    )
    lost = [sid for sid in strangers if sid not in walked]
    if not lost:
        try:
            walk_ins = [_line(stores, at, sid, walked[sid]) for sid in strangers]
            async with conn.begin_nested():
                await append_room(conn, place, epoch, walk_ins)
                await seat_walk_ins(conn, place, walk_ins)
        except (ValueError, DBAPIError) as error:
            said = first_line(error)  # what follows may name people
            _log.error("alarm: %s: who walked in cannot be added again: %s", place.tag, said)
            lost = list(strangers)
    if lost:
        raise OpsError(
            f"{len(lost)} sittings of {place.tag.strip('{}')} are not in this Postgres at all: "
            "add them again (`serentak roster import`, `roster add`), or restore a later backup."
        )
    if place.partition == 0:  # which alone tells the record of them
        await _send_doors(conn, place, room or shut)


async def _send_doors(conn: AsyncConnection, place: Partition, held: dict[str, str]) -> None:
    for name, hashed in held.items():
        if name.startswith(_PIN):
            try:
                await set_door(conn, place, int(name.removeprefix(_PIN)), hashed)
            except KeyError:
                _log.error("alarm: %s: the record does not know room %s", place.tag, name)


def _line(stores: Stores, at: Id, sid: str, text: str) -> WalkIn:
    # Places in the log of their own, beside those that reflow gives to transitions.
    line = parse_line((at[0], _PLACES + sitting_from_text(sid) % _PLACES), f"w {sid} {text}")
    if not isinstance(line, WalkIn):
        raise ValueError(text)  # noqa: TRY004 - as of any text that is none of ours
    return opened(line, stores.envelope)
