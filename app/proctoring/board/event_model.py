"""What a process knows of an event's sittings: a copy of what stands in the room."""

import asyncio
import secrets
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import orjson

from app.exams.live import EventCard
from app.kit.batches import batches
from app.proctoring.board.gaps import Gap
from app.proctoring.board.model import Cursor, Glance, View, parse_glance, parse_seen
from app.proctoring.board.telling import Piece, Watch

_KEPT: Final = 60  # pieces: a board that was away for less goes on without a gap
_READ_AT_ONCE: Final = 100  # sittings: half a millisecond, in which no save is served
_AT_ONCE: Final = 10  # boards: as long
_BETWEEN_S: Final = 0.008


class EventModel:
    """The rows of an event and the boards that show them.

    ``cursor``: up to where all boards were told; each of them that has it shows these rows.
    """

    def __init__(self, card: EventCard) -> None:
        self.card = card
        self.rows: dict[str, tuple[Glance, bytes]] = {}
        self.names: dict[str, str] = {}
        self.cursor = Cursor(secrets.token_hex(6), 0)
        self.at = 0
        self.closed: Sequence[int] = ()
        self.gaps: Sequence[Gap] = ()
        self.watches: set[Watch] = set()
        self._texts: dict[str, str] = {}
        self._places: dict[tuple[str, int | str], dict[str, None]] = {}
        self._untold: dict[str, None] = {}
        self._heard_of: dict[str, None] = {}  # of whom nothing else is to be told
        self._pieces: deque[Piece] = deque()
        self._oldest = self.cursor  # up to where a board was told who is told all pieces now

    async def hear(self, texts: Iterable[str]) -> None:
        """Take over what the room says of many sittings; saves come in between."""
        for some in batches(texts, _READ_AT_ONCE):
            self.take_in(some)
            await asyncio.sleep(0)

    def take_in(self, texts: Iterable[str]) -> int:
        """Take over what the room says of sittings; return of how many it was news.

        What is new is told with the next piece.
        """
        news = 0
        for text in texts:
            sitting = text.partition("\t")[0]
            if self._texts.get(sitting) == text:
                continue
            if seen := parse_seen(text):
                self._hear_of(*seen)
            elif glance := parse_glance(text):
                self._texts[sitting] = text
                self._place(glance)
                self._keep(glance)
                self._untold[sitting] = None
                news += 1
        return news

    def rows_of(self, view: View) -> Iterator[bytes]:
        """Yield the rows of a view, ready to be sent."""
        if view.is_whole:
            yield from (row for _, row in self.rows.values())
            return
        keys: list[tuple[str, int | str]] = [
            *(("unit", unit) for unit in view.units),
            *(("room", room) for room in view.rooms),
            *(("wave", wave) for wave in view.waves),
        ]
        found = {sitting: None for key in keys for sitting in self._places.get(key, ())}
        yield from (self.rows[sitting][1] for sitting in found)

    def settle(self) -> None:
        """Take it that whoever looks from now on sees everything: nothing is left to be told."""
        self._untold.clear()
        self._heard_of.clear()

    async def tell(self, cursor: Cursor, at: int, closed: Sequence[int]) -> None:
        """Show on every board what is new, each view made once; saves come in between."""
        untold = [self.rows[sitting] for sitting in self._untold]
        heard_of = [
            self.rows[sitting][0] for sitting in self._heard_of if sitting not in self._untold
        ]
        self.settle()
        piece = Piece(cursor, at, closed, untold, heard_of)
        self._pieces.append(piece)
        if len(self._pieces) > _KEPT:
            self._oldest = self._pieces.popleft().cursor
        self.cursor, self.at, self.closed = cursor, at, closed
        made: dict[View, bytes] = {}
        for some in batches(list(self.watches), _AT_ONCE):
            for watch in some:
                if watch.view not in made:
                    made[watch.view] = piece.for_view(watch.view)
                watch.offer(made[watch.view])
            await asyncio.sleep(_BETWEEN_S)

    def since(self, cursor: Cursor) -> list[Piece] | None:
        """Return what came after a cursor; None where that is not known any more."""
        known = [self._oldest, *(piece.cursor for piece in self._pieces)]
        if cursor not in known:
            return None
        return list(self._pieces)[known.index(cursor) :]

    def _hear_of(self, sitting: str, at: int) -> None:
        """Note when a sitting was last heard of; who is not known, or gone, is left as they are."""
        held = self.rows.get(sitting)
        if held is not None and at and held[0].seen_at != at:
            self._texts.pop(sitting, None)
            self._keep(held[0]._replace(seen_at=at))
            self._heard_of[sitting] = None

    def _keep(self, glance: Glance) -> None:
        row = orjson.dumps(glance.row(self.names.get(glance.sitting, "")))
        self.rows[glance.sitting] = glance, row

    def _place(self, glance: Glance) -> None:
        """Note where somebody sits now, and no longer where they sat before."""
        sitting, before = glance.sitting, self.rows.get(glance.sitting)
        held = () if before is None else _places(before[0])
        places = _places(glance)
        if held != places:
            for place in held:
                self._places[place].pop(sitting, None)
            for place in places:
                self._places.setdefault(place, {})[sitting] = None


def _places(glance: Glance) -> tuple[tuple[str, int | str], ...]:
    return ("unit", glance.unit), ("room", glance.room), ("wave", glance.wave)
