"""Everything that is needed to mark any form of one event, and the marks it has met already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import orjson

from app.bank.model import Instrument
from app.scoring.keys import Key, maximum
from app.scoring.marking import is_blank, mark
from app.scoring.model import Mark, Score, score

_KEPT_MARKS = 100_000


@dataclass(frozen=True, slots=True)
class Question:
    """What of an item counts for its mark; ``weight`` is its share within its area."""

    area: str
    key: Key
    weight: Decimal


class Booklet:
    """Marks forms by an instrument. Pure: the same sheet gives the same score.

    Ten thousand sheets hold a few hundred different answers, so every (item, value) is marked
    once and the mark is kept.
    """

    def __init__(self, questions: Mapping[str, Question], instrument: Instrument) -> None:
        self._questions = questions
        self._instrument = instrument
        self._mark = lru_cache(maxsize=_KEPT_MARKS)(self._mark_anew)

    def score(self, form: Iterable[str], answers: Mapping[str, str]) -> Score:
        """Return the score of one sheet.

        ``form`` holds the codes of all its items; ``answers`` a value's JSON text by item code.
        What is answered outside the form does not count.

        Raises:
            KeyError: when the form holds an item that the bank does not have.
        """
        return score([self._mark(item, answers.get(item)) for item in form], self._instrument)

    def _mark_anew(self, item: str, text: str | None) -> Mark:
        question = self._questions[item]
        value = None if text is None else orjson.loads(text)
        fraction = None if is_blank(value) else mark(question.key, value)
        return Mark(question.area, fraction, Fraction(question.weight), maximum(question.key))
