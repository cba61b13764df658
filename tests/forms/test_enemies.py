"""Enemies never meet, and every item set that remains is as likely as any other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import comb

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.forms.enemies import Shelf, knots
from app.forms.model import FormFault

CODES = [f"LD-{nth:02d}" for nth in range(12)]


def shelves(*cells: tuple[int, str]) -> list[Shelf]:
    """Return shelves that want so many of items named by letters."""
    return [Shelf(f"cell {nth}", wanted, frozenset(of)) for nth, (wanted, of) in enumerate(cells)]


@st.composite
def small_banks(draw: st.DrawFn) -> tuple[list[Shelf], list[set[str]]]:
    """Up to three cells of up to four items, and up to five enemy sets across them."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    left = iter(CODES)
    cells = [frozenset(next(left) for _ in range(size)) for size in sizes]
    standing = [
        Shelf(f"cell {nth}", draw(st.integers(0, len(cell))), cell)
        for nth, cell in enumerate(cells)
    ]
    known = sorted(code for cell in cells for code in cell)
    sets = st.sets(st.sampled_from([*known, "elsewhere"]), min_size=1, max_size=3)
    return standing, draw(st.lists(sets, max_size=5))


def permitted(standing: Sequence[Shelf], enemies: Sequence[set[str]]) -> Iterator[set[str]]:
    """Make every item set that fills the cells without two enemies, the slow and certain way."""
    choices = [combinations(sorted(shelf.codes), shelf.wanted) for shelf in standing]
    for chosen in product(*choices):
        form = {code for cell in chosen for code in cell}
        if all(len(form & enemy) <= 1 for enemy in enemies):
            yield form


@given(small_banks())
def test_exposure_is_what_counting_every_form_gives(
    bank: tuple[list[Shelf], list[set[str]]],
) -> None:
    standing, enemies = bank
    forms = list(permitted(standing, enemies))
    if not forms:
        with pytest.raises(FormFault):
            knots(standing, enemies)
        return
    seen = Counter(code for form in forms for code in form)
    for knot in knots(standing, enemies):
        for code, share in knot.exposure.items():
            assert share == Fraction(seen[code], len(forms)), code


@given(small_banks())
def test_every_permitted_set_is_chosen_by_one_number(
    bank: tuple[list[Shelf], list[set[str]]],
) -> None:
    standing, enemies = bank
    assume(any(permitted(standing, enemies)))
    for knot in knots(standing, enemies):
        mine = [shelf for shelf in standing if shelf.name in knot.name.split("+")]
        forms = list(permitted(mine, enemies))
        assert knot.outcomes == len(forms)
        expected = Counter(frozenset(form & knot.enemies) for form in forms)
        chosen = Counter(frozenset(knot.taken_by(number)) for number in range(knot.outcomes))
        assert chosen == expected


def test_cells_without_enemies_are_in_no_knot() -> None:
    tied = knots(shelves((2, "abc"), (1, "de"), (1, "fg")), [{"a", "d"}, {"f", "x"}])
    assert [knot.name for knot in tied] == ["cell 0+cell 1"]
    assert tied[0].enemies == {"a", "d"}
    assert set(tied[0].exposure) == set("abcde")


def test_two_of_four_with_one_pair_of_enemies() -> None:
    (knot,) = knots(shelves((2, "abcd")), [{"a", "b"}])
    assert knot.outcomes == 5  # six pairs, less ab
    assert knot.exposure == {
        "a": Fraction(2, 5),
        "b": Fraction(2, 5),
        "c": Fraction(3, 5),
        "d": Fraction(3, 5),
    }


def test_sixty_pairs_of_enemies_across_an_area_are_counted() -> None:
    cells = [[f"{level}{nth}" for nth in range(60)] for level in "msx"]
    standing = [Shelf(cell[0][0], 4, frozenset(cell)) for cell in cells]
    pairs = [{cells[nth % 3][nth], cells[(nth + 1) % 3][nth]} for nth in range(60)]
    (knot,) = knots(standing, pairs)
    assert sum(knot.exposure.values()) == 3 * 4
    assert comb(40, 4) ** 3 < knot.outcomes < comb(60, 4) ** 3


def test_a_cell_that_enemies_empty_is_named() -> None:
    with pytest.raises(FormFault, match=r"3 items of cell 0; of the 4 there, 2 at most"):
        knots(shelves((3, "abcd")), [{"a", "b", "c"}])


def test_cells_that_enemies_close_together_are_named() -> None:
    with pytest.raises(FormFault, match=r"no way .* cell 0 \(1 items\), cell 1 \(1 items\)"):
        knots(shelves((1, "a"), (1, "b")), [{"a", "b"}])


def test_what_cannot_be_counted_is_refused() -> None:
    row = [f"{nth:03d}" for nth in range(60)]
    neighbours = [set(pair) for pair in pairwise(row)]
    with pytest.raises(FormFault, match="too entangled"):
        knots([Shelf("one", 5, frozenset(row))], neighbours)
    cells = "abcdef"
    wide = [Shelf(cell, 4, frozenset(f"{cell}{nth}" for nth in range(8))) for cell in cells]
    across = [
        {f"{one}{nth}", f"{next_}{nth}"} for one, next_ in pairwise(cells) for nth in range(8)
    ]
    with pytest.raises(FormFault, match="among a, b, c, d, e, f are too entangled"):
        knots(wide, across)
