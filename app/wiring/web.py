"""What the web app is made of. No Postgres: an exam that runs does not need it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.answers.buffer import Buffer
from app.answers.service import AnswerService
from app.exams.live import Room
from app.kit import secrets
from app.kit.ending import end
from app.kit.line import Line
from app.pages.page import Pages
from app.settings import Settings, TimeZone
from app.sittings.forms import FormDesk
from app.sittings.live import Sittings
from app.sittings.media import MediaDesk
from app.sittings.receipts import Receipts
from app.sittings.service import SittingService
from app.sittings.tokens import Tokens
from app.wiring.proctoring import ProctorState, proctor_state
from app.wiring.staff import StaffState, staff_state


class WebState(StaffState, ProctorState):
    """What a request finds in ``request.state``."""

    line: Line
    room: Room
    tokens: Tokens
    sittings: SittingService
    answers: AnswerService
    forms: FormDesk
    media: MediaDesk
    pages: Pages
    secure_cookies: bool
    time_zone: TimeZone


@asynccontextmanager
async def web_state(settings: Settings) -> AsyncIterator[WebState]:
    """Make what the web app serves with, and keep its line and its pulse going. No Postgres."""
    held = secrets.load(settings)
    room = Room(allow_volatile=settings.allow_volatile_redis)
    pages = Pages()
    line = Line(settings.redis_address, [room.introduce])
    sittings = Sittings(line)
    forms = FormDesk(line, sittings)
    signer = Receipts(held.receipt_keys, held.receipt_key_id)
    tokens = Tokens(held.token, room.instance)
    service = SittingService(room, sittings, held, tokens, signer)
    tasks = [asyncio.create_task(line.run()), asyncio.create_task(room.pulse(line))]
    try:
        async with (
            staff_state(settings, held.staff, line) as staff,
            proctor_state(settings, held, signer, room.events) as proctoring,
        ):
            yield WebState(
                **staff,
                **proctoring,
                line=line,
                room=room,
                tokens=tokens,
                sittings=service,
                answers=AnswerService(Buffer(line, room.saw), sittings, service, signer),
                forms=forms,
                media=MediaDesk(line, forms),
                pages=pages,
                secure_cookies=settings.secure_cookies == "always",
                time_zone=settings.time_zone,
            )
    finally:
        await end(tasks)
        await line.close()
