from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers import intake
from app.kit.errors import InvalidRequest
from app.sittings.model import rev_of

LAYOUT = "#0123456789ab\nLD-01 s c,a,d,b\nKS-02 m a,b,c\n"
GEN = (1 << 16) + 3
REV = rev_of(GEN, 7)


def read(*changes: object, events: Sequence[object] = (), seen: object = 0) -> intake.Read:
    document = {"changes": list(changes), "events": list(events), "seen": seen}
    return intake.read_save(document, LAYOUT, GEN)


def change(**other: object) -> dict[str, Any]:
    return {"item": "LD-01", "rev": REV, "value": "b", **other}


def event(**other: object) -> dict[str, Any]:
    return {"rev": REV, "type": "blur", "detail": None, **other}


def pointers(call: Callable[..., object], *args: object, **more: object) -> list[str]:
    with pytest.raises(InvalidRequest) as refused:
        call(*args, **more)
    faults: Any = refused.value.more["faults"]
    assert all(fault["detail"] for fault in faults)
    return [fault["pointer"] for fault in faults]


def test_a_change_becomes_an_entry() -> None:
    assert read(change()).entries == [("LD-01", str(REV), '"b"', "0")]
    assert read(change(flagged=True, value=None)).entries == [("LD-01", str(REV), "null", "1")]


def test_an_event_becomes_words_of_a_line() -> None:
    found = read(events=[event(detail={"ms": 5, "what": "a b"})]).events
    assert found == [(str(REV), "blur", '{"ms":5,"what":"a b"}')]


def test_nothing_at_all_is_a_heartbeat() -> None:
    documents: list[dict[str, Any]] = [{}, {"changes": []}, {"changes": None, "events": None}]
    for document in documents:
        assert intake.read_save(document, LAYOUT, GEN) == intake.Read()


def test_results_stand_in_the_order_of_the_request() -> None:
    found = read(
        change(item="XX-99"),
        change(),
        change(value="e", rev=REV + 1),
        change(item="KS-02", rev=REV + 2, value=["b", "a"]),
        events=[event(rev=REV + 3)],
    )
    assert [result["result"] for result in found.settle("S=u")] == [
        "invalid",
        "stored",
        "invalid",
        "same",
        "superseded",
    ]


@pytest.mark.parametrize(
    ("letter", "word"),
    [
        ("S", "stored"),
        ("=", "same"),
        ("u", "superseded"),
        ("c", "conflict"),
        ("l", "kept"),
        ("x", "invalid"),
    ],
)
def test_each_letter_of_the_room_is_a_word_of_the_protocol(letter: str, word: str) -> None:
    assert read(change()).settle(letter) == [{"item": "LD-01", "rev": REV, "result": word}]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"item": "XX-99"}, intake.UNKNOWN_ITEM),
        ({"item": ""}, intake.UNKNOWN_ITEM),
        ({"item": "LD-01\x00"}, intake.UNKNOWN_ITEM),
        ({"item": "LD-01 s c,a"}, intake.UNKNOWN_ITEM),
        ({"value": "e"}, intake.IMPOSSIBLE),
        ({"value": 1}, intake.IMPOSSIBLE),
        ({"value": "b\x00"}, intake.IMPOSSIBLE),
        ({"rev": rev_of(GEN + 1, 1)}, intake.FOREIGN_REV),
        ({"rev": 1}, intake.FOREIGN_REV),
        ({"rev": (1 << 53) - 1}, intake.FOREIGN_REV),
    ],
)
def test_a_change_that_cannot_be_is_invalid_alone(other: dict[str, Any], reason: str) -> None:
    found = read(change(**other), change())
    assert found.results[0]["result"] == "invalid"
    assert found.results[0]["reason"] == reason
    assert len(found.entries) == 1


def test_a_change_of_any_earlier_gen_is_weighed() -> None:
    earlier = [rev_of(1 << 16, 1), rev_of(GEN - 1, 2**20 - 1), rev_of(GEN, 0)]
    assert len(read(*(change(rev=rev) for rev in earlier)).entries) == 3


@pytest.mark.parametrize("rev", [0, -1, 1 << 53, 1.5, "7", True, None, [], 2**64])
def test_a_rev_that_is_no_number_of_its_range_is_a_fault(rev: object) -> None:
    assert pointers(read, change(), change(rev=rev)) == ["/changes/1/rev"]
    assert pointers(read, events=[event(rev=rev)]) == ["/events/0/rev"]
    assert pointers(intake.read_revs, {"items": {"a/b": rev}}) == ["/items/a~1b"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"changes": {}}, ["/changes"]),
        ({"changes": "x"}, ["/changes"]),
        ({"changes": [1, change(), None]}, ["/changes/0", "/changes/2"]),
        ({"changes": [{}]}, ["/changes/0/rev", "/changes/0/item"]),
        ({"changes": [change(item=5)]}, ["/changes/0/item"]),
        ({"changes": [change(flagged=1)]}, ["/changes/0/flagged"]),
        ({"changes": [change(flagged=None)]}, ["/changes/0/flagged"]),
        ({"changes": [change()] * 513}, ["/changes"]),
        ({"events": [event()] * 257}, ["/events"]),
        ({"events": [event(type="")]}, ["/events/0/type"]),
        ({"events": [event(type="a b")]}, ["/events/0/type"]),
        ({"events": [event(type="fokus\x00")]}, ["/events/0/type"]),
        ({"events": [event(type="x" * 33)]}, ["/events/0/type"]),
        ({"events": [event(type="é")]}, ["/events/0/type"]),
        ({"events": [event(detail="x" * 511)]}, ["/events/0/detail"]),
        ({"events": [event(detail="a\x00b")]}, ["/events/0/detail"]),
        ({"seen": -1}, ["/seen"]),
        ({"seen": "3"}, ["/seen"]),
        ({"seen": True}, ["/seen"]),
        ({"seen": 0.5, "changes": [{}], "events": 7}, None),
    ],
)
def test_a_fault_of_shape_is_pointed_at(body: dict[str, Any], found: list[str] | None) -> None:
    expected = found or ["/seen", "/changes/0/rev", "/changes/0/item", "/events"]
    assert pointers(intake.read_save, body, LAYOUT, GEN) == expected


def test_a_detail_too_deep_to_be_written_down_is_a_fault() -> None:
    deep: list[Any] = []
    for _ in range(400):
        deep = [deep]
    assert pointers(read, events=[event(detail=deep)]) == ["/events/0/detail"]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"7", b"null", b'"x"', b"\xff", b'{"a":NaN}', b"[" * 9]
)
def test_what_is_no_object_is_a_fault_at_the_root(body: bytes) -> None:
    assert pointers(intake.decode, body) == [""]


def test_an_empty_body_is_an_empty_object() -> None:
    assert intake.decode(b"") == {}
    assert intake.decode(b'{"seen":1}') == {"seen": 1}


@pytest.mark.parametrize("answers", [[], "x", None, 7, {str(n): {} for n in range(513)}])
def test_a_map_to_submit_is_a_map(answers: object) -> None:
    assert pointers(intake.read_map, answers, LAYOUT, GEN) == ["/answers"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
ANSWERS = st.fixed_dictionaries(
    {}, optional={"rev": JSON | st.just(REV), "value": JSON | st.just("a"), "flagged": JSON}
)


@given(st.dictionaries(st.sampled_from(["LD-01", "KS-02", "XX-99", "", "a b"]), JSON | ANSWERS))
def test_no_single_entry_can_fail_a_submit(answers: dict[str, Any]) -> None:
    found = intake.read_map(answers, LAYOUT, GEN)
    assert [result["item"] for result in found.results] == list(answers)
    assert len(found.entries) == len(found.open)


@given(st.dictionaries(st.sampled_from(["changes", "events", "seen", "x"]), JSON))
def test_whatever_the_shape_it_is_read_or_refused(document: dict[str, Any]) -> None:
    try:
        found = intake.read_save(document, LAYOUT, GEN)
    except InvalidRequest:
        return
    assert len(found.open) == len(found.entries) + len(found.events)
