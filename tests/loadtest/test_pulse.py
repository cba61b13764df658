from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from loadtest.pulse import Beat, Beats, Calls, Pulse, bucket, percentile_ms

MS = st.floats(min_value=0.0, max_value=100_000.0)


def beats(folder: Path) -> list[Beat]:
    return list(Beats(folder).new())


def test_a_line_tells_what_was_counted_since_the_line_before(tmp_path: Path) -> None:
    pulse = Pulse(tmp_path / "pulse-vm-1.jsonl")
    pulse.arrived = 3
    pulse.lingering = 1
    pulse.count("login", 1.23, 4.5, failed=False)
    pulse.count("login", 250.4, None, failed=True)
    pulse.woke(0.3)
    pulse.beat()
    pulse.arrived = pulse.left = 4
    pulse.lingering = 0
    pulse.beat()
    first, second = beats(tmp_path)
    assert (first.process, first.arrived, first.sitting) == ("pulse-vm-1", 3, 2)
    assert first.calls == {"login": Calls(2, 1, {13: 1, 2510: 1}, {45: 1})}
    assert first.woke == {3: 1}
    assert (second.calls, second.woke, second.sitting) == ({}, {}, 0)
    assert second.at_ms >= first.at_ms
    assert second.cpu_s >= first.cpu_s > 0


def test_each_line_is_read_once_and_half_a_line_later(tmp_path: Path) -> None:
    path = tmp_path / "pulse-vm-1.jsonl"
    pulse, reader = Pulse(path), Beats(tmp_path)
    pulse.beat()
    assert len(list(reader.new())) == 1
    pulse.beat()
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    assert list(reader.new()) == []
    path.write_bytes(whole)
    assert len(list(reader.new())) == 1
    assert list(reader.new()) == []


@given(MS)
def test_a_time_is_rounded_up_by_a_tenth_or_above_100_ms_by_a_whole_one(ms: float) -> None:
    rounded_ms = bucket(ms) / 10
    assert ms - 1e-6 <= rounded_ms <= ms + (0.1 if ms <= 100 else 1.0) + 1e-6


@given(st.lists(MS, min_size=1), st.floats(min_value=0.01, max_value=1.0))
def test_a_percentile_is_a_time_within_which_that_share_was_answered(
    times: list[float], share: float
) -> None:
    histogram: dict[int, int] = {}
    for ms in times:
        histogram[bucket(ms)] = histogram.get(bucket(ms), 0) + 1
    found = percentile_ms(histogram, share)
    assert sum(bucket(ms) / 10 <= found for ms in times) >= share * len(times) - 1e-6
    assert sum(bucket(ms) / 10 < found for ms in times) < share * len(times) + 1e-6


def test_the_percentile_of_nothing_is_nothing() -> None:
    assert percentile_ms({}, 0.5) == 0.0
