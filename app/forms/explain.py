"""How a form came about, item by item, for somebody who must answer for it.

Nothing here is remembered: everything follows from sitting, blueprint and pool, by drawing again.
No key of an item and no secret is part of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.bank.model import Blueprint
from app.forms.draw import draw_planned, seed_label
from app.forms.model import Form, FormFault, FormLine, from_layout, to_layout
from app.forms.plan import Candidate, Plan, Stratum, plan
from app.forms.pool import PoolItem, digest_of, to_listing

Reason = Literal["anchor", "drawn", "enemy on the form", "enemy of an anchor", "not drawn"]


@dataclass(frozen=True, slots=True)
class ItemStory:
    """What became of one item of the pool on one form."""

    code: str
    revision: int
    reason: Reason
    enemies: tuple[str, ...]
    """Its enemies on this form, or among the anchors: they leave no room for it."""
    expected: Fraction
    """The share of forms that show it, by the plan."""


@dataclass(frozen=True, slots=True)
class CellStory:
    """One cell of the blueprint: ``count`` of its items were taken."""

    domain: str
    difficulty: str
    count: int
    items: tuple[ItemStory, ...]


@dataclass(frozen=True, slots=True)
class BankSince:
    """How the bank differs now from the pool, and what that would do to the form."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    same_form: bool
    """Would the same form be drawn from today's bank?"""
    fault: str | None
    """Why none could be drawn from it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A stored form, taken apart and drawn again."""

    sitting: str
    form_id: str
    blueprint: Blueprint
    pool: str
    """The digest of the pool, and how many items it has."""
    pool_size: int
    seed: str
    cells: tuple[CellStory, ...]
    lines: tuple[FormLine, ...]
    """The items in screen order, each with its options in screen order."""
    fixed: Mapping[str, frozenset[str]]
    """Options that keep their place, by item."""
    same_bytes: bool
    """Does drawing again from the pool give what is stored, to the byte?"""
    bank: BankSince


@dataclass(frozen=True, slots=True)
class Shown:
    """On how many forms of the event each item stands: drawn, and opened by their participants."""

    forms: int
    opened: int
    times: Mapping[str, tuple[int, int]]

    def of(self, code: str) -> tuple[int, int]:
        """Return how many forms have an item, and how many of these were opened."""
        return self.times.get(code, (0, 0))


def explain(
    layout: str,
    sitting: str,
    secret: bytes,
    blueprint: Blueprint,
    pool: Sequence[PoolItem],
    bank: Sequence[PoolItem],
) -> Explanation:
    """Explain a stored form; ``pool`` is what it was drawn from, ``bank`` what there is today.

    Raises:
        FormFault: the blueprint cannot draw from the pool (any more).
    """
    form = from_layout(layout)
    drawn = plan(blueprint, pool)
    again = to_layout(draw_planned(secret, sitting, drawn))
    return Explanation(
        sitting=sitting,
        form_id=form.form_id,
        blueprint=blueprint,
        pool=digest_of(to_listing(pool)),
        pool_size=len(pool),
        seed=seed_label(sitting, blueprint.version),
        cells=_cells(form, drawn, blueprint),
        lines=form.lines,
        fixed={item.code: item.fixed for item in pool if item.fixed},
        same_bytes=again == layout,
        bank=_since(layout, sitting, secret, blueprint, pool, bank),
    )


def _cells(form: Form, drawn: Plan, blueprint: Blueprint) -> tuple[CellStory, ...]:
    shown = {line.item for line in form.lines}
    return tuple(
        CellStory(
            stratum.cell.domain,
            stratum.cell.difficulty,
            stratum.cell.count,
            tuple(
                _story(candidate.item, shown, drawn, blueprint)
                for candidate in sorted(_all(stratum), key=lambda each: each.item.code)
            ),
        )
        for _, strata in drawn.sections
        for stratum in strata
    )


def _all(stratum: Stratum) -> list[Candidate]:
    return [*stratum.anchors, *stratum.enemies, *stratum.others, *stratum.kept_out]


def _story(item: PoolItem, shown: set[str], drawn: Plan, blueprint: Blueprint) -> ItemStory:
    code = item.code
    enemies = {other for enemies in blueprint.enemies if code in enemies for other in enemies}
    anchors = enemies.intersection(blueprint.anchors) - {code}
    beside = (enemies & shown) - {code}
    reason: Reason = "not drawn"
    if code in blueprint.anchors:
        reason = "anchor"
    elif code in shown:
        reason = "drawn"
    elif anchors:
        reason = "enemy of an anchor"
    elif beside:
        reason = "enemy on the form"
    return ItemStory(
        code, item.revision, reason, tuple(sorted(anchors or beside)), drawn.exposure[code]
    )


def _since(
    layout: str,
    sitting: str,
    secret: bytes,
    blueprint: Blueprint,
    pool: Sequence[PoolItem],
    bank: Sequence[PoolItem],
) -> BankSince:
    then, now = ({item.code: item for item in items} for items in (pool, bank))
    same_form, fault = False, None
    try:
        same_form = to_layout(draw_planned(secret, sitting, plan(blueprint, bank))) == layout
    except FormFault as refused:
        fault = str(refused)
    return BankSince(
        new=tuple(sorted(now.keys() - then.keys())),
        gone=tuple(sorted(then.keys() - now.keys())),
        changed=tuple(sorted(code for code in then if now.get(code, then[code]) != then[code])),
        same_form=same_form,
        fault=fault,
    )
