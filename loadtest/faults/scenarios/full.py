"""D5: Redis has no memory or no disk left: saves are refused, and then it goes on by itself."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from app.kit.redis import ask
from loadtest.faults.ground import Ground
from loadtest.faults.house import House

SPARE: Final = 24 << 20  # of the small file system, beside what lies there
LEFT: Final = 96 << 10  # that it has left when it is called nearly full
BLOCK: Final = 1 << 16


async def memory(ground: Ground) -> None:
    """Let Redis reach its memory limit under load, and raise it again."""
    event = await ground.event()
    pages = await ground.seat(event)
    async with ground.load(event, pages):
        await asyncio.sleep(1)
        async with ground.house.stores() as held:
            (info,) = await ask(held.room, ("INFO", "memory"))
            ((_, limit),) = await ask(held.room, ("CONFIG", "GET", "maxmemory"))
            used = info["used_memory"] if isinstance(info, dict) else _used(info)
            await ask(held.room, ("CONFIG", "SET", "maxmemory", used // 2))
        await _full(ground)
        async with ground.house.stores() as held:
            await ask(held.room, ("CONFIG", "SET", "maxmemory", limit))
        await asyncio.sleep(1)
    await ground.judge(event)


async def disk(ground: Ground) -> None:
    """Let Redis's disk run full under load, and make room again."""
    try:
        async with small_disk(ground.house) as place:
            event = await ground.event()
            pages = await ground.seat(event)
            async with ground.load(event, pages):
                await asyncio.sleep(0.5)
                ballast = place / "ballast"
                fill(ballast)
                await _full(ground)
                ballast.unlink()
                await ground.house.serves("valkey")
                await asyncio.sleep(1)
            await ground.judge(event)
    except MountRefused as refused:
        ground.skip(str(refused))


async def _full(ground: Ground) -> None:
    """Wait while it is full; somebody must have been refused meanwhile."""
    before = _refused(ground)
    await asyncio.sleep(ground.size.full_s)
    ground.count("refused", _refused(ground) - before)
    if _refused(ground) == before:
        ground.fail("nobody was refused while it was full: it was not")


def _refused(ground: Ground) -> int:
    return sum(page.busy + page.broken for page in ground.pages)


def _used(info: str) -> int:
    line = next(line for line in info.splitlines() if line.startswith("used_memory:"))
    return int(line.partition(":")[2])


class MountRefused(Exception):
    """This machine lets us mount no small file system."""


@asynccontextmanager
async def small_disk(house: House) -> AsyncIterator[Path]:
    """Let Valkey's folder lie on a small file system of its own while the block runs.

    Raises:
        MountRefused: where we may not mount one.
    """
    place, aside = house.data / "valkey", house.data / "valkey-on-disk"
    await house.stop("valkey")
    place.rename(aside)
    place.mkdir(mode=0o700)
    size = SPARE + sum(path.stat().st_size for path in aside.rglob("*") if path.is_file())
    options = f"size={size},mode=0700"
    try:
        _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place))
    except MountRefused:
        place.rmdir()
        aside.rename(place)
        await house.start("valkey")
        raise
    try:
        _copy(aside, place)
        await house.start("valkey")
        yield place
    finally:
        await house.stop("valkey")
        shutil.rmtree(aside)
        shutil.copytree(place, aside)
        _run("umount", str(place))
        place.rmdir()
        aside.rename(place)
        await house.start("valkey")


def fill(ballast: Path) -> None:
    """Take up what is left of a file system, but for a little."""
    with ballast.open("wb", buffering=0) as file:
        while True:
            held = os.statvfs(ballast)
            left = held.f_bavail * held.f_frsize - LEFT
            if left <= 0:
                return
            file.write(b"\0" * min(BLOCK, left))


def _copy(source: Path, to: Path) -> None:
    shutil.copytree(source, to, dirs_exist_ok=True)
    to.chmod(0o700)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    except OSError as error:
        raise MountRefused(f"{command[0]}: {error}") from error
    if done.returncode:
        raise MountRefused(f"no small file system can be mounted here: {done.stderr.strip()}")
