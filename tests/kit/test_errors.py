import re
from collections.abc import Iterator

import pytest

from app.kit.errors import Busy, InvalidRequest, Problem, RoomRecovering
from app.sittings import problems, tokens

assert problems
assert tokens

DESIGNED = {
    "bad-credentials": 401,
    "throttled": 429,
    "token-invalid": 401,
    "choose-event": 409,
    "superseded-device": 409,
    "recovered-claim": 409,
    "not-open": 403,
    "closed": 403,
    "sealed": 403,
    "paused": 403,
    "invalid-request": 422,
    "too-large": 413,
    "busy": 503,
    "room-recovering": 503,
    "not-found": 404,
}


def every_problem(above: type[Problem] = Problem) -> Iterator[type[Problem]]:
    for problem in above.__subclasses__():
        yield problem
        yield from every_problem(problem)


def test_every_problem_of_the_protocol_has_its_type_and_status() -> None:
    found = {problem.type: problem.status for problem in every_problem()}
    assert {name: found[name] for name in DESIGNED} == DESIGNED


@pytest.mark.parametrize("name", DESIGNED)
def test_a_problem_says_in_indonesian_what_is_the_matter(name: str) -> None:
    (detail,) = {problem.detail for problem in every_problem() if problem.type == name}
    assert detail.endswith(".")
    words = set(re.findall(r"\w+", detail.lower()))
    assert words & {"anda", "atau", "di", "dan", "ini", "tidak", "telah", "sudah"}
    assert not words & {"the", "error", "invalid", "token"}


def test_who_is_told_to_wait_is_told_how_long() -> None:
    waiting = {problem.type for problem in every_problem() if problem.retry_after_s}
    assert waiting >= {"busy", "room-recovering", "throttled"}


def test_a_problem_travels_with_what_is_known() -> None:
    assert InvalidRequest(faults=[], state=None).document() == {
        "type": "/problems/invalid-request",
        "title": InvalidRequest.title,
        "status": 422,
        "detail": InvalidRequest.detail,
        "faults": [],
    }


def test_a_problem_may_say_it_in_other_words() -> None:
    assert Busy(detail="Sebentar lagi.").document()["detail"] == "Sebentar lagi."
    assert RoomRecovering().document()["detail"] == RoomRecovering.detail
