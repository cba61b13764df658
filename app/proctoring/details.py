"""What a board shows of one sitting beyond its row; nothing of what an answer says."""

from typing import Any

import orjson
from redis.asyncio import Redis

from app.answers.log import parse_id
from app.kit.errors import NotFound
from app.kit.redis import ask
from app.proctoring.live import Place


async def details_of(room: Redis, place: Place) -> dict[str, Any]:
    """Return them as the call tells them: whose it is, staff's remarks, what waits to be decided.

    Raises:
        NotFound: the room has it no more.
    """
    own = f"{place.tag}:{place.sitting}"
    (unit, number), person, remarks, late = await ask(
        room,
        ("HMGET", f"sit:{own}", "un", "rm"),
        ("HGET", f"people:{place.tag}", place.sitting),
        ("LRANGE", f"remark:{own}", 0, -1),
        ("HVALS", f"late:{own}"),
        atomic=True,
    )
    if unit is None or person is None:
        raise NotFound(detail="Peserta ini tidak ada di ruang ujian.")
    kept = sorted(int(one.partition(" ")[0]) for one in late)
    return {
        "sitting": place.sitting,
        "name": orjson.loads(person)["name"],
        "unit": int(unit),
        "room": number or "",
        "remarks": [_remark(one) for one in remarks],
        "late": {"count": len(kept), **_between(kept)},
    }


def _between(kept: list[int]) -> dict[str, int]:
    return {"first_at": kept[0], "last_at": kept[-1]} if kept else {}


def _remark(held: str) -> dict[str, Any]:
    """Read a remark as the room keeps it: its place in the log, then what it says."""
    place, _, text = held.partition(" ")
    said = orjson.loads(text)
    told = {name: said[name] for name in ("who", "category", "severity", "text")}
    return {"at": parse_id(place)[0], **told}
