"""What a call of a board names: the event, and the part of it that is asked for."""

from typing import Final

from fastapi import Request
from redis.exceptions import RedisError

from app.exams.live import EventCard, Room
from app.kit.errors import Busy
from app.people.staff.guard import visitor_of
from app.people.staff.model import Visitor
from app.proctoring.board.model import View
from app.proctoring.board.views import KnownPlaces, Places, view_of

PREFIX: Final = "/api/v1/staff/events/{event}"
"""Under which all calls of a board stand, whichever room answers them."""


def card_of(event: str, request: Request) -> EventCard:
    """Return the event that is named.

    Raises:
        NotFound: the room does not know it.
    """
    room: Room = request.state.room
    return room.card(event)


async def known_places(event: str, request: Request) -> Places:
    """Return the units, rooms and waves of an event.

    Raises:
        Busy: the room cannot be asked.
    """
    known: KnownPlaces = request.state.places
    try:
        return await known.of(event)
    except RedisError as error:
        raise Busy from error


def parts_named(request: Request) -> tuple[list[str], list[str], list[str]]:
    """Return the units, rooms and waves that are asked for."""
    asked = request.query_params
    return asked.getlist("unit"), asked.getlist("room"), asked.getlist("wave")


async def view_for(visitor: Visitor, event: str, request: Request) -> tuple[Places, View]:
    """Return the places of an event, and what of them this visitor is shown.

    Raises:
        NotFound, NotAllowed: a part that is asked for is not there, or out of their bounds.
        Busy: the room cannot be asked.
    """
    places = await known_places(event, request)
    return places, view_of(visitor.reach, event, places, *parts_named(request))


async def view_asked(event: str, request: Request) -> tuple[EventCard, Places, View]:
    """Return the event that is named, its places, and what of it whoever asks is shown.

    Raises:
        NotFound, NotAllowed, Busy: as `card_of` and `view_for` do.
    """
    card = card_of(event, request)
    return card, *await view_for(visitor_of(request), event, request)
