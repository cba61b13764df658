"""Draws the form of somebody who comes in, in the web process: the same that priming would draw."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

import orjson
from redis.asyncio import Redis

from app.forms.draw import draw_planned, event_secret
from app.forms.model import to_layout
from app.forms.plan import Plan, plan
from app.forms.recipe import from_recipe
from app.kit.errors import OpsError
from app.proctoring.arrivals import live
from app.proctoring.arrivals.problems import NotDrawable

_log = logging.getLogger(__name__)

_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class Drawing:
    """What an event's forms are drawn from; ``opens`` maps a room to when its wave starts."""

    secret: bytes
    plan: Plan
    opens: dict[str, int]

    def form(self, sitting: str) -> str:
        """Return the layout of a sitting's form."""
        return to_layout(draw_planned(self.secret, sitting, self.plan))


class Drawings:
    """Plans are made once for each document: that takes as long as fifty forms."""

    def __init__(self, room: Redis, form_key: bytes) -> None:
        self._room = room
        self._form_key = form_key
        self._made: dict[tuple[str, str], Drawing] = {}

    async def of(self, event: str) -> Drawing:
        """Return what the event's forms are drawn from, as the room has it now.

        Raises:
            NotDrawable: the room has nothing of the kind, or nothing that makes a form.
        """
        text = await live.drawing(self._room, event)
        if text is None:
            raise NotDrawable
        made = self._made.get((event, text))
        if made is None:
            try:
                made = await asyncio.to_thread(self._make, event, text)
            except (OpsError, ValueError, KeyError, TypeError) as error:
                _log.exception("the forms of event %s cannot be drawn in the room", event)
                raise NotDrawable from error
            self._made[event, text] = made
            if len(self._made) > _KEPT:
                del self._made[next(iter(self._made))]
        return made

    def _make(self, event: str, text: str) -> Drawing:
        held = orjson.loads(text)
        planned = plan(*from_recipe(held["recipe"]))
        return Drawing(event_secret(self._form_key, event), planned, held["opens"])
