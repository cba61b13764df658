"""A sitting's view in Redis: the calls to its functions, and what they reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson

from app.kit.errors import Problem, RoomRecovering
from app.kit.line import Line
from app.kit.redis import LIBRARY
from app.sittings.model import STATES, Ref, Seal, sealed_text
from app.sittings.problems import (
    BadCredentials,
    RecoveredClaim,
    SupersededDevice,
    Throttled,
)
from app.sittings.tokens import TokenInvalid

REFUSALS: Final[dict[str, type[Problem]]] = {
    "closed": RoomRecovering,
    "unknown": TokenInvalid,
    "replaced": SupersededDevice,
    "claim": RecoveredClaim,
    "wrong": BadCredentials,
    "throttled": Throttled,
}

Entry = tuple[str, str, str, str]
"""One answer on its way: item, rev, canonical value, flag (``0`` or ``1``)."""


@dataclass(frozen=True, slots=True)
class View:
    """A sitting as the room holds it at ``now``; ``fields`` are those of the ``sit`` hash."""

    status: str
    fields: dict[str, str]
    answers: dict[str, str]
    notices: list[str]
    flushed: str
    now: int
    epoch: int
    opens_at: int
    closes_at: int
    person: dict[str, Any]
    more: list[Any]

    @property
    def state(self) -> str:
        """The state's name: sealed becomes recorded when the record holds this very seal."""
        letter = self.fields["st"]
        if letter == "s" and self.fields.get("rc") == self.seal_name:
            letter = "r"
        return STATES[letter]

    @property
    def is_sealed(self) -> bool:
        """Tell whether it is handed in (and perhaps recorded)."""
        return self.fields["st"] == "s"

    @property
    def gen(self) -> int:
        """The generation of the device that may write."""
        return int(self.fields["gn"])

    @property
    def seal_name(self) -> str:
        """The standing seal as codes name it, e.g. ``1.2``."""
        return f"{self.fields['se']}.{self.fields['sl']}"

    def number(self, name: str) -> int | None:
        """Return a field as a number; None where it is empty."""
        value = self.fields.get(name)
        return int(value) if value else None

    def seal(self) -> Seal:
        """Return the standing seal; only for a sealed sitting."""
        held = self.fields
        return Seal(
            epoch=int(held["se"]),
            number=int(held["sl"]),
            at=int(held["sz"]),
            answered=int(held["sc"]),
            digest=held["sd"],
            key_id=held["sk"],
            by=held["sy"],
        )

    def text(self) -> str:
        """Return the answers in the text that is sealed."""
        return sealed_text(self.answers)


def pairs(flat: Sequence[str]) -> dict[str, str]:
    """Return a flat reply of names and values as a dict."""
    return dict(zip(flat[::2], flat[1::2], strict=True))


def parse_view(reply: Sequence[Any]) -> View:
    """Read a function's reply that ends in a view."""
    person = orjson.loads(reply[9]) if reply[9] else {}
    return View(
        status=reply[0],
        fields=pairs(reply[1]),
        answers=pairs(reply[2]),
        notices=reply[3],
        flushed=reply[4],
        now=int(reply[5]),
        epoch=int(reply[6]),
        opens_at=int(reply[7]),
        closes_at=int(reply[8]),
        person=person,
        more=list(reply[10:]),
    )


def _flat(entries: Sequence[Entry]) -> list[str]:
    """Return entries as submit and late take them: an item, then the text that is held."""
    return [part for item, rev, value, flag in entries for part in (item, f"{rev}:{value}:{flag}")]


class Sittings:
    """The functions of one sitting, over the line. All raise Busy when the line is broken."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def of_person(self, account: str) -> dict[str, str]:
        """Return a person's sittings: event → ``partition:sitting``."""
        return pairs(cast("list[str]", await self._line.command("HGETALL", account)))

    async def stands(self, tag: str) -> bool:
        """Tell whether the doors of a partition are open."""
        return await self._line.command("EXISTS", f"room:{tag}") == 1

    async def login(
        self, tag: str, sitting: str, *, pin: str, device: str, door: str, network: str
    ) -> View:
        """Enter with a card. ``pin`` and ``door`` are keyed hashes.

        Raises:
            BadCredentials, Throttled, RoomRecovering.
        """
        try:
            return await self._view(tag, "", "login", sitting, pin, device, door, network)
        except TokenInvalid:  # nobody sits there, and a wrong NIP is told like a wrong PIN
            raise BadCredentials from None

    async def fits(self, tag: str, sitting: str, pin: str) -> bool:
        """Tell whether this card opens this sitting, without counting a try."""
        return await self._line.call("check", tag, sitting, pin) == "ok"

    async def start(self, ref: Ref) -> View:
        """Start the clock. The view's status is ``state`` or ``over`` where it may not."""
        return await self._of(ref, "start")

    async def claim(self, ref: Ref, device: str, network: str) -> View:
        """Take a new gen without a PIN."""
        return await self._of(ref, "claim", device, network)

    async def read(self, ref: Ref) -> View:
        """Read the sitting as the device that holds it."""
        return await self._of(ref, "read")

    async def look(self, tag: str, sitting: str) -> View:
        """Read the sitting as staff or a receipt does; ``more[0]`` holds replaced seals."""
        return await self._view(tag, "", "look", sitting)

    async def layout(self, ref: Ref) -> str | None:
        """Return the layout of the sitting's form."""
        return cast("str | None", await self._line.command("GET", f"form:{ref.tag}:{ref.sitting}"))

    async def submit(
        self, ref: Ref, key_id: str, standing_code: str, lost: Seal | None, entries: Sequence[Entry]
    ) -> View:
        """Merge and seal; ``more[0]`` holds a letter an entry."""
        seal = (
            (lost.epoch, lost.number, lost.at, lost.digest, lost.key_id)
            if lost
            else (0, 0, 0, "", "")
        )
        return await self._of(
            ref, "submit", key_id, standing_code, *seal, len(entries), *_flat(entries)
        )

    async def late(self, ref: Ref, entries: Sequence[Entry]) -> View:
        """Keep what came too late; ``more[0]`` holds a letter an entry."""
        return await self._of(ref, "late", len(entries), *_flat(entries))

    async def reconcile(self, ref: Ref, revs: dict[str, int]) -> View:
        """Find what the room lacks; ``more[0]`` lists the items."""
        flat = [part for item, rev in revs.items() for part in (item, rev)]
        return await self._of(ref, "reconcile", *flat)

    async def _of(self, ref: Ref, function: str, *args: str | int) -> View:
        return await self._view(ref.tag, str(ref.gen >> 16), function, ref.sitting, ref.gen, *args)

    async def _view(self, tag: str, seen_epoch: str, function: str, *args: str | int) -> View:
        reply = cast("list[Any]", await self._line.call(function, tag, *args))
        if len(reply) > 1:
            return parse_view(reply)
        status = reply[0]
        if status == "behind":
            close_behind(self._line, tag, int(seen_epoch))
            raise RoomRecovering
        raise REFUSALS[status]


def close_behind(line: Line, tag: str, epoch: int) -> None:
    """Close the doors: a token is newer than the room, so the room was set back."""
    line.send("FCALL", LIBRARY.name("close"), 1, f"room:{tag}", "token-ahead", epoch)
