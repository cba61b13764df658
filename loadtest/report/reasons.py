"""Why a goal is not met: ``reasons.toml`` says it, by document and goal.

A reason has no number of its own: it takes each from a document, as in ``{{ bench.save_ratio }}``.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, UndefinedError

from loadtest.report.lines import SOURCES, Line

Reasons = Mapping[str, Mapping[str, str]]
"""By document, then by the goal's name."""

UNEXPLAINED: Final = "Not explained yet."
_TAKEN: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_NUMBER: Final = re.compile(r"\d")


class WrongReason(ValueError):
    """A reason that cannot be given; the sentence says which, and why."""


def read(text: str, lines: Iterable[Line]) -> Reasons:
    """Read the reasons.

    Raises:
        WrongReason: one is of a goal that its document does not have, or has a number of its own.
    """
    reasons: Reasons = tomllib.loads(text)
    known: dict[str, set[str]] = {}
    small = set()
    for line in lines:
        known.setdefault(line.source, set()).add(line.goal.goal)
        small |= {line.source} if line.small else set()
    for source, said in reasons.items():
        if source not in SOURCES:
            raise WrongReason(f"reasons.toml: there is no document {source}")
        for name, reason in said.items():
            if source in known and source not in small and name not in known[source]:
                raise WrongReason(f"reasons.toml: {source} has no goal {name!r}")
            if found := _NUMBER.search(_TAKEN.sub("", reason)):
                raise WrongReason(
                    f"reasons.toml: {source}, {name}: {found.group()!r} was typed; numbers come "
                    "from the documents, as in {{ bench.save_ratio }}"
                )
    return reasons


def reason_of(line: Line, reasons: Reasons, documents: Mapping[str, Any]) -> str:
    """Return why a goal is not met, the documents' numbers put in.

    Raises:
        WrongReason: it takes a number that no document has.
    """
    text = reasons.get(line.source, {}).get(line.goal.goal)
    if text is None:
        return UNEXPLAINED
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - Markdown
    try:
        return environment.from_string(text).render(documents).strip()
    except UndefinedError as error:
        raise WrongReason(f"reasons.toml: {line.source}, {line.goal.goal}: {error}") from error
