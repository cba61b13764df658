"""What an overload asks for, and when."""

from collections import Counter
from itertools import islice

import pytest

from loadtest.plan import stream
from loadtest.storm.mix import SUBMIT_SHARE, Kind, Pace, kinds


def test_half_are_logins_most_of_the_rest_saves_and_some_hand_in() -> None:
    asked = Counter(islice(kinds(stream(7, "overload")), 100_000))
    assert asked[Kind.LOGIN] / 100_000 == pytest.approx(0.5, abs=0.01)
    assert asked[Kind.SUBMIT] / 50_000 == pytest.approx(SUBMIT_SHARE, rel=0.3)
    assert asked.total() == 100_000


def test_the_same_seed_asks_the_same() -> None:
    one, again, other = (list(islice(kinds(stream(seed, "x")), 99)) for seed in (7, 7, 8))
    assert one == again != other


def test_moments_come_evenly_and_all_of_them_however_late_one_looks() -> None:
    pace = Pace(100.0, a_second=1_000, seconds=2)
    assert list(pace.due(99.9)) == []
    assert list(pace.due(100.0025)) == pytest.approx([100.0, 100.001, 100.002])
    assert not pace.is_over
    late = list(pace.due(110.0))  # a sender that stood still owes what was due meanwhile
    assert len(late) == 1_997
    assert late[0] == pytest.approx(100.003)
    assert late[-1] == pytest.approx(101.999)
    assert pace.is_over
    assert list(pace.due(120.0)) == []
