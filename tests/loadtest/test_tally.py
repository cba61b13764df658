from loadtest.tally import busiest, load_s, tally
from tests.loadtest.builders import beat, calls


def test_requests_are_counted_with_refusals_and_without_reconnects() -> None:
    told = tally(
        [
            beat(1, calls={"answers": calls(98, 1.5), "login (busy)": calls(3, 0.5)}),
            beat(1, process="pulse-2", calls={"answers": calls(2, 20.0, failed=1)}),
            beat(2, calls={"reconnect": calls(7, 0.1)}),
        ]
    )
    assert (told["requests"], told["requests_failed"], told["requests_busy"]) == (103, 1, 3)
    assert told["reconnects"] == 7
    assert set(told["requests_by_name"]) == {"answers", "login (busy)"}
    assert told["requests_by_name"]["answers"]["requests"] == 100


def test_both_are_told_how_long_it_took_from_sending_and_since_it_was_due() -> None:
    told = tally([beat(1, calls={"answers": calls(98, 1.5), "login": calls(2, 20.0)})])
    assert [told[f"{p}_from_send_ms"] for p in ("p50", "p95", "p99")] == [1.5, 1.5, 20.0]
    assert [told[f"{p}_ms"] for p in ("p50", "p95", "p99")] == [3.0, 3.0, 40.0]


def test_how_late_the_generator_was_is_told() -> None:
    told = tally([beat(1, woke={5: 99}), beat(2, woke={900: 2})])
    assert told["generator_late_p99_ms"] == 90.0


def test_the_busiest_ten_seconds_of_a_process_count() -> None:
    idle = [beat(second, cpu_s=1.0) for second in range(20)]
    busy = [beat(20 + second, cpu_s=1.0 + 0.9 * second) for second in range(11)]
    assert round(busiest([*idle, *busy]), 3) == 0.9
    other = [beat(second, process="pulse-2", cpu_s=second) for second in range(9)]
    assert busiest(other) == 0.0


def test_the_load_lasts_from_the_first_request_to_the_last() -> None:
    beats = [
        beat(0),
        beat(3, calls={"login": calls(1)}),
        beat(9, calls={"submit": calls(1)}),
        beat(20),
    ]
    assert load_s(beats) == 6.0
    assert load_s([]) == 0.0


def test_what_only_prepared_is_counted_but_in_no_percentile() -> None:
    known = tally([beat(1, calls={"before login": calls(9, 500.0, failed=1), "login": calls(1)})])
    assert (known["requests"], known["requests_failed"]) == (10, 1)
    assert known["p99_ms"] == known["requests_by_name"]["login"]["p99_ms"] == 4.0
