"""Capacity is reckoned as by hand."""

import pytest

from loadtest.report.capacity import derive
from tests.loadtest.bench.forged import bench, operation

PEOPLE = 7_200


def test_rates_cores_and_bytes_are_those_of_a_reckoning_by_hand() -> None:
    """Two cores; a save costs 100 µs, a heartbeat 50, to come in 600 + 300 + 100 = 1,000."""
    needs = {need.name: need for need in derive(bench(), PEOPLE)}

    saves = needs["saves"]  # one in 72 s each
    assert (saves.needed, saves.there_is) == (100, 20_000)
    assert saves.factor == 200
    beats = needs["heartbeats"]  # one in 25 s each
    assert (beats.needed, beats.there_is) == (288, 40_000)
    both = needs["saves and heartbeats together"]
    assert both.needed == pytest.approx(100 * 100e-6 + 288 * 50e-6)  # 0.0244 cores
    assert both.factor == pytest.approx(2 / 0.0244)
    logins = needs["logins, with start and form"]  # all within a minute
    assert (logins.needed, logins.there_is) == (120, 2_000)

    memory = needs["Redis, memory"]  # 2,000 bytes a sitting, of 1 GB
    assert (memory.needed, memory.there_is) == (14.4, 1_000)
    away = needs["Redis, memory, Postgres away for the whole exam"]  # and 50 × 50 bytes
    assert away.needed == pytest.approx(14.4 + 18)
    disk = needs["Redis, disk"]  # and 50 × 400 bytes, of 10 GB
    assert (disk.needed, disk.there_is) == pytest.approx((14.4 + 144, 10_000))
    record = needs["Postgres, disk"]  # 50 × (120 + 80) bytes
    assert (record.needed, record.there_is) == (72, 10_000)


def test_the_reference_day_asks_for_what_the_goals_say() -> None:
    needs = {need.name: round(need.needed) for need in derive(bench(), 10_303)}
    assert needs["saves"] == 143
    assert needs["heartbeats"] == 412


@pytest.mark.parametrize("void", ["save", "beat", "login", "start", "form"])
def test_nothing_is_derived_from_a_void_figure(void: str) -> None:
    operations = bench()["operations_us"] | {void: {"void": True, "generator": 0.9}}
    assert derive(bench(operations_us=operations), PEOPLE) == []
    assert derive(bench(redis_disk_bytes_a_save=None), PEOPLE) == []


def test_what_else_is_void_does_not_matter() -> None:
    operations = bench()["operations_us"] | {
        "submit": {"void": True, "generator": 0.9},
        "resume": operation(10.0),
    }
    assert derive(bench(operations_us=operations), PEOPLE) == derive(bench(), PEOPLE)
