"""What the harnesses left, line by line against the goals. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadtest.bench import goals as bench
from loadtest.faults import goals as faults
from loadtest.goals import Goal, is_full

Document = Mapping[str, Any]

#: The number of the goal that a run by Locust or the storm is for.
RUNS: Final = {
    "day": "S2",
    "doors": "S3",
    "deadline": "S4",
    "boards": "S7",
    "hold": "hold",
    "overload": "overload",
}
HARNESSES: Final[Mapping[str, Callable[[Document], Sequence[tuple[str, Goal]]]]] = {
    "bench": bench.goals,
    "faults": faults.goals,
}
SOURCES: Final = (*RUNS, *HARNESSES)
"""The documents by name, in the order in which they are told of."""


@dataclass(frozen=True, slots=True)
class Line:
    """One goal: by which document, its number and name, what was asked and found.

    ``small``: the document is of a short form, which proves less.
    """

    source: str
    number: str
    goal: Goal
    small: bool

    @property
    def verdict(self) -> str:
        """Say in Markdown whether it is met."""
        said = "met" if self.goal.met else "**short**"
        return f"{said} (short form)" if self.small else said


def is_small(source: str, document: Document) -> bool:
    """Tell whether a document is of a short form."""
    if source in RUNS:
        return not is_full(document)
    return bool(document["short" if source == "bench" else "quick"])


def lines(documents: Mapping[str, Document]) -> Iterator[Line]:
    """Yield every goal of the documents, the runs' first."""
    for source in SOURCES:
        if source in documents:
            document = documents[source]
            small = is_small(source, document)
            for number, goal in _goals(source, document):
                yield Line(source, number, goal, small)


def strangers(documents: Mapping[str, Document], about: Document) -> dict[str, list[str]]:
    """Return the documents that were measured elsewhere or of other versions, and what differs.

    How long an fsync takes differs from run to run.
    """
    found = {}
    for source, document in documents.items():
        machine = document["machine"]
        names = sorted((about.keys() | machine.keys()) - {"fsync_ms"})
        differing = [name for name in names if machine.get(name) != about.get(name)]
        if differing:
            found[source] = [f"{name} {machine.get(name)}" for name in differing]
    return found


def _goals(source: str, document: Document) -> Sequence[tuple[str, Goal]]:
    if source in HARNESSES:
        return HARNESSES[source](document)
    return [
        (RUNS[source], Goal(one["goal"], one["wanted"], one["measured"], one["met"]))
        for one in document["goals"]
    ]
