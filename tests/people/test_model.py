"""The unit tree."""

from hypothesis import given
from hypothesis import strategies as st

from app.people.model import hung

CODES = st.sampled_from("abcdef")


def roots_of(tree: dict[str, str | None]) -> set[str]:
    """Return where every unit comes to an end, going up; fails on a circle."""
    roots = set()
    for start in tree:
        code, steps = start, 0
        while (above := tree[code]) is not None:
            code, steps = above, steps + 1
            assert steps <= len(tree)
        roots.add(code)
    return roots


@given(st.lists(st.dictionaries(CODES, CODES), max_size=4))
def test_whatever_is_hung_below_whatever_no_unit_stands_below_itself(
    files: list[dict[str, str]],
) -> None:
    tree: dict[str, str | None] = dict.fromkeys("abcdef")
    for wanted in files:
        tree |= hung(tree, wanted)
        assert roots_of(tree)


def test_a_tree_is_hung_as_it_is_wanted() -> None:
    assert hung({"a": None, "b": "a"}, {"a": "b", "b": "c"}) == {"a": "b", "b": "c"}
    assert hung({}, {"a": "b", "b": "a"}) == {"a": "b", "b": None}
    assert hung({"b": "a"}, {}) == {}
