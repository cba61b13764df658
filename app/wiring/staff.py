"""What staff come in by; and the console, put together when somebody first asks for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypedDict

from app.kit.later import Later
from app.kit.line import Line
from app.people.audit_log.live import note
from app.people.audit_log.model import Entry
from app.people.staff.entering import Entrance, Note
from app.people.staff.live import StaffRoom
from app.people.staff.passwords import Passwords
from app.people.staff.second_factor import SecondFactors
from app.settings import Settings

if TYPE_CHECKING:
    from app.people.staff.console import Console

_CONSOLE: Final = "app.wiring.console"


class StaffState(TypedDict):
    """What a request of staff finds in ``request.state``; ``console`` alone needs Postgres."""

    staff_room: StaffRoom
    entrance: Entrance
    factors: SecondFactors
    note: Note
    console: "Later[Console]"


@asynccontextmanager
async def staff_state(settings: Settings, key: bytes, line: Line) -> AsyncIterator[StaffState]:
    """Make what staff come in by, over the web process's line to Redis."""
    room = StaffRoom(line.command)
    passwords, factors = Passwords(key), SecondFactors(key)

    async def write_down(entry: Entry) -> None:
        await line.command(*note(entry))

    async with AsyncExitStack() as opened:
        opened.callback(passwords.close)

        async def open_console() -> "Console":
            loaded: Any = await asyncio.to_thread(import_module, _CONSOLE)
            made: Console = await opened.enter_async_context(
                loaded.web_console(settings, room, passwords, factors, key)
            )
            return made

        yield StaffState(
            staff_room=room,
            entrance=Entrance(room, passwords, factors, key, write_down),
            factors=factors,
            note=write_down,
            console=Later(open_console),
        )
