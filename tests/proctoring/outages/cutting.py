"""Silences without waiting: the room's own notes of when somebody was heard of are set back."""

from collections.abc import Sequence

from app.kit.redis import LIBRARY, ask
from app.operations.demo import DEMO_PARTITIONS
from tests.exam import EVENT, Device, Exam


async def cut_off(exam: Exam, devices: Sequence[Device], ms: int) -> list[int]:
    """Let devices have been silent for so long, in sittings that began long ago.

    Returns when each was heard of last.
    """
    found: list[int] = []
    for device in devices:
        key = f"sit:{exam.tag(device)}:{device.sitting}"
        _, since, _ = await ask(
            exam.stores.room,
            ("HINCRBY", key, "os", -10 * ms),
            ("HINCRBY", key, "sn", -ms),
            ("SADD", f"dirty:{exam.tag(device)}", device.sitting),
        )
        found.append(int(since))
    return found


async def began_long_ago(exam: Exam, devices: Sequence[Device]) -> None:
    """Let them have started hours ago, as the board sees it; the record is not told."""
    for device in devices:
        key = f"sit:{exam.tag(device)}:{device.sitting}"
        await ask(exam.stores.room, ("HINCRBY", key, "sa", -4 * 3_600_000))


async def server_away(exam: Exam, ms: int) -> None:
    """Let no worker have stamped the room for so long, until now."""
    for partition in range(DEMO_PARTITIONS):
        key = f"room:{{{EVENT}.p{partition:02d}}}"
        await ask(
            exam.stores.room,
            ("HINCRBY", key, "opens", -2 * ms),
            ("HINCRBY", key, "stamp", -ms),
            ("FCALL", LIBRARY.name("stamp"), 1, key),
            atomic=True,
        )
