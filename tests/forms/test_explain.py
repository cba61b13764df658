"""How a form came about: every item of every cell has its reason, and it is readable."""

import io
import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from app.bank.model import Blueprint, Cell
from app.forms.draw import draw
from app.forms.explain import Explanation, Shown, explain
from app.forms.model import to_layout
from app.forms.pool import PoolItem
from app.forms.printed import render, to_json
from app.kit.ids import sitting_text
from tests.forms.builders import SECRET, an_item, items

POOL = [*items(8), *items(3, "KK"), an_item("KK-09", domain="KK", fixed="d")]
BLUEPRINT = Blueprint(
    version=3,
    cells=(Cell("LD", "mudah", 4), Cell("KK", "mudah", 2)),
    anchors=("LD-01",),
    enemies=(("LD-01", "LD-02"), ("LD-03", "LD-04", "KK-01")),
    exposure_cap=Decimal("0.75"),
)
SITTING = "0123456789ab"
SHOWN = Shown(forms=200, opened=150, times={"LD-01": (200, 150), "LD-05": (100, 60)})


def explained(
    sitting: str = SITTING, *, bank: list[PoolItem] | None = None, layout: str | None = None
) -> Explanation:
    """Explain what is drawn for a sitting, or what is said to stand."""
    stands = to_layout(draw(SECRET, sitting, BLUEPRINT, POOL)) if layout is None else layout
    return explain(stands, sitting, SECRET, BLUEPRINT, POOL, POOL if bank is None else bank)


def printed(form: Explanation) -> str:
    """Return what the terminal shows."""
    screen = io.StringIO()
    Console(width=240, file=screen).print(render("uji", form, SHOWN))
    return screen.getvalue()


@given(st.integers(0, 2**60 - 1).map(sitting_text))
def test_every_item_has_its_reason(sitting: str) -> None:
    form = explained(sitting)
    shown = {line.item for line in form.lines}
    told = {item.code: item for cell in form.cells for item in cell.items}
    assert told.keys() == {item.code for item in POOL}
    for code, item in told.items():
        assert (item.reason in {"anchor", "drawn"}) == (code in shown)
        assert set(item.enemies) <= shown
    assert told["LD-01"].reason == "anchor"
    assert (told["LD-02"].reason, told["LD-02"].enemies) == ("enemy of an anchor", ("LD-01",))
    for code in {"LD-03", "LD-04", "KK-01"} - shown:
        beside = {"LD-03", "LD-04", "KK-01"} & shown
        assert set(told[code].enemies) == beside
        assert told[code].reason == ("enemy on the form" if beside else "not drawn")
    assert told["LD-01"].expected == 1
    assert sum(item.expected for item in told.values()) == BLUEPRINT.length


def test_drawn_again_it_is_the_same_or_it_is_told() -> None:
    assert explained().same_bytes
    other = to_layout(draw(SECRET, "ba9876543210", BLUEPRINT, POOL))
    assert not explained(layout=other).same_bytes
    assert "ANOTHER FORM" in printed(explained(layout=other))


def test_the_bank_of_today_is_compared() -> None:
    same = explained().bank
    assert (same.new, same.gone, same.changed, same.same_form) == ((), (), (), True)
    assert "Bank today   the same as the pool" in printed(explained())
    revised = [replace(item, revision=2) if item.code == "LD-05" else item for item in POOL]
    assert explained(bank=revised).bank.changed == ("LD-05",)
    assert explained(bank=revised).bank.same_form
    grown = explained(bank=[*revised, *(an_item(f"LD-1{nth}") for nth in range(9))])
    assert not grown.bank.same_form
    assert grown.same_bytes
    assert "drawn from it: another form" in printed(grown)
    poor = explained(bank=[item for item in POOL if item.domain != "KK"])
    assert poor.bank.gone == ("KK-01", "KK-02", "KK-03", "KK-09")
    assert poor.bank.fault is not None
    assert "names KK-01: the bank has no such item" in printed(poor)


def test_it_reads_as_a_table() -> None:
    text = printed(explained())
    assert "Form " in text.splitlines()[0]
    assert f"of sitting {SITTING}, event uji" in text.splitlines()[0]
    for said in (
        "version 3: 6 items, anchors LD-01, 2 enemy sets, exposure cap 0.75",
        f"{SITTING}|3",
        "200 drawn in this event, 150 opened",
        "LD mudah: 4 of 8",
        "kept off every form by the anchor LD-01",
    ):
        assert said in text
    first = next(line for line in text.splitlines() if "LD-01 rev 1" in line)
    assert [word.strip() for word in first.split("│")][5:-1] == [
        "1.0000",
        "200",
        "1.0000",
        "150",
        "1.0000",
    ]


def test_the_screen_tells_where_each_option_stands() -> None:
    form = explained("000000000004")
    text = printed(form)
    for place, line in enumerate(form.lines, start=1):
        row = next(row for row in text.splitlines() if f"│ {place:>3} │ {line.item} " in row)
        places = [word.split()[0] for word in row.split("│")[3].split(": ")[1:]]
        assert tuple(places) == line.options
        assert ("d (fixed)" in row) == (line.item == "KK-09")


def test_as_json_nothing_is_left_out() -> None:
    form = explained()
    document = json.loads(to_json("uji", form, SHOWN))
    assert document["form"] == form.form_id
    assert document["seed_label"] == f"{SITTING}|3"
    assert [row["item"] for row in document["screen"]] == [line.item for line in form.lines]
    told = {item["item"]: item for cell in document["cells"] for item in cell["items"]}
    assert told["LD-01"]["expected_exactly"] == "1"
    assert (told["LD-05"]["drawn"], told["LD-05"]["opened"]) == (100, 60)
    share = Fraction(told["LD-05"]["expected_exactly"])
    assert told["LD-05"]["expected"] == float(share)
    assert told["LD-02"]["place"] is None
    assert SECRET.hex() not in json.dumps(document)
