"""Devices, times and changes as people say them."""

import pytest

from app.pages.staff.changes import changed
from app.pages.staff.routes_in_words import act_of, line_of, rights, without_words
from app.pages.staff.start import greeting
from app.pages.staff.times import moment, span, typed_time
from app.pages.staff.words import device_name
from app.people.staff.model import Scope
from app.people.staff.rights import RULES

MINUTE = 60_000
HOUR = 60 * MINUTE
NOW = 1_691_110_807_000  # 4 August 2023, 09.00.07 WITA


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (Linux; Android 9) Chrome/80.0 Safari/537",
            "Chrome di ponsel Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge di Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 14_0 like Mac OS X) Safari/604.1", "Safari di iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Gecko/20100101 Firefox/78.0",
            "Firefox di Linux",
        ),
        ("curl/8.5.0", "Program curl"),
        ("", "Perangkat yang tidak dikenal"),
        ("<script>", "Perangkat yang tidak dikenal"),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(agent: str, said: str) -> None:
    assert device_name(agent) == said


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (NOW, "hari ini pukul 09.00 WITA"),
        (NOW - 10 * HOUR, "kemarin pukul 23.00 WITA"),
        (NOW + 15 * HOUR, "besok pukul 00.00 WITA"),
        (NOW - 48 * HOUR, "2 Agustus 2023 pukul 09.00 WITA"),
    ],
)
def test_a_time_is_said_as_near_as_it_is(ms: int, said: str) -> None:
    assert moment(ms, NOW, "WITA") == said


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "kurang dari 1 menit"),
        (MINUTE, "1 menit"),
        (HOUR, "1 jam"),
        (2 * HOUR + 5 * MINUTE, "2 jam 5 menit"),
        (47 * HOUR, "47 jam"),
        (48 * HOUR, "2 hari"),
    ],
)
def test_how_long_it_is(ms: int, said: str) -> None:
    assert span(ms) == said


def test_a_day_that_was_typed_is_the_whole_day_there() -> None:
    first = typed_time("2023-08-04", "", "WITA")
    last = typed_time("2023-08-04", "", "WITA", is_end=True)
    assert first == NOW - 9 * HOUR - 7000
    assert last == first + 24 * HOUR - 1
    assert typed_time(" ", "09:00", "WITA") is None
    assert typed_time("2023-08-04", "09.00", "WITA") == NOW - 7000
    assert typed_time("2023-08-04", "09:00", "WIT") == NOW - HOUR - 7000


@pytest.mark.parametrize(
    ("hour", "said"), [(3, "malam"), (6, "pagi"), (12, "siang"), (17, "sore"), (21, "malam")]
)
def test_one_is_greeted_by_the_hour(hour: int, said: str) -> None:
    assert greeting(NOW + (hour - 9) * HOUR, "WITA") == f"Selamat {said}"


def test_only_what_differs_is_told() -> None:
    bounds = {Scope("kukar-2023", "unit", "1.02"): "Dinas Kesehatan"}
    before = {"name": "Ayu", "is_temporary": True, "scopes": [], "where": "192.0.2.1"}
    after = {
        "name": "Ayu",
        "is_temporary": False,
        "scopes": [{"event": "kukar-2023", "kind": "unit", "name": "1.02"}, {"strange": 1}, 7],
        "why_not": None,
    }
    assert [tuple(line) for line in changed(before, after, "WITA", bounds)] == [
        ("Batas", "–", "Dinas Kesehatan"),
        ("Kata sandi", "sementara", "pilihan sendiri"),
        ("Alamat", "192.0.2.1", "–"),
    ]


def test_there_are_words_for_every_line_of_the_table() -> None:
    assert without_words() == []
    staffs = [rule for rule in RULES.values() if rule.audience == "staff"]
    said = {right.act for lines in rights().values() for right in lines}
    assert {act_of(line_of(rule)) for rule in staffs} == said
