"""``python -m loadtest.guesses``; ``make guesses`` calls it. ``TRIES=1000000`` of each kind."""

import csv
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from redis import Redis
from rich.console import Console
from rich.table import Table

from app.kit import clock
from app.settings import Settings
from loadtest import machine
from loadtest.bench import wrk
from loadtest.guesses.owners import Owners
from loadtest.server import RESULTS, RunError
from loadtest.stack import Stack

EVENT: Final = "kukar-2023"
ACCOUNTS: Final = 10_000
STAFF: Final = 5
TRIES: Final = 1_000_000
_CONNECTIONS: Final = 64
_LIMIT_S: Final = 3600
_SCRIPT: Final = Path(__file__).with_name("guess.lua")
_SAID: Final = re.compile(r"done (\d+) (\d+) (\d+)\n")
_PASSWORD: Final = re.compile(r"^password\s+(\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Target:
    """What is guessed at: the names, and what their owners say when they come in."""

    kind: str
    path: str
    names: Sequence[str]
    owners: Sequence[dict[str, Any]]


def main() -> int:
    """Guess, write guesses.json, print the table; return 0 unless a guess or no owner entered."""
    console = Console(highlight=False)
    tries = int(os.environ.get("TRIES") or TRIES)
    try:
        wrk.find()
        known = _guessed(tries, console)
    except RunError as error:
        console.print(f"no figures: {error}", markup=False, soft_wrap=True)
        return 1
    document = RESULTS / "guesses.json"
    RESULTS.mkdir(parents=True, exist_ok=True)
    document.write_bytes(orjson.dumps(known, option=orjson.OPT_INDENT_2) + b"\n")
    console.print(_table(known["kinds"]))
    holds = all(one["let_in"] == 0 and one["owners"]["refused"] == 0 for one in known["kinds"])
    verdict = "passed" if holds else "NOT PASSED"
    console.print(f"{verdict}; every figure is in {document}", markup=False, soft_wrap=True)
    return 0 if holds else 1


def _guessed(tries: int, console: Console) -> dict[str, Any]:
    with Stack() as server:
        about = machine.describe(server.folder)
        console.print("the server is up", markup=False)
        kinds = [_guess(server, target, tries) for target in (_cards(server), _staff(server))]
    return {"at_ms": clock.now_ms(), "machine": about, "tries": tries, "kinds": kinds}


def _cards(server: Stack) -> Target:
    """Return the participants of the demo event; every hundredth comes in meanwhile."""
    path = server.folder / "cards.csv"
    count = str(ACCOUNTS)
    server.asked("demo", "credentials", EVENT, "--count", count, "--csv", str(path))
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    owners = [
        {"nip": row["nip"], "pin": row["pin"], "device": f"owner-{n}"}
        for n, row in enumerate(rows[::100])
    ]
    return Target("cards", "/api/v1/login", [row["nip"] for row in rows], owners)


def _staff(server: Stack) -> Target:
    """Return some accounts of staff, and as many names that nobody has."""
    owners = []
    for n in range(STAFF):
        words = ("staff", "create", f"operator{n}", "--name", f"Operator {n}", "--role", "operator")
        said = _PASSWORD.search(server.asked(*words).decode())
        if said is None:
            raise RunError("serentak staff create printed no password")
        owners.append({"login": f"operator{n}", "password": said[1]})
    names = [owner["login"] for owner in owners]
    strangers = [f"stranger{n}" for n in range(STAFF)]
    return Target("staff", "/api/v1/staff/session", [*names, *strangers], owners)


def _guess(server: Stack, target: Target, tries: int) -> dict[str, Any]:
    names = server.folder / f"{target.kind}.txt"
    names.write_text("\n".join(target.names) + "\n")
    owners = Owners(server.url, target.path, target.owners)
    held, began = _memory(server), time.monotonic()
    owners.begin()
    try:
        said = _wrk(server.url, target.kind, tries, names)
    finally:
        came = owners.stop()
    seconds = time.monotonic() - began
    found = _SAID.fullmatch(said)
    refused, throttled, turned_away = map(int, found.groups()) if found else (0, 0, 0)
    return {
        "kind": target.kind,
        "tries": tries,
        "accounts": len(target.names),
        "let_in": 0 if found else 1,
        "said": said.strip(),
        "refused": refused,
        "throttled": throttled,
        "turned_away": turned_away,
        "seconds": round(seconds, 1),
        "tries_a_second": round(tries / seconds),
        "redis_grew_bytes": _memory(server) - held,
        "owners": came,
    }


def _wrk(url: str, kind: str, tries: int, names: Path) -> str:
    words = [wrk.find(), "-t1", f"-c{_CONNECTIONS}", f"-d{_LIMIT_S}s", "--timeout", "30s"]
    words += ["-s", str(_SCRIPT), url, "--", kind, str(tries), str(names)]
    done = subprocess.run(  # noqa: S603 - our own words
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    said = "".join(_own_lines(done.stdout))
    if not said:
        raise RunError(
            f"wrk ended with {done.returncode}: {done.stdout[-500:]} {done.stderr[-500:]}"
        )
    return said


def _own_lines(text: str) -> Iterator[str]:
    """Return what guess.lua said, without wrk's own words."""
    return (line for line in text.splitlines(keepends=True) if line.startswith(("done", "entered")))


def _memory(server: Stack) -> int:
    settings = Settings(data_dir=server.data or server.folder)
    room = Redis.from_url(settings.redis_address, decode_responses=True)
    try:
        return int(room.info("memory")["used_memory"])
    finally:
        room.close()


def _table(kinds: Sequence[dict[str, Any]]) -> Table:
    table = Table(
        "guessed at", "tries", "let in", "throttled", "a second", "owners in", "p99", "longest"
    )
    for one in kinds:
        came = one["owners"]
        whole = came["entered"] + came["refused"]
        table.add_row(
            f"{one['accounts']:,} {one['kind']}",
            f"{one['tries']:,}",
            str(one["let_in"]),
            f"{one['throttled']:,}",
            f"{one['tries_a_second']:,}",
            f"{came['entered']} of {whole}",
            f"{came['p99_ms']} ms",
            f"{came['longest_ms']} ms",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
