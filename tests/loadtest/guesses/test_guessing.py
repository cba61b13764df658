"""The harness must see a guess that is let in, and an owner who is not."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from loadtest.bench import wrk
from loadtest.guesses.__main__ import _wrk
from loadtest.guesses.owners import Owners
from loadtest.server import RunError
from tests.loadtest.bench.asked import Asked, serving


@contextmanager
def a_door(statuses: list[int], then: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve a door that answers with these statuses, then with ``then``; and what it was told."""
    said = chain(statuses, repeat(then))
    asked = Asked(lambda _, __: (next(said), b"{}"))
    with serving(asked) as url:
        yield url, asked.bodies


@pytest.fixture
def names(tmp_path: Path) -> Path:
    """Where two names are written, for a wrk that is there; in CI it has to be."""
    try:
        wrk.find()
    except RunError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    path = tmp_path / "names.txt"
    path.write_text("first\nsecond\n")
    return path


@pytest.mark.parametrize(("kind", "name"), [("cards", "nip"), ("staff", "login")])
def test_every_try_is_another_guess_and_is_counted(kind: str, name: str, names: Path) -> None:
    with a_door([401] * 30 + [503] * 5, then=429) as (url, told):
        assert _wrk(url, kind, 100, names) == "done 30 65 5\n"
    assert len({tuple(body.items()) for body in told}) == len(told) == 100
    assert {body[name] for body in told} == {"first", "second"}


def test_a_guess_that_is_let_in_is_said_at_once(names: Path) -> None:
    with a_door([401] * 50 + [200], then=401) as (url, told):
        assert _wrk(url, "cards", 100_000, names).startswith("entered: 200")
    assert len(told) < 1000


def test_an_owner_who_is_not_let_in_is_counted() -> None:
    with a_door([200, 429], then=200) as (url, told):
        owners = Owners(url, "/door", [{"login": "sari"}, {"login": "budi"}])
        owners.begin()
        while len(told) < 3:
            threading.Event().wait(0.01)
        came = owners.stop()
    assert came["entered"] >= 2
    assert came["refused"] == 1
    assert came["first_refusals"][0].startswith("429")
    assert [body["login"] for body in told[:3]] == ["sari", "budi", "sari"]


def test_a_door_that_is_gone_is_a_refusal() -> None:
    owners = Owners("http://127.0.0.1:1", "/door", [{}])
    owners.begin()
    while not owners.refused:
        threading.Event().wait(0.01)
    assert owners.stop()["entered"] == 0
