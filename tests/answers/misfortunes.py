"""What may befall recorder and record between any two steps: deaths at named points, a backup."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from sqlalchemy.engine import make_url

from app.answers import flusher, sealing
from app.operations import recovery
from tests.databases import admin
from tests.exam import Exam

BEFORE_COMMIT = ["flush-marked", "flush-written", "flush-moved", "seal-noted"]
AFTER_COMMIT = ["flush-committed", "flush-said"]
BEFORE_A_LIFE = ["recover-closed", "recover-drained"]
IN_A_LIFE = ["recover-begun", "recover-half-built", "recover-half-open"]
_COPY = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"


class Died(Exception):
    """The process ended here: what it held open is rolled back, what it was to do is not done."""


@contextmanager
def dying_at(point: str | None) -> Iterator[list[str]]:
    """Let the process end at a crash point; yields a list that holds the point once it has."""
    passed: list[str] = []

    def crash(at: str) -> None:
        if at == point:
            passed.append(at)
            raise Died(at)

    with ExitStack() as patches:
        for module in (flusher, sealing, recovery):
            patches.enter_context(patch.object(module, "crash_point", crash))
        try:
            yield passed
        except Died:
            assert passed


async def back_up(exam: Exam) -> str:
    """Copy the record as it stands; return the copy's name."""
    name = make_url(exam.settings.postgres_url).database
    await admin(_server(exam), _COPY.format(f"{name}_backup", name))
    return f"{name}_backup"


async def put_back(exam: Exam, backup: str) -> None:
    """Put a backup in the place of the record; it is used up by that."""
    name = make_url(exam.settings.postgres_url).database
    await admin(_server(exam), f"DROP DATABASE {name} WITH (FORCE)", _COPY.format(name, backup))
    await throw_away(exam, backup)


async def throw_away(exam: Exam, backup: str) -> None:
    await admin(_server(exam), f"DROP DATABASE {backup}")


def _server(exam: Exam) -> str:
    url = make_url(exam.settings.postgres_url).set(database="postgres")
    return url.render_as_string(hide_password=False)
