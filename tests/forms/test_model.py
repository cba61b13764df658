"""The layout: what is written is what is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms.model import TYPE_OF, FormLine, codes_of, form_of, from_layout, to_layout

ids = st.text("abcXYZ019-", min_size=1, max_size=8)
lines = st.builds(
    FormLine,
    item=ids,
    type=st.sampled_from(sorted(TYPE_OF)),
    options=st.lists(ids, min_size=1, max_size=6).map(tuple),
    targets=st.lists(ids, max_size=4).map(tuple),
) | st.builds(FormLine, item=ids, type=st.sampled_from("nh"), options=st.just(()))


@given(st.lists(lines, max_size=60))
def test_a_form_survives_its_layout(given_lines: list[FormLine]) -> None:
    form = form_of(given_lines)
    assert from_layout(to_layout(form)) == form
    assert codes_of(to_layout(form)) == [line.item for line in form.lines]


def test_a_layout_is_one_line_an_item() -> None:
    form = form_of(
        [
            FormLine("LD-01", "s", ("c", "a", "d", "b")),
            FormLine("KK-07", "x", ("a", "b"), ("x", "y")),
            FormLine("PM-02", "n", ()),
        ]
    )
    assert to_layout(form) == f"#{form.form_id}\nLD-01 s c,a,d,b\nKK-07 x a,b;x,y\nPM-02 n \n"


def test_the_id_tells_forms_and_events_apart() -> None:
    line = FormLine("LD-01", "s", ("a", "b"))
    other = FormLine("LD-01", "s", ("b", "a"))
    made = {form_of([line]).form_id, form_of([other]).form_id, form_of([line], b"key").form_id}
    assert len(made) == 3
    assert all(len(form_id) == 12 for form_id in made)
    assert form_of([line]) == form_of([line])


@pytest.mark.parametrize(
    "text",
    ["", "\n", "#abc", "#abc\nLD-01 s a,b", "LD-01 s a,b\n", "#a\nLD-01 s\n", "#a\nLD-01 z a\n"],
)
def test_what_is_no_layout_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="layout"):
        from_layout(text)
