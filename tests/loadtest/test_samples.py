from pathlib import Path

from loadtest.samples import described, read, write
from tests.loadtest.builders import sample


def test_the_longest_lag_is_told_and_a_look_that_got_no_answer_is_no_lag() -> None:
    told = described([sample(0, lag_ms=100), sample(1, lag_ms=400), sample(2, lag_ms=None)])
    assert told["flush_lag_max_s"] == 0.4
    assert told["flush_lag_max_entries"] == 40


def test_cpu_is_what_was_added_even_if_a_process_was_started_anew() -> None:
    told = described([sample(0, app=5.0, valkey=1.0), sample(1, app=7.0), sample(2, app=0.5)])
    assert told["server_cpu_s_by_process"] == {"app": 2.5}
    assert told["server_cpu_s"] == 2.5


def test_samples_are_left_in_the_folder(tmp_path: Path) -> None:
    samples = [sample(0, app=1.5), sample(1, lag_ms=None)]
    write(tmp_path, samples)
    assert read(tmp_path) == samples
    assert read(tmp_path / "elsewhere") == []
