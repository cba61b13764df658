"""The embedded Postgres: the record on this machine, behind a socket in a private folder."""

import os
import shutil
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.kit import binaries
from app.kit.children import Child, without_secrets
from app.kit.errors import OpsError
from app.kit.folders import private_folder, require_owner, wait_until_quiet
from app.kit.guise import Guise, choose, require_way

if TYPE_CHECKING:
    from app.settings import Settings

NAME = "serentak"
"""Of the database and of its only user."""

_OPTIONS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # Nothing acknowledged may be lost.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Two cores and a machine shared with everything else.
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


def child(settings: "Settings") -> Child:
    """Return the server as a child; its first start makes the cluster and the database."""
    programs = binaries.postgres()
    guise = choose(programs / "postgres")
    home = settings.data_dir / "postgres"
    options = {**_OPTIONS, "unix_socket_directories": str(settings.socket_dir)}
    return Child(
        name="postgres",
        argv=(
            *(str(programs / "postgres"), "-D", str(home)),
            *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
        ),
        env=_environment(),
        prepare=partial(_prepare, settings, home, programs, guise),
        ready=partial(_accepts, home),
        ready_seconds=300,  # after a crash it reads its log first
        stop_signal=signal.SIGINT,  # "fast": does not wait for its clients
        stop_seconds=60,
        death_signal=signal.SIGQUIT,
        inside=guise.inside,
        user=guise.user,
        log=settings.data_dir / "log" / "postgres.log",
    )


def _environment() -> dict[str, str]:
    ours = without_secrets(os.environ)
    plain = {name: value for name, value in ours.items() if not name.startswith("PG")}
    return {**plain, "LC_ALL": "C", "TZ": "UTC"}


def _accepts(home: Path) -> bool:
    """Tell whether the server takes connections: its pid file's last line says so."""
    try:
        return (home / "postmaster.pid").read_text().rstrip().endswith("ready")
    except OSError:
        return False


def _prepare(settings: "Settings", home: Path, programs: Path, guise: Guise) -> None:
    """Before each start: folders, no process of an earlier life, no stale file, a cluster."""
    owner = guise.user[0] if guise.user else None
    private_folder(settings.data_dir, owner)
    private_folder(settings.data_dir / "log")
    private_folder(settings.socket_dir, owner)
    if owner is not None:
        require_way(owner, home)
        require_way(owner, settings.socket_dir)
    if home.exists():
        require_owner(home, os.geteuid() if owner is None else owner)
        wait_until_quiet(home, "postgres")
        for stale in (home / "postmaster.pid", *settings.socket_dir.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)
        _refuse_other_version(home, programs)
    else:
        _make_cluster(home, programs, guise)


def _make_cluster(home: Path, programs: Path, guise: Guise) -> None:
    """Make cluster and database beside their place, then put them there: all or nothing."""
    draft = home.with_name("postgres.new")
    wait_until_quiet(draft, "postgres")
    shutil.rmtree(draft, ignore_errors=True)
    private_folder(draft, guise.user[0] if guise.user else None)
    initdb = [str(programs / "initdb"), "--pgdata", str(draft), "--username", NAME]
    initdb += ["--encoding", "UTF8", "--locale", "C", "--data-checksums"]
    initdb += ["--auth-local", "trust", "--auth-host", "reject"]  # the folder is the lock
    _run(guise, initdb)
    single = [str(programs / "postgres"), "--single", "-D", str(draft), "postgres"]
    _run(guise, single, said=f"CREATE DATABASE {NAME}\n")
    draft.rename(home)


def _run(guise: Guise, argv: list[str], said: str = "") -> None:
    done = guise.run(argv, env=_environment(), said=said)
    if done.returncode != 0:
        raise OpsError(f"Postgres could not be set up: {done.stderr.strip() or done.stdout}")


def _refuse_other_version(home: Path, programs: Path) -> None:
    made_by = (home / "PG_VERSION").read_text().strip()
    is_now = str(binaries.major(programs / "postgres"))
    if made_by != is_now:
        sentence = (
            f"{home} was made by Postgres {made_by}, and {programs} is version {is_now}: "
            "move the record over with pg_dump, or set DATABASE_URL."
        )
        raise OpsError(sentence)
