"""What a form is drawn from, packed into one text: the blueprint, and the pool that stands.

The room holds it, so that somebody can be given a form while Postgres is away. No text of an item,
no key and no weight is in it.
"""

from collections.abc import Sequence
from decimal import Decimal

import orjson

from app.bank.model import Blueprint, Cell
from app.forms.pool import PoolItem, from_listing, to_listing


def to_recipe(blueprint: Blueprint, pool: Sequence[PoolItem]) -> str:
    """Return blueprint and pool as one text; cells and enemy sets keep their order."""
    cap = blueprint.exposure_cap
    document = {
        "version": blueprint.version,
        "cells": [[cell.domain, cell.difficulty, cell.count] for cell in blueprint.cells],
        "anchors": blueprint.anchors,
        "enemies": blueprint.enemies,
        "exposure_cap": None if cap is None else str(cap),
        "pool": to_listing(pool),
    }
    return orjson.dumps(document).decode()


def from_recipe(recipe: str) -> tuple[Blueprint, list[PoolItem]]:
    """Read blueprint and pool back.

    Raises:
        ValueError, KeyError, TypeError: when the text is no recipe.
    """
    held = orjson.loads(recipe)
    cap = held["exposure_cap"]
    blueprint = Blueprint(
        version=held["version"],
        cells=tuple(Cell(*cell) for cell in held["cells"]),
        anchors=tuple(held["anchors"]),
        enemies=tuple(map(tuple, held["enemies"])),
        exposure_cap=None if cap is None else Decimal(cap),
    )
    return blueprint, from_listing(held["pool"])
