"""The stores' files, taken by the real servers: the room's are as strong as the product demands."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from app.kit import binaries, own_postgres, own_valkey
from app.kit.redis import connect, weaknesses
from tests.deploy.files import DEPLOY, UNITS, options, text, unit

WHERE_IT_LIVES = {"port", "unixsocket", "unixsocketperm", "dir"}


@contextmanager
def valkey(folder: Path, *more: str) -> Iterator[str]:
    """Run the server as the unit does, in a folder of the test; give its address."""
    socket = folder / "valkey.sock"
    where = ["--dir", str(folder), "--port", "0", "--unixsocket", str(socket)]
    program = [str(binaries.valkey()), str(DEPLOY / "valkey.conf"), *where, *more]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL) as server:
        try:
            yield f"unix://{socket}"
        finally:
            server.terminate()


async def weak_points(address: str) -> list[str]:
    room = connect(address)
    patience = time.monotonic() + 20
    try:
        while True:
            try:
                return await weaknesses(room)
            except RedisError:
                if time.monotonic() > patience:
                    raise
    finally:
        await room.aclose()


@pytest.mark.asyncio
async def test_the_rooms_file_is_strong_enough_for_the_doors_to_open(tmp_path: Path) -> None:
    with valkey(tmp_path) as address:
        assert await weak_points(address) == []


@pytest.mark.asyncio
async def test_a_weaker_room_would_be_found(tmp_path: Path) -> None:
    with valkey(tmp_path, "--appendfsync", "everysec", "--maxmemory", "0") as address:
        found = await weak_points(address)
    assert [line.split()[0] for line in found] == ["appendfsync", "maxmemory"]


def test_the_rooms_file_says_what_the_embedded_room_is_told() -> None:
    told = own_valkey._options(Path("/d"), Path("/s"), "2gb")
    embedded = {
        name.removeprefix("--"): value
        for name, value in zip(told[::2], told[1::2], strict=True)
        if name.removeprefix("--") not in WHERE_IT_LIVES
    }
    said = options("valkey.conf", " ")
    assert {name: said.get(name) for name in embedded} == embedded


def test_the_unit_starts_the_room_where_the_settings_look_for_it() -> None:
    (room,) = [unit(path) for path in UNITS if path.stem == "serentak-valkey"]
    words = room["ExecStart"][0].split()
    assert words[:2] == ["/opt/serentak/bin/valkey-server", "/etc/serentak/valkey.conf"]
    said = dict(zip(words[2::2], words[3::2], strict=True))
    assert said["--dir"] == f"/var/lib/{room['StateDirectory'][0]}"
    assert said["--unixsocket"] == f"/run/{room['RuntimeDirectory'][0]}/valkey.sock"
    assert f"unix://{said['--unixsocket']}" == options("env.example", "=")["REDIS_URL"]


def postgres_reads(file: Path, folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Ask the server what a setting is under a file; it refuses a file with any fault."""
    program = [str(binaries.postgres() / "postgres"), "-C", name, "-D", str(folder)]
    return subprocess.run(
        [*program, "-c", f"config_file={file}"], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes"])
def test_postgres_takes_the_records_file_and_loses_nothing(name: str, tmp_path: Path) -> None:
    asked = postgres_reads(DEPLOY / "postgresql.conf", tmp_path, name)
    assert (asked.returncode, asked.stdout) == (0, "on\n"), asked.stderr


def test_a_fault_in_the_records_file_would_be_found(tmp_path: Path) -> None:
    faulty = tmp_path / "postgresql.conf"
    faulty.write_text(text("postgresql.conf").replace("shared_buffers", "shared_buffer"))
    assert postgres_reads(faulty, tmp_path, "fsync").returncode != 0


def test_the_records_file_says_what_the_embedded_record_is_told() -> None:
    said = options("postgresql.conf", "=")
    assert {name: own_postgres._OPTIONS.get(name) for name in said} == said
