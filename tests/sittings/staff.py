"""What staff do to a sitting, and what a test must move in the room, in words."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

from app.kit.redis import ask, call
from app.operations.demo import DEMO_PARTITIONS
from app.sittings.live import View, parse_view
from tests.exam import EVENT, Device, Exam

_actions = itertools.count(1)


async def seated(exam: Exam) -> Device:
    """Return a device whose participant, a newcomer, has entered and started."""
    device = exam.newcomer()
    await device.login()
    await device.start()
    return device


async def act(
    exam: Exam,
    device: Device,
    kind: str,
    *,
    ms: int = 0,
    text: str | None = None,
    action: str | None = None,
    standing: str = "",
    undoes: str = "",
) -> View:
    """Do something as staff: ``ms`` and ``text`` are for the device, ``standing`` names a seal.

    An ``undo`` is one of a submit.

    Return the sitting as it stands then, with the status of the act.
    """
    extra = ""
    if kind == "submit":
        extra = exam.stores.signer.current
    if kind in {"reopen", "undo"}:
        extra = (await device.ok("GET", ""))["receipt"]["code"].rpartition("-")[2]
    note = "" if text is None else json.dumps(text)
    action = action or f"action-{next(_actions)}"
    said = json.dumps({"role": "proctor", "where": "10.1.2.3", "why": text or ""})
    words = (device.sitting, kind, action, "proctor-1", ms)
    args: list[str | int] = [*words, extra, note, standing, said, undoes]
    status, *_ = await call(exam.stores.room, "act", exam.tag(device), *args)
    view = parse_view(await call(exam.stores.room, "look", exam.tag(device), device.sitting))
    return replace(view, status=status)


async def eventually(looks_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so; it is asked again and again for ten seconds."""
    for _ in range(1000):
        if await looks_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never is")


async def sweep(exam: Exam, device: Device) -> tuple[str, int, int]:
    """Sweep the device's partition once: what the room said, how many sealed, how many absent."""
    key = exam.stores.signer.current
    said, sealed, absent = await call(exam.stores.room, "sweep", exam.tag(device), 100, key)
    return said, sealed, absent


async def sitting_fields(exam: Exam, device: Device) -> dict[str, str]:
    """Return the sitting's hash."""
    (fields,) = await ask(exam.stores.room, ("HGETALL", _sit(exam, device)))
    return dict(fields)


async def set_fields(exam: Exam, device: Device, **fields: str | int) -> None:
    """Set fields of the sitting's hash."""
    flat = [part for pair in fields.items() for part in pair]
    await ask(exam.stores.room, ("HSET", _sit(exam, device), *flat))


async def move_deadline(exam: Exam, device: Device, ms: int) -> None:
    """Move the deadline of an open sitting, where Redis asks for it."""
    await ask(
        exam.stores.room,
        ("HINCRBY", _sit(exam, device), "dl", ms),
        ("ZINCRBY", f"due:{exam.tag(device)}", ms, device.sitting),
        atomic=True,
    )


async def run_out(exam: Exam, device: Device) -> None:
    """Let deadline and grace of an open sitting be long over."""
    await move_deadline(exam, device, -10 * 3_600_000)


async def room_fields(exam: Exam, device: Device) -> dict[str, str]:
    """Return the hash of the device's partition."""
    (fields,) = await ask(exam.stores.room, ("HGETALL", f"room:{exam.tag(device)}"))
    return dict(fields)


async def set_room(exam: Exam, **fields: str | int) -> None:
    """Set fields of the room of all partitions."""
    flat = [part for pair in fields.items() for part in pair]
    rooms = [f"room:{{{EVENT}.p{n:02d}}}" for n in range(DEMO_PARTITIONS)]
    await ask(exam.stores.room, *(("HSET", room, *flat) for room in rooms))


async def log_lines(exam: Exam, device: Device) -> list[str]:
    """Return the lines of the log that speak of the device's sitting, the oldest first."""
    (entries,) = await ask(exam.stores.room, ("XRANGE", f"log:{exam.tag(device)}", "-", "+"))
    lines = [fields["d"] if isinstance(fields, dict) else fields[1] for _, fields in entries]
    return [line for line in lines if line.split(" ")[1] == device.sitting]


def _sit(exam: Exam, device: Device) -> str:
    return f"sit:{exam.tag(device)}:{device.sitting}"
