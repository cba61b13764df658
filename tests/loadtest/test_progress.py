from loadtest.progress import line, quiet_s, standing
from tests.loadtest.builders import BEGAN_MS, beat, calls, sample


def test_the_newest_line_of_each_process_counts() -> None:
    beats = [
        beat(1, arrived=9, left=1),
        beat(1, process="pulse-2", arrived=3, submitted=1, left=2),
        beat(2, arrived=12, left=5, lingering=1, submitted=4, cpu_s=2.0),
    ]
    now = standing(beats)
    assert (now.arrived, now.sitting, now.submitted, now.left) == (15, 7, 5, 7)
    assert now.cpu_s == 2.5


def test_it_is_over_when_everybody_has_come_and_nobody_sits() -> None:
    early = standing([beat(1, arrived=3, left=3)])
    lingering = standing([beat(1, arrived=5, left=4, lingering=1)])
    sitting = standing([beat(1, arrived=5, left=3, lingering=1)])
    assert [now.is_over(5) for now in (early, lingering, sitting)] == [False, True, False]


def test_it_is_quiet_since_the_last_request() -> None:
    beats = [beat(1, calls={"login": calls(1)}), beat(2, calls={"start": calls(1)}), beat(9)]
    assert quiet_s(beats, BEGAN_MS + 12_000) == 10.0
    assert quiet_s([beat(9)], BEGAN_MS + 12_000) == 0.0


def test_a_line_says_how_it_stands_and_what_happened_since_the_last() -> None:
    beats = [
        beat(1, calls={"answers": calls(1000)}),
        beat(5, arrived=3120, submitted=600, left=610, calls={"answers": calls(500, 7.0)}),
        beat(6, arrived=3120, submitted=600, left=610, cpu_s=3.0, calls={"backlog": calls(1)}),
    ]
    samples = [sample(1, app=1.0), *(sample(second, lag_ms=400, app=3.5) for second in range(2, 7))]
    said = line(samples, beats, since=1)
    assert "5 s  arrived 3,120  open 2,510  handed in 600  100 saves/s  p99 14 ms" in said
    assert "record 0.4 s behind  CPU 50 % server  50 % generator" in said
    assert "FAILED" not in said


def test_failures_and_a_server_without_an_answer_are_said() -> None:
    beats = [beat(1, calls={"login": calls(9, failed=2)})]
    said = line([sample(0, lag_ms=None), sample(1, lag_ms=None)], beats, since=0)
    assert "record unknown" in said
    assert "2 FAILED" in said
    assert "server" not in said
