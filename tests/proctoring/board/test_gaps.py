"""When the server was away, of all partitions together."""

from app.proctoring.board.gaps import Gap, fold, parse_gaps


def test_what_a_partition_remembers_is_read() -> None:
    assert parse_gaps("1000:2000 5000:") == [(1000, 2000), (5000, 0)]
    assert parse_gaps("") == []


def test_the_same_gap_of_all_partitions_is_one() -> None:
    assert fold({0: "1000:61000", 1: "1002:61003", 2: ""}) == [Gap(1000, 61003, (0, 1))]


def test_a_recovery_and_the_rest_that_is_given_back_after_it_touch() -> None:
    assert fold({0: "1000:61000 61000:68000"}) == [Gap(1000, 68000, (0,))]


def test_gaps_apart_stay_apart() -> None:
    folded = fold({0: "1000:61000 500000:560000", 1: "500001:560002"})
    assert folded == [Gap(1000, 61000, (0,)), Gap(500_000, 560_002, (0, 1))]


def test_what_lasts_has_no_end() -> None:
    assert fold({0: "1000:61000 500000:", 1: "500001:502000"}) == [
        Gap(1000, 61000, (0,)),
        Gap(500_000, 0, (0, 1)),
    ]
