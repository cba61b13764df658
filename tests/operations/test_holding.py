"""Who is held back, by the words of the log: after anything, some of it taken back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.operations.holding import is_held

ACTS = st.lists(st.sampled_from(["hold", "admit", "undo", "login", "extend", "start", "reflow"]))


@given(ACTS)
def test_taking_back_leads_to_where_it_was(acts: list[str]) -> None:
    whys: list[str] = []
    now, before, last = False, False, ""
    for act in acts:
        if act == "undo":  # of the last act of staff, where that is a hold or an admission
            if last in {"hold", "admit"}:
                whys.append(f"undo-{last}")
                now, last = before, "undo"
            continue
        whys.append(act)
        if act in {"hold", "admit"}:
            before, now, last = now, act == "hold", act
        elif act == "extend":
            last = act
        elif act == "reflow":
            now, last = False, ""
    assert is_held(whys) == now


@pytest.mark.parametrize(
    ("whys", "held"),
    [
        ([], False),
        (["hold"], True),
        (["hold", "admit"], False),
        (["hold", "admit", "undo-admit"], True),
        (["admit", "undo-admit"], False),
        (["hold", "undo-hold"], False),
        (["hold", "reflow"], False),
        (["hold", "login", "claim"], True),
    ],
)
def test_what_was_said_last_counts(whys: list[str], held: bool) -> None:  # noqa: FBT001 - a case
    assert is_held(whys) is held
