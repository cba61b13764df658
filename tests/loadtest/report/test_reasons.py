"""A reason is given for a goal that there is, and takes its numbers from the documents."""

from pathlib import Path

import pytest

from loadtest.report import reasons as module
from loadtest.report.lines import lines
from loadtest.report.reasons import UNEXPLAINED, WrongReason, read, reason_of
from tests.loadtest.bench.forged import bench
from tests.loadtest.report.forged import day, full_day

DOCUMENTS = {"day": full_day(met=False), "bench": bench()}
COST = '[day]\n"server CPU a participant" = "{}"\n'


def reason(text: str) -> str:
    found = list(lines(DOCUMENTS))
    said = read(text, found)
    return reason_of(next(line for line in found if not line.goal.met), said, DOCUMENTS)


def test_a_reason_takes_its_numbers_from_the_documents() -> None:
    text = COST.format("A save costs {{ bench.operations_us.save.app }} µs of the app.")
    assert reason(text) == "A save costs 40.0 µs of the app."


def test_what_has_no_reason_is_said_to_have_none() -> None:
    assert reason("") == UNEXPLAINED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (COST.format("From 32 ms to less."), "'3' was typed"),
        (COST.format("{{ bench.save_ratio }} is 2 times"), "'2' was typed"),
        ('[day]\n"server CPU" = "Slow."\n', "day has no goal 'server CPU'"),
        ('[bench]\n"S6" = "Slow."\n', "bench has no goal 'S6'"),
        ('[night]\n"S6" = "Slow."\n', "there is no document night"),
        (COST.format("{{ bench.typo }} µs"), "typo"),
        (COST.format("{{ hold.participants }} people"), "hold"),
    ],
)
def test_a_reason_that_will_not_do_is_refused(text: str, said: str) -> None:
    with pytest.raises(WrongReason, match=said):
        reason(text)


def test_a_goal_whose_document_is_missing_or_short_may_have_a_reason() -> None:
    text = '[doors]\n"login, p99" = "Slow."\n' + COST.format("Slow.")
    assert read(text, lines({"day": day(), "bench": bench()}))["doors"]


def test_the_reasons_of_the_project_have_no_number_of_their_own() -> None:
    text = (Path(module.__file__).parent / "reasons.toml").read_text(encoding="utf-8")
    assert read(text, lines({"bench": bench()}))
