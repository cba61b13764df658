"""Drawing a form: which items, in which order, with which option order.

A pure function of secret, sitting, blueprint and pool. Each decision is one number out of a hash
that is named by what it decides, so a form can be drawn again and explained years later:

1. ``enemies|LD mudah+LD sulit``: in cells that enemies tie together, which enemies come along.
2. ``items|LD sulit``: from each cell of the blueprint, as many items as its anchors and enemies
   leave open, all choices equally likely.
3. ``order|LD``: the items of a section (an area) among themselves; sections keep their order.
4. ``options|LD``: the options of those items, one item after the other in screen order.

Every form that the blueprint permits is as likely as any other. Anchors stand on every form.
Options marked fixed keep their place; true / false and Likert are never shuffled.
"""

import hashlib
import hmac
from collections.abc import Sequence
from math import prod

from app.bank.model import Blueprint
from app.forms.chance import number_below, take
from app.forms.model import Form, FormLine, form_of
from app.forms.plan import Candidate, Plan, Stratum, plan
from app.forms.pool import PoolItem


def event_secret(form_key: bytes, event: str) -> bytes:
    """Return the secret of an event's forms, from the installation's key."""
    return hmac.digest(form_key, f"forms|{event}".encode(), hashlib.sha256)


def seed_label(sitting: str, version: int) -> str:
    """Return what every decision about a sitting's form is named by first."""
    return f"{sitting}|{version}"


def draw_planned(secret: bytes, sitting: str, drawn: Plan) -> Form:
    """Draw a sitting's form by a plan; ``secret`` is the event's, see `event_secret`."""
    seed = seed_label(sitting, drawn.version)
    hostile = _enemies_taken(secret, seed, drawn)
    lines: list[FormLine] = []
    for domain, strata in drawn.sections:
        chosen: list[Candidate] = []
        for stratum in strata:
            chosen += _chosen(secret, seed, stratum, hostile)
        ordered = take(secret, f"{seed}|order|{domain}", chosen, len(chosen))
        lines += _lines(secret, f"{seed}|options|{domain}", ordered)
    return form_of(lines, secret)


def draw(secret: bytes, sitting: str, blueprint: Blueprint, pool: Sequence[PoolItem]) -> Form:
    """Draw one sitting's form; the same arguments give the same bytes. See `plan` for errors."""
    return draw_planned(secret, sitting, plan(blueprint, pool))


def _enemies_taken(secret: bytes, seed: str, drawn: Plan) -> set[str]:
    taken: set[str] = set()
    for knot in drawn.knots:
        number = number_below(secret, f"{seed}|enemies|{knot.name}", knot.outcomes)
        taken.update(knot.taken_by(number))
    return taken


def _chosen(secret: bytes, seed: str, stratum: Stratum, hostile: set[str]) -> list[Candidate]:
    first = [*stratum.anchors]
    if stratum.enemies:
        first += [each for each in stratum.enemies if each.item.code in hostile]
    open_ = stratum.cell.count - len(first)
    return first + take(secret, f"{seed}|items|{stratum.name}", stratum.others, open_)


def _lines(secret: bytes, label: str, ordered: Sequence[Candidate]) -> list[FormLine]:
    number = number_below(secret, label, prod(candidate.orders for candidate in ordered))
    lines = []
    for candidate in ordered:
        number, order = divmod(number, candidate.orders)
        lines.append(candidate.line_of(order))
    return lines
