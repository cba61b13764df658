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
from app.scoring.model import AreaScore, Mark, Score, area_score, total

_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Question:
    """What of an item counts for its mark; ``weight`` is its share within its area."""

    area: str
    key: Key
    weight: Decimal


class Booklet:
    """Marks forms by an instrument. Pure: the same sheet gives the same score.

    Ten thousand sheets hold a few hundred different answers and not many more different areas, so
    every (item, value) is marked once, and every collection of marks is added up once. Equal marks
    get one number: what is looked up is an area's numbers in order, never its fractions.
    """

    def __init__(self, questions: Mapping[str, Question], instrument: Instrument) -> None:
        self._questions = questions
        self._instrument = instrument
        self._areas = [domain.code for domain in instrument.domains]
        self._numbers: dict[Mark, int] = {}
        self._marks: list[Mark] = []
        self._mark = lru_cache(maxsize=_KEPT)(self._mark_anew)
        self._area = lru_cache(maxsize=_KEPT)(self._add_up_anew)

    def score(self, form: Iterable[str], answers: Mapping[str, str]) -> Score:
        """Return the score of one sheet, as `model.score` gives it for its marks.

        ``form`` holds the codes of all its items; ``answers`` a value's JSON text by item code.
        What is answered outside the form does not count.

        Raises:
            KeyError: when the form holds an item that the bank does not have.
        """
        marked: dict[str, list[int]] = {area: [] for area in self._areas}
        for item in form:
            area, number = self._mark(item, answers.get(item))
            marked[area].append(number)
        areas = {area: self._area(*sorted(numbers)) for area, numbers in marked.items()}
        return total(areas, self._instrument)

    def _mark_anew(self, item: str, text: str | None) -> tuple[str, int]:
        question = self._questions[item]
        value = None if text is None else orjson.loads(text)
        fraction = None if is_blank(value) else mark(question.key, value)
        found = Mark(question.area, fraction, Fraction(question.weight), maximum(question.key))
        number = self._numbers.setdefault(found, len(self._marks))
        if number == len(self._marks):
            self._marks.append(found)
        return question.area, number

    def _add_up_anew(self, *numbers: int) -> AreaScore:
        marks = [self._marks[number] for number in numbers]
        return area_score(marks, self._instrument.missing, self._instrument.scale)
