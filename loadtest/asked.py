"""What was asked for: options of the command line, each with a variable of the environment.

``make kukar PARTICIPANTS=500`` sets them: make hands its variables on.
"""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from loadtest.crowd import Locust
from loadtest.judging import latest
from loadtest.orders import read_cards
from loadtest.run import Wish
from loadtest.scenarios import OVERLOAD, SCENARIOS
from loadtest.server import RESULTS, RunError, Server
from loadtest.tempo import Tempo

EVENT = "kukar-2023"
FEWEST = 10
MANY = 4_000  # participants of whom one Locust process would have more than enough to do
STORES = ("DATA_DIR", "DATABASE_URL")  # either says that the server's stores are at hand


def parser(about: str | None) -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m loadtest", description=about)
    option = made.add_argument
    option("--scenario", choices=tuple(SCENARIOS), default=_set("SCENARIO", "day"))
    people = "10,303 (doors: 12,500) or CREDENTIALS"
    option("--participants", type=_count, default=_set("PARTICIPANTS"), help=people)
    minutes = "how long hold (10) and overload (2) last"
    option("--minutes", type=float, default=_set("MINUTES"), help=minutes)
    option("--event", default=_set("EVENT", EVENT), help="the event they sit in")
    option("--seed", type=int, default=2023, help="another seed, another day")
    option("--tempo", type=float, nargs=2, metavar=("ARRIVE", "SIT"), help="seconds")
    option("--processes", type=_count, default=_set("PROCESSES"), help="Locust's, on this machine")
    option("--keep", action="store_true", default=_set("KEEP") == "1", help="keep the run's folder")
    option("--target", default=_set("TARGET"), help="a server that runs: https://exam.example")
    option("--credentials", type=Path, default=_set("CREDENTIALS"), help="its cards: nip,pin")
    option("--web", action="store_true", default=_set("WEB") == "1", help="with Locust's page")
    option("--role", choices=("alone", "master", "worker"), default=_set("ROLE", "alone"))
    option("--master", default=_set("MASTER", "127.0.0.1"), help="the master's address")
    option("--workers", type=_count, default=_set("WORKERS"), help="Locust's, on all machines")
    option("--record", type=Path, default=_set("RECORD"), help="judge a run by this export")
    option("--audit", type=Path, default=_set("AUDIT"), help="what serentak audit --json printed")
    option("--results", type=Path, default=_set("RESULTS"), help="what serentak results printed")
    option("--journal", type=Path, nargs="+", default=_folders(), help="the folders of the run")
    return made


def wish(given: argparse.Namespace) -> Wish:
    """Return the run that is asked for.

    Raises:
        RunError: when its options do not fit together.
    """
    if bool(given.target) != bool(given.credentials):
        raise RunError("TARGET and CREDENTIALS go together: a server, and who may log in there")
    scenario = SCENARIOS[given.scenario]
    participants = given.participants or scenario.people
    if given.credentials:
        held = _cards_in(given.credentials)
        participants = min(held, given.participants or held)
    if given.scenario == OVERLOAD:
        _require_one_sender(given, participants)
    tempo = scenario.tempo(participants, given.minutes or scenario.minutes)
    here = given.processes or (1 if participants < MANY or scenario.plan is None else 2)
    if given.role != "alone":
        here = given.processes or 1
        if not given.workers or not given.target:
            raise RunError(
                "ROLE needs TARGET, and WORKERS: how many Locust workers there are in all"
            )
    return Wish(
        scenario=given.scenario,
        event=given.event,
        participants=participants,
        seed=given.seed,
        tempo=Tempo(*given.tempo) if given.tempo else tempo,
        processes=here if given.role == "alone" else given.workers,
        locust=Locust(here, web=given.web, role=given.role, master=given.master),
        keep=given.keep,
        server=_server(given.target) if given.target else None,
        cards=given.credentials.resolve() if given.credentials else None,
    )


def evidence(
    given: argparse.Namespace,
) -> tuple[list[Path], Path, Mapping[str, Any] | None, Mapping[str, Any] | None]:
    """Return what a run is to be judged by: its folders, the record, the audit, the results.

    Raises:
        RunError: when a file is not there, or no run.
    """
    newest = latest(RESULTS)
    folders = given.journal or ([newest] if newest else [])
    if not folders:
        raise RunError(f"no run to judge in {RESULTS}: name its folders (JOURNAL)")
    try:
        return folders, given.record, _json(given.audit), _json(given.results)
    except (OSError, ValueError) as error:
        raise RunError(f"cannot be read: {error}") from error


def next_steps(given: argparse.Namespace) -> str:
    """Return what remains to be done after a run whose record is elsewhere."""
    event, folder = given.event, latest(RESULTS)
    alone = given.role == "alone"
    parts = "" if alone else f' JOURNAL="{folder} …"'
    return f"""
The participants' side is written down in {folder}.
To compare it with the record, run there, where the server's stores are:
  serentak export answers {event} --csv record.csv
  serentak audit {event} --json > audit.json
  serentak results {event} --json > results.json
and here, with those files{"" if alone else " and the folders of all workers"}:
  make kukar RECORD=record.csv AUDIT=audit.json RESULTS=results.json{parts}
"""


def _require_one_sender(given: argparse.Namespace, participants: int) -> None:
    """Look whether the overload can be sent as it is asked for: by one process of its own."""
    if given.web or given.role != "alone" or given.processes:
        raise RunError("the overload is sent by one process: without WEB, ROLE and PROCESSES")
    if participants < FEWEST:
        raise RunError(f"the overload needs {FEWEST} participants, some in and some to come")


def _cards_in(path: Path) -> int:
    try:
        return len(read_cards(path))
    except (OSError, ValueError, KeyError) as error:
        raise RunError(f"CREDENTIALS cannot be read, a CSV file of nip,pin: {error}") from error


def _server(target: str) -> Server:
    """Return the server at an address; at hand, where the environment says where its stores are."""
    at_hand = any(_set(name) for name in STORES)
    data = _set("DATA_DIR")
    environment = dict(os.environ) if at_hand else None
    return Server(target.rstrip("/"), environment, Path(data).resolve() if data else None)


def _json(path: Path | None) -> Mapping[str, Any] | None:
    read: Mapping[str, Any] | None = orjson.loads(path.read_bytes()) if path else None
    return read


def _set(name: str, default: str | None = None) -> str | None:
    """Return a variable of the environment; an empty one counts as not given."""
    return os.environ.get(name) or default


def _folders() -> list[Path]:
    return [Path(folder) for folder in (_set("JOURNAL") or "").split()]


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)
