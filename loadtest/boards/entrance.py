"""How the boards' people come in: an operator of the installation, made before the run."""

import http.client
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from loadtest.server import RunError, Server

LOGIN: Final = "papan-uji"
OWN: Final = "sepeda-ungu-minum-teh-malam"
_GIVEN: Final = "board-password.txt"
_PASSWORD: Final = re.compile(r"^password\s+(\S+)$", re.MULTILINE)
_STAFF: Final = "/api/v1/staff"


def prepare(server: Server, folder: Path) -> None:
    """Make the operator by a command of the server; the password goes into the run's folder.

    Raises:
        RunError: the command did not make one.
    """
    words = ("staff", "create", LOGIN, "--name", "Papan uji", "--role", "operator")
    found = _PASSWORD.search(server.asked(*words).decode())
    if found is None:
        raise RunError("serentak staff create printed no password")
    (folder / _GIVEN).write_text(found[1])


def come_in(url: str, folder: Path) -> str:
    """Sign in with the password that was given, choose an own one; return the session."""
    given = (folder / _GIVEN).read_text()
    here = _asked(url, "POST", f"{_STAFF}/session", "", {"login": LOGIN, "password": given})
    token = str(here["session"])
    _asked(url, "PUT", f"{_STAFF}/password", token, {"old": given, "new": OWN})
    return token


def units_of(url: str, token: str, event: str) -> list[str]:
    """Return the codes of the event's units."""
    board = _asked(url, "GET", f"{_STAFF}/events/{event}/board", token, None)
    return [str(unit["code"]) for unit in board["units"]]


def _asked(url: str, method: str, path: str, token: str, body: object) -> dict[str, Any]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        connection.request(method, path, None if body is None else orjson.dumps(body), headers)
        reply = connection.getresponse()
        said = reply.read()
    finally:
        connection.close()
    if reply.status != http.client.OK:
        raise RunError(f"{method} {path}: {reply.status} {said.decode(errors='replace')[:300]}")
    found: dict[str, Any] = orjson.loads(said)
    return found
