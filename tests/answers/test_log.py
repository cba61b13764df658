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
    Remark,
    Transition,
    Turn,
    WalkIn,
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


def test_a_remark_keeps_its_words() -> None:
    assert parse_line(AT, 'r 000000000001 {"text": "a b"}') == Remark(AT, 1, '{"text": "a b"}')


ACT = TRANSITION.removesuffix("- -") + "siti tap-1 o 2000 - 0 1 1 "
SAID = '{"role":"proctor","where":"","why":"x"'


def test_an_act_tells_what_else_there_is_to_tell() -> None:
    line = parse_line(AT, ACT.format("card", "o") + SAID + ',"card":7}')
    assert isinstance(line, Transition)
    assert line.act is not None
    assert (line.card, dict(line.act.more)) == (7, {"card": 7})
    plain = parse_line(AT, ACT.format("pause", "o") + SAID + "}")
    assert isinstance(plain, Transition)
    assert plain.card is None


@pytest.mark.parametrize("more", ['"card":0', '"card":32768', '"card":"7"', '"pin":"1"'])
def test_an_act_that_tells_what_it_may_not_is_refused(more: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_line(AT, ACT.format("card", "o") + SAID + f",{more}}}")


def test_a_decision_seals_where_the_sitting_is_sealed() -> None:
    seals = {state: parse_line(AT, TRANSITION.format("late-accept", state)) for state in ("s", "o")}
    assert {
        state: isinstance(line, Transition) and line.makes_seal for state, line in seals.items()
    } == {"s": True, "o": False}


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


WALKED = (
    '{"who": "pengawas", "role": "proctor", "where": "10.0.0.1", "unit": "09.01", '
    '"layout": "#1\\nLD-01 s a,b\\n"}'
)


@pytest.mark.parametrize(("word", "room"), [("-", None), ("3", 3)])
def test_who_walked_in_is_read_sealed_and_is_a_barrier(word: str, room: int | None) -> None:
    rest = f"7 {word} 1 2 a-1 c2VhbGVk {WALKED}"
    line = parse_line(AT, f"w 000000000001 {rest}")
    assert isinstance(line, WalkIn)
    assert (line.sitting, line.unit, line.room, line.card, line.blueprint) == (1, 7, room, 1, 2)
    assert (line.action, line.sealed, line.person) == ("a-1", "c2VhbGVk", None)
    assert (line.who, line.role, line.where) == ("pengawas", "proctor", "10.0.0.1")
    assert (line.unit_code, line.layout) == ("09.01", "#1\nLD-01 s a,b\n")
    assert line.detail == rest
    assert is_barrier(line)


def test_a_new_pin_of_a_room_is_read_and_is_no_barrier() -> None:
    rest = '3 0f a-1 {"who": "p", "role": "proctor", "where": "10.0.0.1"}'
    line = parse_line(AT, f"d - {rest}")
    assert line == Turn(AT, 3, "0f", "a-1", "p", "proctor", "10.0.0.1", rest)
    assert not is_barrier(line)


@pytest.mark.parametrize(
    "why", ["reopen", "restore", "undo-submit", "lift", "late-accept", "late-reject"]
)
def test_a_seal_that_is_replaced_and_a_decision_are_barriers(why: str) -> None:
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
        "w 000000000001 7 - 1 1 a-1 c2VhbGVk",
        f"w 000000000001 x - 1 1 a-1 c2VhbGVk {WALKED}",
        f"w 00000000000u 7 - 1 1 a-1 c2VhbGVk {WALKED}",
        'w 000000000001 7 - 1 1 a-1 c2VhbGVk {"who": "p"}',
        "w 000000000001 7 - 1 1 a-1 c2VhbGVk [1]",
        "d - 3 0f a-1",
        'd - x 0f a-1 {"who": "p", "role": "proctor", "where": ""}',
        "d - 3 0f a-1 7",
    ],
)
def test_what_is_none_of_ours_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_line(AT, line)


@given(st.integers(0, 2**53), st.integers(0, 2**31))
def test_an_id_is_read_back_and_followed_by_the_next(ms: int, seq: int) -> None:
    assert parse_id(id_text((ms, seq))) == (ms, seq)
    assert parse_id(after((ms, seq))) == (ms, seq + 1)
