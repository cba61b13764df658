from hypothesis import given
from hypothesis import strategies as st

from loadtest.timeline import Steps, timeline
from tests.loadtest.builders import BEGAN_MS, beat, calls, sample

SPANS = st.lists(
    st.tuples(
        st.integers(0, 600_000), st.integers(1, 60_000), st.floats(min_value=0.0, max_value=1e6)
    ),
    min_size=1,
)


@given(SPANS)
def test_whatever_was_added_is_in_some_step(given_spans: list[tuple[int, int, float]]) -> None:
    spans = [(at, at + lasts, amount) for at, lasts, amount in given_spans]
    steps = Steps.over([moment for at, end, _ in spans for moment in (at, end)])
    added = sum(amount for _, _, amount in spans)
    kept = sum(steps.rate(spans)) * steps.ms / 1000
    assert abs(kept - added) <= 0.001 * steps.count * steps.ms / 1000 + added * 1e-6


@given(SPANS)
def test_every_column_is_as_long_as_the_time(given_spans: list[tuple[int, int, float]]) -> None:
    moments = [at for at, _, _ in given_spans]
    steps = Steps.over(moments)
    assert len(steps.ends_s()) == steps.count
    assert {steps.of(moment) for moment in moments} <= set(range(steps.count))


def test_an_amount_is_spread_over_the_time_in_which_it_was_added() -> None:
    steps = Steps(0, 2000, 4)
    assert steps.rate([(1000, 5000, 8.0)]) == [1.0, 2.0, 1.0, 0.0]


def test_the_course_of_a_run() -> None:
    beats = [
        beat(0, cpu_s=1.0),
        beat(2, cpu_s=2.0, arrived=4, calls={"answers": calls(100, 5.0), "login": calls(4, 50.0)}),
        beat(2, process="pulse-2", arrived=2, woke={40: 9}),
        beat(3, process="pulse-2", arrived=2, calls={"login (busy)": calls(6, failed=4)}),
        beat(4, cpu_s=2.5, arrived=4, submitted=3, left=3, calls={"reconnect": calls(1)}),
    ]
    samples = [sample(0, app=1.0), sample(2, lag_ms=300, app=2.0), sample(4, lag_ms=None, app=2.5)]
    course = timeline(beats, samples)
    assert course["at_s"] == [2, 4, 6]
    assert course["saves"] == [50.0, 0.0, 0.0]
    assert course["requests"] == [52.0, 3.0, 0.0]
    assert course["busy"] == [0.0, 3.0, 0.0]
    assert course["failed"] == [0.0, 2.0, 0.0]
    assert course["woke_p99_ms"] == [None, 4.0, None]
    assert course["arrived"] == [0, 6, 6]
    assert course["open"] == [0, 6, 3]
    assert course["handed_in"] == [0, 0, 3]
    assert course["p50_ms"] == [None, 10.0, None]
    assert course["p99_ms_by_name"]["login"] == [None, 100.0, None]
    assert course["lag_s"] == [0.0, 0.3, None]
    assert course["cpu_server"] == {"app": [0.5, 0.25, 0.0]}
    assert course["cpu_locust"] == [0.5, 0.5, 0.0]
    assert course["cpu_other"] == [0.5, 0.5, 0.0]


def test_the_course_of_nothing_is_short() -> None:
    assert timeline([], [])["requests"] == [0.0]
    assert timeline([beat(0)], [])["at_s"] == [2]
    assert BEGAN_MS % 1000 == 0
