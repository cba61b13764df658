import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.log import (
    Change,
    Credit,
    Happening,
    Late,
    Note,
    Outage,
    Transition,
    after,
    id_text,
    is_barrier,
    parse_id,
    parse_line,
)
from app.kit.ids import sitting_text
from app.sittings.model import Answer, Seal

AT = (1_700_000_000_000, 4)
SITTINGS = st.integers(0, 2**60 - 1)
REVS = st.integers(1, 2**53 - 1)
ITEMS = st.from_regex(r"[A-Za-z0-9-]{1,8}", fullmatch=True)
VALUES = st.sampled_from(['"b"', "null", '["a","c"]', '{"a":"x","b":"y"}', "[0,1000]", '"12,5"'])
TRANSITION = "t 000000000001 {} {} 65537 3f 1000 2000 - 60000 2 1 1500 d1 k1 submit 7 - -"


@given(SITTINGS, ITEMS, REVS, VALUES, st.booleans())
def test_a_change_is_read_back(
    sitting: int,
    item: str,
    rev: int,
    value: str,
    flagged: bool,  # noqa: FBT001 - drawn
) -> None:
    held = Answer(rev, value, flagged).held()
    line = parse_line(AT, f"a {sitting_text(sitting)} {item}:{held}")
    assert line == Change(AT, sitting, item, rev, value, flagged)


@given(SITTINGS, ITEMS, REVS, VALUES, st.booleans())
def test_a_late_answer_is_read_back(
    sitting: int,
    item: str,
    rev: int,
    value: str,
    flagged: bool,  # noqa: FBT001 - drawn
) -> None:
    held = Answer(rev, value, flagged).held()
    line = parse_line(AT, f"k {sitting_text(sitting)} 1234 {item}:{held}")
    assert line == Late(AT, sitting, 1234, item, rev, value, flagged)


def test_an_event_keeps_its_words() -> None:
    line = parse_line(AT, 'e 000000000001 77 blur {"a": "b c"}')
    assert line == Happening(AT, 1, 77, 'blur {"a": "b c"}')


def test_when_a_device_was_away_is_read() -> None:
    line = parse_line(AT, "o 000000000001 1000 301000")
    assert line == Outage(AT, 1, "1000 301000")
    assert not is_barrier(line)


def test_a_notice_and_a_credit_are_read() -> None:
    assert parse_line(AT, 'n 000000000001 {"id": 1}') == Note(AT, 1, '{"id": 1}')
    assert parse_line(AT, "g - -5000 7000 9000") == Credit(AT, -5000, "-5000 7000 9000")


def test_a_transition_tells_where_the_sitting_stands() -> None:
    line = parse_line(AT, TRANSITION.format("seal", "s"))
    assert isinstance(line, Transition)
    assert (line.why, line.state, line.gen, line.device) == ("seal", "s", 65537, "3f")
    assert (line.started_at, line.deadline, line.left_ms, line.extra_ms) == (
        1000,
        2000,
        None,
        60000,
    )
    assert line.sealed == Seal(1, 2, 1500, 7, "d1", "k1", "submit")
    assert line.makes_seal


def test_a_sitting_that_is_open_again_has_no_seal() -> None:
    line = parse_line(AT, TRANSITION.format("reopen", "o"))
    assert isinstance(line, Transition)
    assert line.sealed is None
    assert (line.seal_epoch, line.seal) == (1, 2)


@pytest.mark.parametrize("why", ["reopen", "restore"])
def test_a_seal_that_is_replaced_is_a_barrier(why: str) -> None:
    assert is_barrier(parse_line(AT, TRANSITION.format(why, "o")))


def test_time_given_back_is_a_barrier_and_a_save_is_none() -> None:
    assert is_barrier(parse_line(AT, "g - 1 1 1"))
    assert not is_barrier(parse_line(AT, 'a 000000000001 LD-01:9:"b":0'))
    assert not is_barrier(parse_line(AT, TRANSITION.format("seal", "s")))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "a",
        "a 000000000001",
        "a 00000000000u LD-01:1:null:0",
        "a 000000000001 LD-01",
        "a 000000000001 LD-01:x:null:0",
        "t 000000000001 seal s",
        "z 000000000001 x",
        "k 000000000001 LD-01:1:null:0",
        "g - x",
    ],
)
def test_what_is_none_of_ours_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_line(AT, line)


@given(st.integers(0, 2**53), st.integers(0, 2**31))
def test_an_id_is_read_back_and_followed_by_the_next(ms: int, seq: int) -> None:
    assert parse_id(id_text((ms, seq))) == (ms, seq)
    assert parse_id(after((ms, seq))) == (ms, seq + 1)
