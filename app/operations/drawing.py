"""What a form is drawn from, put into the room: somebody may come in while Postgres is away."""

import orjson
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from app.exams.live import drawing_key
from app.exams.model import EventRow
from app.exams.store import room_openings
from app.forms.recipe import to_recipe
from app.forms.store import kept_pool
from app.kit.redis import ask


async def drawing_of(conn: AsyncConnection, event: EventRow) -> bytes:
    """Return the document of an event whose pool stands: the recipe, and when its rooms open."""
    pool = await kept_pool(conn, event.number, event.blueprint.version)
    opens = await room_openings(conn, event.number)
    return orjson.dumps(
        {"recipe": to_recipe(event.blueprint, pool), "opens": opens}, option=orjson.OPT_NON_STR_KEYS
    )


async def push_drawing(room: Redis, event: EventRow, drawing: bytes) -> None:
    """Put the document into the room, under ``draw:<event>``."""
    await ask(room, ("SET", drawing_key(event.id), drawing))
