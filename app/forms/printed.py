"""An explained form for the terminal, and as JSON for other programs."""

from typing import Final

import orjson
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.forms.explain import CellStory, Explanation, ItemStory, Shown
from app.forms.model import FormLine

_TAKEN: Final = frozenset({"anchor", "drawn"})
_NONE: Final = "–"
_NAMED: Final = 12


def render(event: str, form: Explanation, shown: Shown) -> RenderableType:
    """Return the explanation as it is printed: head, cells with their items, the screen."""
    return Group(
        Text(f"Form {form.form_id} of sitting {form.sitting}, event {event}", style="bold"),
        _head(form, shown),
        _items(form, shown),
        _screen(form),
    )


def to_json(event: str, form: Explanation, shown: Shown) -> str:
    """Return the explanation as JSON; expected shares as a number and as an exact fraction."""
    document = {
        "event": event,
        "sitting": form.sitting,
        "form": form.form_id,
        "same_bytes": form.same_bytes,
        "blueprint": {
            "version": form.blueprint.version,
            "anchors": form.blueprint.anchors,
            "enemies": form.blueprint.enemies,
            "exposure_cap": None
            if form.blueprint.exposure_cap is None
            else float(form.blueprint.exposure_cap),
        },
        "pool": {"digest": form.pool, "items": form.pool_size},
        "seed_label": form.seed,
        "bank_since": {
            "new": form.bank.new,
            "gone": form.bank.gone,
            "changed": form.bank.changed,
            "same_form": form.bank.same_form,
            "fault": form.bank.fault,
        },
        "forms": {"drawn": shown.forms, "opened": shown.opened},
        "cells": [
            {
                "domain": cell.domain,
                "difficulty": cell.difficulty,
                "count": cell.count,
                "items": [_item_document(item, form, shown) for item in cell.items],
            }
            for cell in form.cells
        ],
        "screen": [
            {
                "place": place,
                "item": line.item,
                "options": line.options,
                "fixed": sorted(form.fixed.get(line.item, ())),
                "targets": line.targets,
            }
            for place, line in enumerate(form.lines, start=1)
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def _item_document(item: ItemStory, form: Explanation, shown: Shown) -> dict[str, object]:
    drawn, opened = shown.of(item.code)
    return {
        "item": item.code,
        "revision": item.revision,
        "reason": item.reason,
        "enemies": item.enemies,
        "place": _places(form).get(item.code),
        "expected": float(item.expected),
        "expected_exactly": str(item.expected),
        "drawn": drawn,
        "opened": opened,
    }


def _head(form: Explanation, shown: Shown) -> Table:
    blueprint, bank = form.blueprint, form.bank
    grid = Table.grid(padding=(0, 2))
    cap = "none" if blueprint.exposure_cap is None else blueprint.exposure_cap
    grid.add_row(
        "Blueprint",
        f"version {blueprint.version}: {blueprint.length} items, anchors "
        f"{_some(blueprint.anchors)}, {len(blueprint.enemies)} enemy sets, exposure cap {cap}",
    )
    grid.add_row(
        "Pool",
        f"{form.pool}: {form.pool_size} items, as the bank had them when the event's first form "
        "was drawn",
    )
    grid.add_row("Rule", "every form that the blueprint permits is as likely as any other")
    grid.add_row(
        "Seed label",
        f"{form.seed} (each decision is one number out of HMAC-SHA-512 over this label and what is "
        "decided, under the event's secret)",
    )
    grid.add_row("Forms", f"{shown.forms:,} drawn in this event, {shown.opened:,} opened")
    grid.add_row(
        "Drawn again",
        "the same, byte by byte"
        if form.same_bytes
        else "ANOTHER FORM: what is stored is not what blueprint, pool and secret give",
    )
    outcome = bank.fault or ("the same form" if bank.same_form else "another form")
    grid.add_row(
        "Bank today",
        f"new {_some(bank.new)}; changed {_some(bank.changed)}; gone {_some(bank.gone)}; drawn "
        f"from it: {outcome}"
        if bank.new or bank.gone or bank.changed
        else "the same as the pool",
    )
    return grid


def _items(form: Explanation, shown: Shown) -> Table:
    table = Table("Cell", "Item", title="What was taken", title_justify="left")
    table.add_column("On this form", justify="right")
    table.add_column("Why")
    for heading in ("Expected share", "Drawn", "Share", "Opened", "Share"):
        table.add_column(heading, justify="right")
    places = _places(form)
    for cell in form.cells:
        for nth, item in enumerate(cell.items):
            drawn, opened = shown.of(item.code)
            place = places.get(item.code)
            table.add_row(
                _cell(cell) if nth == 0 else "",
                f"{item.code} rev {item.revision}",
                _NONE if place is None else f"no. {place}",
                _why(item),
                f"{float(item.expected):.4f}",
                f"{drawn:,}",
                _share(drawn, shown.forms),
                f"{opened:,}",
                _share(opened, shown.opened),
                style=None if item.reason in _TAKEN else "dim",
            )
        table.add_section()
    return table


def _screen(form: Explanation) -> Table:
    table = Table(title="On the screen", title_justify="left")
    table.add_column("No.", justify="right")
    table.add_column("Item")
    table.add_column("Options by their ids in the bank, first to last")
    for place, line in enumerate(form.lines, start=1):
        table.add_row(str(place), line.item, _options(line, form))
    return table


def _options(line: FormLine, form: Explanation) -> str:
    fixed = form.fixed.get(line.item, frozenset())
    ids = (f"{option} (fixed)" if option in fixed else option for option in line.options)
    said = "  ".join(f"{place}: {option}" for place, option in enumerate(ids, start=1))
    return f"{said}  with  {' '.join(line.targets)}" if line.targets else said or _NONE


def _places(form: Explanation) -> dict[str, int]:
    return {line.item: place for place, line in enumerate(form.lines, start=1)}


def _cell(cell: CellStory) -> str:
    return f"{cell.domain} {cell.difficulty}: {cell.count} of {len(cell.items)}"


def _why(item: ItemStory) -> str:
    beside = ", ".join(item.enemies)
    match item.reason:
        case "enemy on the form":
            return f"kept off by its enemy {beside}"
        case "enemy of an anchor":
            return f"kept off every form by the anchor {beside}"
        case _:
            return item.reason


def _share(times: int, of: int) -> str:
    return f"{times / of:.4f}" if of else _NONE


def _some(codes: tuple[str, ...]) -> str:
    if not codes:
        return "none"
    more = f" and {len(codes) - _NAMED} more" if len(codes) > _NAMED else ""
    return ", ".join(codes[:_NAMED]) + more
