"""The only place where objects are put together: web, commands and tests all enter here."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TypedDict

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.answers import tables as answers_tables
from app.answers.buffer import Buffer
from app.answers.service import AnswerService
from app.bank import tables as bank_tables
from app.exams import tables as exams_tables
from app.exams.live import Room, refuse_weak_settings
from app.forms import tables as forms_tables
from app.kit import postgres, redis, secrets
from app.kit.line import Line
from app.operations.stores import Stores
from app.people import tables as people_tables
from app.scoring import tables as scoring_tables
from app.settings import Settings
from app.sittings import tables as sittings_tables
from app.sittings.forms import FormDesk
from app.sittings.live import Sittings
from app.sittings.receipts import Receipts
from app.sittings.service import SittingService
from app.sittings.tokens import Tokens

_CANCEL_S = 0.2

METADATA = postgres.metadata
"""The whole schema: every room that has tables is imported here (the migrations need them all)."""
_TABLES = (
    people_tables,
    bank_tables,
    exams_tables,
    forms_tables,
    sittings_tables,
    answers_tables,
    scoring_tables,
)


class WebState(TypedDict):
    """What a request finds in ``request.state``."""

    line: Line
    room: Room
    tokens: Tokens
    sittings: SittingService
    answers: AnswerService
    forms: FormDesk
    secure_cookies: bool


@asynccontextmanager
async def web_state(settings: Settings) -> AsyncIterator[WebState]:
    """Make what the web app serves with, and keep its line and its pulse going. No Postgres."""
    held = secrets.load(settings)
    room = Room(allow_volatile=settings.allow_volatile_redis)
    line = Line(settings.redis_address, [room.introduce])
    sittings = Sittings(line)
    signer = Receipts(held.receipt_keys, held.receipt_key_id)
    tokens = Tokens(held.token, room.instance)
    service = SittingService(room, sittings, held, tokens, signer)
    tasks = [asyncio.create_task(line.run()), asyncio.create_task(room.pulse(line))]
    try:
        yield WebState(
            line=line,
            room=room,
            tokens=tokens,
            sittings=service,
            answers=AnswerService(Buffer(line), sittings, service, signer),
            forms=FormDesk(line, sittings),
            secure_cookies=settings.secure_cookies == "always",
        )
    finally:
        await _end(tasks)
        await line.close()


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until they have ended: a cancellation that falls into a timeout can get lost."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_CANCEL_S)


@asynccontextmanager
async def stores(settings: Settings) -> AsyncIterator[Stores]:
    """Open both stores; Redis must be there with the right settings, Postgres when it is used."""
    held = secrets.load(settings)
    record = postgres.engine(settings.postgres_url)
    room = redis.connect(settings.redis_address)
    try:
        await introduce(room, allow_volatile=settings.allow_volatile_redis)
        yield Stores(record, room, held, Receipts(held.receipt_keys, held.receipt_key_id))
    finally:
        await room.aclose()
        await record.dispose()


@asynccontextmanager
async def record_only(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """Open Postgres alone."""
    record = postgres.engine(settings.postgres_url)
    try:
        yield record
    finally:
        await record.dispose()


async def introduce(room: Redis, *, allow_volatile: bool) -> None:
    """Check Redis's settings and load the functions.

    Raises:
        OpsError: when acknowledged answers could be lost there.
    """
    if not allow_volatile:
        await refuse_weak_settings(room)
    await redis.load_functions(room)
