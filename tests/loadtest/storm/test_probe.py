"""When saves are as usual again: by made-up probes, a hundred a second."""

from loadtest.storm.probe import Probed, p99_ms, recovered_s


def second(at_s: int, ms: float | None = 10.0, *, but: float | None = 10.0) -> list[Probed]:
    return [Probed(at_s + n / 100, but if n == 50 else ms) for n in range(100)]


def test_what_was_never_unusual_is_as_usual_at_once() -> None:
    assert recovered_s(second(0) + second(1) + second(2), 3) == 0


def test_seconds_with_a_refusal_or_slow_saves_are_not_as_usual() -> None:
    refused, slow = second(0, but=None), second(1, 300.0)
    assert recovered_s([*refused, *slow, *second(2), *second(3)], 4) == 2


def test_one_slow_save_in_a_hundred_is_as_usual() -> None:
    assert recovered_s(second(0, but=900.0), 1) == 0


def test_what_went_wrong_again_was_not_over() -> None:
    probed = [*second(0), *second(1, None), *second(2)]
    assert recovered_s(probed, 3) == 2


def test_a_probe_that_ends_badly_or_silent_saw_no_recovery() -> None:
    assert recovered_s([*second(0), *second(1, 300.0)], 2) is None
    assert recovered_s(second(0), 2) is None
    assert recovered_s([], 5) is None


def test_the_99th_percentile_is_of_those_that_were_let_in() -> None:
    assert p99_ms(second(0, None, but=70.0)) == 70.0
    assert p99_ms(second(0, but=900.0)) == 10.0
    assert p99_ms([]) is None
