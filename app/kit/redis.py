"""Redis: the room. The connection, the settings it must have, and the function library.

The library is one text put together from the rooms' ``.lua`` files. Its functions carry the text's
digest in their names, so that an old and a new app can work side by side during a rolling restart.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError

Command = Sequence[str | int | bytes]

_APP = Path(__file__).parent.parent
_PARTS = (
    "exams/live.lua",
    "sittings/live.lua",
    "sittings/handing_in.lua",
    "sittings/staff.lua",
    "sittings/deciding.lua",
    "answers/buffer.lua",
    "people/staff/live.lua",
    "proctoring/board/live.lua",
    "proctoring/arrivals/live.lua",
)
REQUIRED = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "save": "",
    "maxmemory-policy": "noeviction",
}


def _source() -> str:
    return "\n".join((_APP / part).read_text() for part in _PARTS)


@dataclass(frozen=True)
class Library:
    """The functions of the room, and the names they have in this version."""

    source: str = field(default_factory=_source)

    @cached_property
    def version(self) -> str:
        """Eight hex digits of the text's digest."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:8]

    def name(self, function: str) -> str:
        """Return the name under which Redis knows the function."""
        return f"{function}_{self.version}"

    def text(self) -> str:
        """Return the library as it is loaded."""
        named = re.sub(
            r"function_name = '(\w+)'", rf"function_name = '\1_{self.version}'", self.source
        )
        return f"#!lua name=serentak_{self.version}\n{named}"


LIBRARY = Library()


def connect(address: str) -> Redis:
    """Return a client that never sends a command twice by itself."""
    return Redis.from_url(
        address,
        decode_responses=True,
        protocol=2,  # flat replies, as the functions give them
        retry=Retry(NoBackoff(), 0),
        socket_timeout=10,
        socket_connect_timeout=5,
    )


async def load_functions(client: Redis) -> None:
    """Load the library unless this version stands already."""
    held = await client.function_list(library=f"serentak_{LIBRARY.version}")
    if held:
        return
    try:
        await client.function_load(LIBRARY.text())
    except ResponseError as error:
        if "already exists" not in str(error):  # another process was quicker
            raise


async def weaknesses(client: Redis) -> list[str]:
    """Name the settings under which an acknowledged answer could be lost; empty when it holds."""
    found = []
    (held,) = await ask(client, ("CONFIG", "GET", *REQUIRED, "maxmemory"))
    if isinstance(held, list):
        held = dict(zip(held[::2], held[1::2], strict=True))
    for name, wanted in REQUIRED.items():
        if held.get(name) != wanted:
            found.append(f"{name} is {held.get(name)!r}, must be {wanted!r}")
    if held.get("maxmemory", "0") == "0":
        found.append("maxmemory is not set")
    return found


async def call(client: Redis, function: str, tag: str, *args: str | int) -> Any:  # noqa: ANN401 - each its own
    """Call one of the library's functions on a partition; the reply is the function's own."""
    (reply,) = await ask(client, call_of(function, tag, *args))
    return reply


def call_of(function: str, tag: str, *args: str | int) -> Command:
    """Return the command that calls one of the library's functions on a partition."""
    return ("FCALL", LIBRARY.name(function), 1, f"room:{tag}", *args)


async def ask(
    client: Redis, *commands: Command, atomic: bool = False, raising: bool = True
) -> list[Any]:
    """Send commands in one go and return their replies; ``atomic`` reads them in one moment.

    The first refusal is raised; not ``raising``, each stands in its place.
    """
    pipe = client.pipeline(transaction=atomic)
    async with pipe:
        for command in commands:
            pipe.execute_command(*command)
        return await pipe.execute(raise_on_error=raising)


async def time_ms(client: Redis) -> int:
    """Return the room's time in milliseconds since 1970."""
    (now,) = await ask(client, ("TIME",))
    return ms_of(now)


def ms_of(time: Sequence[str | int]) -> int:
    """Return the reply of TIME, seconds and microseconds, in milliseconds."""
    seconds, micros = time
    return int(seconds) * 1000 + int(micros) // 1000
