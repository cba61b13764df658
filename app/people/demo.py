"""The synthetic population of a demo event: 12,500 invented people in 94 real kinds of units.

Everybody is derived from the event's id by keyed hashing, so the same event and size give the same
roster on every machine and with every Python version. Names, dates and numbers belong to nobody;
that a number may coincide with a living person's is unavoidable, since a NIP is little more than a
date. Numbers that the roster holds already are left out.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Literal

from app.people.demo_units import unit_sizes
from app.people.demo_words import (
    CHIEFS,
    GIVEN,
    LAST,
    OCCUPATIONS,
    OFFICE_OCCUPATIONS,
    Chief,
    Occupation,
)
from app.people.model import OrgUnit, Participant, PositionType, Sex

DAY: Final = date(2023, 8, 4)
"""The reference day: ages and years of service are as of it."""

_PPPK_SHARE: Final = 22
_PPPK_YEARS: Final = (2021, 2022, 2022, 2023)
_PPPK_CODE: Final = "21"
_WOMEN_PERCENT: Final = {"puskesmas": 76, "rsud": 70, "upt_pendidikan": 68, "satpol_pp": 18}
_SERVICE_TO_SIT_IN_CHAIR: Final = 9
_RETIREMENT: Final = 58
_LATE_ENTRY: Final = 4
"""Up to so many years ago people of up to 47 were appointed, most of them on contract."""

_ENTRY_AGE: Final = {"SLTA": 20, "D-III": 22, "S-1": 23, "S-2": 26}
_RANKS: Final = tuple(
    f"{roman}/{letter}" for roman in ("I", "II", "III") for letter in "abcd"
) + tuple(f"IV/{letter}" for letter in "abcde")
_FIRST_RANK: Final = {"SLTA": "II/a", "D-III": "II/c", "S-1": "III/a", "S-2": "III/b"}
_LAST_RANK: Final = {"SLTA": "III/b", "D-III": "III/d", "S-1": "IV/b", "S-2": "IV/c"}
_RANK_OF_PPPK: Final = {"SLTA": "V", "D-III": "VII", "S-1": "IX", "S-2": "X"}
_YEARS_A_RANK: Final = 4


class _Dice:
    """Choices for one person: 512 bits of a keyed hash, spent by division (bias below 2^-300)."""

    def __init__(self, seed: bytes, person: int) -> None:
        text = person.to_bytes(8, "big")
        self._left = int.from_bytes(hashlib.blake2b(text, key=seed).digest(), "big")

    def below(self, bound: int) -> int:
        """Return a number of 0 … bound - 1."""
        self._left, chosen = divmod(self._left, bound)
        return chosen

    def chance(self, percent: int) -> bool:
        """Return True in ``percent`` of a hundred cases."""
        return self.below(100) < percent


def demo_people(
    units: Sequence[OrgUnit], *, total: int, event: str, taken: Collection[str] = ()
) -> list[Participant]:
    """Return an event's roster, unit by unit, chiefs first.

    Every NIP is valid, appears once, and is none of ``taken`` (a set, where it is large).
    """
    seed = f"{event} demo population 1".encode()
    sizes = unit_sizes(list(units), total)
    serials: Counter[str] = Counter()
    people: list[Participant] = []
    for unit in units:
        for post in _posts(unit, sizes.get(unit.code, 0)):
            people.append(_person(unit, post, _Dice(seed, len(people)), serials, taken))
    return people


def _posts(unit: OrgUnit, size: int) -> Iterator[Chief | None]:
    """Yield the unit's structural posts, then ordinary places; a small unit has fewer chiefs."""
    chiefs = CHIEFS.get(unit.kind, ())[: max(1, size // 5)]
    for nth in range(size):
        yield chiefs[nth] if nth < len(chiefs) else None


def _person(
    unit: OrgUnit,
    post: Chief | None,
    dice: _Dice,
    serials: Counter[str],
    taken: Collection[str],
) -> Participant:
    sex: Sex = "P" if dice.chance(_WOMEN_PERCENT.get(unit.kind, 44)) else "L"
    status: Literal["PNS", "PPPK"] = "PPPK" if post is None and dice.chance(_PPPK_SHARE) else "PNS"
    work = _occupation(unit, post, dice)
    education = "S-2" if work.education == "S-1" and dice.chance(12) else work.education
    started, years = _service(status, post, dice)
    birth = _birth(started, education, years, dice)
    code = f"{started.year}{_PPPK_CODE}" if status == "PPPK" else f"{started:%Y%m}"
    stem = f"{birth:%Y%m%d}{code}{1 if sex == 'L' else 2}"
    serials[stem] += 1
    while (nip := f"{stem}{serials[stem]:03d}") in taken:
        serials[stem] += 1
    return Participant(
        nip=nip,
        name=_name(sex, dice),
        status=status,
        unit=unit.code,
        sex=sex,
        birth_date=birth,
        education=education,
        position_type="struktural" if post else work.type,
        position=_title(unit, post) if post else work.title,
        grade=post.grade if post else _grade(work, years),
        echelon=post.echelon if post else None,
        rank=_RANK_OF_PPPK[education] if status == "PPPK" else _rank(education, years),
    )


def _occupation(unit: OrgUnit, post: Chief | None, dice: _Dice) -> Occupation:
    if post is not None:
        kind: PositionType = "struktural"
        return Occupation(0, post.title, kind, "S-1")
    choices = OCCUPATIONS.get(unit.kind, OFFICE_OCCUPATIONS)
    left = dice.below(sum(choice.weight for choice in choices))
    for choice in choices:
        left -= choice.weight
        if left < 0:
            return choice
    raise AssertionError(left)


def _service(status: Literal["PNS", "PPPK"], post: Chief | None, dice: _Dice) -> tuple[date, int]:
    """Return the first day of service and the whole years since."""
    if status == "PPPK":
        year = _PPPK_YEARS[dice.below(len(_PPPK_YEARS))]
        started = date(year, 1 + dice.below(6), 1)
    else:
        least = _SERVICE_TO_SIT_IN_CHAIR if post else 1
        year = DAY.year - least - dice.below(31 - least)
        started = date(year, (1, 3, 12)[dice.below(3)], 1)
    return started, (DAY - started).days // 365


def _birth(started: date, education: str, years: int, dice: _Dice) -> date:
    """Return a birth date that makes the person old enough then and not retired on the day."""
    youngest = _ENTRY_AGE[education]
    oldest = min(35 if years >= _LATE_ENTRY else 48, _RETIREMENT - 1 - years)
    age = youngest + dice.below(max(1, oldest - youngest))
    return started - timedelta(days=365 * age + age // 4 + dice.below(360))


def _rank(education: str, years: int) -> str:
    first, last = _RANKS.index(_FIRST_RANK[education]), _RANKS.index(_LAST_RANK[education])
    return _RANKS[min(last, first + years // _YEARS_A_RANK)]


def _grade(work: Occupation, years: int) -> str | None:
    if work.type != "fungsional":
        return None
    grades = (
        ("Terampil", "Mahir", "Penyelia")
        if work.skilled
        else ("Ahli Pertama", "Ahli Muda", "Ahli Madya")
    )
    return grades[min(2, years // 9)]


def _title(unit: OrgUnit, post: Chief) -> str:
    """Return the post with its unit where the unit has only one of it."""
    heads = ("JPT Pratama", "Administrator")
    own = post is CHIEFS[unit.kind][0] and post.grade in heads
    if not own:
        return post.title
    bare = unit.name.removeprefix("Kecamatan ").removeprefix("Sekretariat ")
    return f"{post.title} {bare}"


def _name(sex: Sex, dice: _Dice) -> str:
    given, last = GIVEN[sex], LAST[sex]
    first = given[dice.below(len(given))]
    parts = [first, last[dice.below(len(last))]]
    if dice.chance(35):
        middle = given[dice.below(len(given))]
        if middle != first:
            parts.insert(1, middle)
    return " ".join(parts)
