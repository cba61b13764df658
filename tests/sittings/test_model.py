import hashlib

from hypothesis import given
from hypothesis import strategies as st

from app.sittings.model import Answer, digest_of, parse_held, rev_of, sealed_text

VALUES = st.sampled_from(['"b"', "null", '{"a":"x"}', '":1:0"', '["a","c"]'])


@given(st.integers(1, 2**53 - 1), VALUES, st.booleans())
def test_an_answer_is_read_back_from_the_room(
    rev: int,
    value: str,
    flagged: bool,  # noqa: FBT001 - drawn
) -> None:
    answer = Answer(rev, value, flagged)
    assert parse_held(answer.held()) == answer


@given(
    st.tuples(st.integers(0, 2**33 - 1), st.integers(0, 2**20 - 1)),
    st.tuples(st.integers(0, 2**33 - 1), st.integers(0, 2**20 - 1)),
)
def test_revs_sort_by_gen_then_by_count(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (rev_of(*one) < rev_of(*other)) == (one < other)
    assert rev_of(*one) < 2**53


@given(st.permutations(["KS-02", "LD-01", "KD-11", "KS-1"]))
def test_the_sealed_text_does_not_depend_on_the_order_of_answering(order: list[str]) -> None:
    text = sealed_text({item: f'7:"{item[0]}":0' for item in order})
    assert text == 'KD-11:7:"K":0\nKS-02:7:"K":0\nKS-1:7:"K":0\nLD-01:7:"L":0\n'


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), unique=True))
def test_the_sealed_text_is_sorted_by_bytes_as_the_room_sorts(items: list[str]) -> None:
    by_bytes = sorted(items, key=lambda item: item.encode())
    assert sealed_text(dict.fromkeys(items, "")) == "".join(f"{item}:\n" for item in by_bytes)


def test_the_digest_of_nothing_is_a_digest() -> None:
    assert sealed_text({}) == ""
    assert digest_of("") == hashlib.sha1(b"", usedforsecurity=False).hexdigest()
