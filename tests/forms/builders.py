"""Pools and blueprints for tests of forms."""

from app.bank.model import Blueprint, Cell, ItemType
from app.forms.draw import PoolItem

SECRET = b"the secret of an event, 32 bytes"


def an_item(
    code: str,
    *,
    domain: str = "LD",
    options: str = "abcd",
    kind: ItemType = "single",
    fixed: str = "",
) -> PoolItem:
    """Return an easy item with one-letter options."""
    return PoolItem(code, kind, domain, "mudah", tuple(options), frozenset(fixed))


def a_blueprint(count: int, *domains: str, version: int = 1) -> Blueprint:
    """Return a blueprint of ``count`` easy items a domain."""
    cells = tuple(Cell(domain, "mudah", count) for domain in domains or ("LD",))
    return Blueprint(version, cells)
