"""Events, units and rooms as the room knows them: what a proctor is bound to, in words.

Redis alone is asked: these names must stand on a page while Postgres is away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

import orjson
from fastapi import Request

from app.exams.live import EventCard, Room
from app.kit.line import Line
from app.people.staff.model import Scope, ScopeKind

_KINDS: Final = frozenset(get_args(ScopeKind))
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Something to be bound to: ``value`` as a form sends it."""

    value: str
    name: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The units, or the rooms, of an event; how many of them are ticked."""

    name: str
    places: list[Place]

    @property
    def ticked(self) -> int:
        """How many are ticked."""
        return sum(place.is_ticked for place in self.places)


@dataclass(frozen=True, slots=True)
class EventPlaces:
    """An event as a whole, and what is in it."""

    title: str
    whole: Place
    groups: list[Group]


def scope_text(scope: Scope) -> str:
    """Return a bound as a form sends it: ``event``, ``event/unit/code``, ``event/room/number``."""
    return scope.event if scope.kind == "event" else f"{scope.event}/{scope.kind}/{scope.name}"


def scope_of(text: str) -> Scope:
    """Return the bound of a form's field; whatever it is, `scopes_of` looks at it again."""
    event, kind, name = [*text.split("/", _PARTS - 1), "", ""][:_PARTS]
    if not kind:
        return Scope(event)
    return Scope(event, cast("ScopeKind", kind) if kind in _KINDS else "event", name)


def titles_of(request: Request) -> dict[str, str]:
    """Return the titles of the events that are in the room."""
    return {card.id: card.title for card in events_of(request)}


def events_of(request: Request) -> list[EventCard]:
    """Return the events that are in the room, by when they open."""
    room: Room = request.state.room
    return sorted(room.events.values(), key=lambda card: (card.opens_at, card.id))


async def names_of(request: Request, scopes: Iterable[Scope]) -> dict[Scope, str]:
    """Return bounds in words; what the room does not know stands as it is."""
    titles = titles_of(request)
    held: dict[tuple[str, str], dict[str, Any]] = {}
    said = {}
    for scope in scopes:
        if scope.kind == "event":
            said[scope] = f"seluruh {titles.get(scope.event, scope.event)}"
            continue
        key = (scope.kind, scope.event)
        if key not in held:
            held[key] = await _held(request, *key)
        what = held[key].get(scope.name)
        said[scope] = _name(scope.kind, scope.name, what)
    return said


async def places_of(request: Request, ticked: Iterable[Scope]) -> list[EventPlaces]:
    """Return all that a proctor can be bound to; what is ticked and unknown to the room too."""
    chosen = set(ticked)
    titles = {scope.event: scope.event for scope in chosen} | titles_of(request)
    found = []
    for event, title in titles.items():
        groups = []
        for kind, name in (("unit", "Unit kerja"), ("room", "Ruang")):
            held = await _held(request, kind, event)
            lost = [one.name for one in chosen if (one.event, one.kind) == (event, kind)]
            everything: dict[str, Any] = dict.fromkeys(lost) | held
            places = [
                _place(Scope(event, cast("ScopeKind", kind), code), _name(kind, code, what), chosen)
                for code, what in everything.items()
            ]
            if places:
                groups.append(Group(name, sorted(places, key=lambda place: place.name)))
        whole = _place(Scope(event), "Seluruh kegiatan", chosen)
        found.append(EventPlaces(title, whole, groups))
    return found


def _place(scope: Scope, name: str, chosen: set[Scope]) -> Place:
    return Place(scope_text(scope), name, scope in chosen)


def _name(kind: str, code: str, what: Mapping[str, Any] | None) -> str:
    if what is None:
        return f"{'unit' if kind == 'unit' else 'ruang'} {code} (tidak dikenal lagi)"
    name = str(what["name"])
    if kind == "unit":
        return name
    return f"Ruang {name}, {what['venue']}" if what.get("venue") else f"Ruang {name}"


async def _held(request: Request, kind: str, event: str) -> dict[str, Any]:
    """Return the units or rooms of an event by code or number, as priming has put them there."""
    line: Line = request.state.line
    flat = cast("list[str]", await line.command("HGETALL", f"{kind}s:{event}"))
    return {code: orjson.loads(text) for code, text in zip(flat[::2], flat[1::2], strict=True)}
