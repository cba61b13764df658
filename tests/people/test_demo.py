"""The invented population: as published where something was, valid and the same everywhere."""

import hashlib
from collections import Counter

import pytest

from app.people.demo import DAY, demo_people
from app.people.demo_units import ROOT, demo_units, unit_sizes
from app.people.model import Participant
from app.people.nip import nip_doubts, parse_nip

PUBLISHED_KINDS = {
    "badan": 7,
    "dinas": 24,
    "satpol_pp": 1,
    "sekretariat": 2,
    "kecamatan": 18,
    "rsud": 3,
    "puskesmas": 18,
    "upt_pendidikan": 20,
    "inspektorat": 1,
}


@pytest.fixture(scope="module")
def people() -> list[Participant]:
    return demo_people(demo_units(), total=12_500, event="kukar-2023")


def test_there_are_94_units_of_the_published_kinds_below_one_root() -> None:
    units = demo_units()
    assert Counter(unit.kind for unit in units if unit.parent) == PUBLISHED_KINDS
    assert sum(PUBLISHED_KINDS.values()) == 94
    assert [unit.name for unit in units if unit.parent is None] == [ROOT.name]
    assert len({unit.code for unit in units}) == len({unit.name for unit in units}) == 95


def test_every_parent_stands_before_its_children() -> None:
    seen: set[str] = set()
    for unit in demo_units():
        assert unit.parent is None or unit.parent in seen
        seen.add(unit.code)


@pytest.mark.parametrize("total", [94, 500, 12_500, 100_001])
def test_sizes_add_up_and_no_unit_is_empty(total: int) -> None:
    sizes = unit_sizes(demo_units(), total)
    assert sum(sizes.values()) == total
    assert min(sizes.values()) >= 1
    assert len(sizes) == 94


def test_fewer_people_than_units_are_refused() -> None:
    with pytest.raises(ValueError, match="93 people cannot fill 94 units"):
        unit_sizes(demo_units(), 93)


def test_12_500_people_have_valid_numbers_that_agree_with_them(people: list[Participant]) -> None:
    assert len(people) == len({person.nip for person in people}) == 12_500
    for person in people:
        assert person.status != "NON_ASN"
        nip = parse_nip(person.nip, person.status)
        assert nip_doubts(nip, birth_date=person.birth_date, sex=person.sex) == []


def test_everybody_is_of_working_age(people: list[Participant]) -> None:
    ages = [(DAY - person.birth_date).days / 365.25 for person in people]
    assert min(ages) >= 20
    assert max(ages) < 60


def test_posts_ranks_and_echelons_belong_together(people: list[Participant]) -> None:
    for person in people:
        assert (person.echelon is not None) == (person.position_type == "struktural")
        assert (person.grade is None) == (person.position_type == "pelaksana")
        assert person.rank is not None
        assert ("/" in person.rank) == (person.status == "PNS")


def test_every_unit_has_one_head(people: list[Participant]) -> None:
    heads = Counter(person.unit for person in people if person.position_type == "struktural")
    assert len(heads) == 94


def test_the_same_event_has_the_same_people_for_ever(people: list[Participant]) -> None:
    text = "\n".join(map(repr, people))
    expected = "ca3a7b85c4dc0237"
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == expected


def test_another_event_has_other_people() -> None:
    units = demo_units()
    one = demo_people(units, total=200, event="kukar-2023")
    other = demo_people(units, total=200, event="latihan")
    assert {person.nip for person in one}.isdisjoint(person.nip for person in other)


def test_a_number_that_is_taken_is_left_out(people: list[Participant]) -> None:
    taken = {person.nip for person in people[::2]}
    others = demo_people(demo_units(), total=12_500, event="kukar-2023", taken=taken)
    nips = {person.nip for person in others}
    assert len(nips) == 12_500
    assert nips.isdisjoint(taken)
    assert [person.name for person in others] == [person.name for person in people]
