"""The record's side of late answers: which were accepted, which rejected, which still wait."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers.log import ACCEPTS, REJECTS, Transition
from app.answers.partition import Partition
from app.answers.tables import late_answers

Verdict = Literal["a", "r"]
"""Accepted, rejected."""

_VERDICTS: Final[dict[str, Verdict]] = {ACCEPTS: "a", REJECTS: "r"}
_COLUMNS: Final = {"a": late_answers.c.accepted_at, "r": late_answers.c.rejected_at}
WAITS: Final = late_answers.c.accepted_at.is_(None) & late_answers.c.rejected_at.is_(None)


class Ruling(NamedTuple):
    """What was decided of a late answer, by its rev. ``at``: milliseconds since 1970."""

    sitting: int
    rev: int
    verdict: Verdict
    at: int


def ruled_text(verdict: Verdict, at: int, late: str) -> str:
    """Return a late answer that was decided as the room holds it; ``late``: as it held it before.

    ``a1700000000000 1699999999000 item:rev:value:flag``
    """
    return f"{verdict}{at} {late}"


def parse_ruled(sitting: int, rev: int, text: str) -> tuple[Ruling, str]:
    """Read what `ruled_text` makes: the ruling, and the late answer as it was held before."""
    head, _, late = text.partition(" ")
    verdict: Verdict = "a" if head[0] == "a" else "r"
    return Ruling(sitting, rev, verdict, int(head[1:])), late


async def decide_late(
    conn: AsyncConnection, place: Partition, transitions: Iterable[Transition]
) -> None:
    """Note what the chief decided of all that waited in a sitting then.

    What was kept later still waits, though it may stand in the record already, after a reflow.
    """
    for one in transitions:
        verdict = _VERDICTS.get(one.why)
        if verdict is not None:
            waiting = (late_answers.c.sitting == one.sitting) & (
                late_answers.c.kept_at <= one.at[0]
            )
            await _mark(conn, place, waiting, verdict, one.at[0])


async def mark_late(conn: AsyncConnection, place: Partition, rulings: Sequence[Ruling]) -> None:
    """Note rulings one by one, as a room tells them whose record was set back."""
    for one in rulings:
        that = (late_answers.c.sitting == one.sitting) & (late_answers.c.rev == one.rev)
        await _mark(conn, place, that, one.verdict, one.at)


async def _mark(
    conn: AsyncConnection,
    place: Partition,
    which: ColumnElement[bool],
    verdict: Verdict,
    at: int,
) -> None:
    await conn.execute(
        update(late_answers)
        .where(late_answers.c.event == place.event, which, WAITS)
        .values({_COLUMNS[verdict]: at})
    )
