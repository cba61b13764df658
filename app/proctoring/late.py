"""Late answers are decided: the chief accepts or rejects what waits of a sitting, in the room."""

from dataclasses import dataclass
from typing import Final, Literal

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.exams.live import EventCard
from app.kit.errors import Busy, NotFound
from app.kit.redis import call
from app.people.audit_log.model import Actor
from app.proctoring import live
from app.proctoring.live import Place
from app.proctoring.sentences import said
from app.proctoring.service import RoomIsClosed
from app.sittings.live import View
from app.sittings.model import STATES
from app.sittings.receipts import MissingKey, Receipts, code_prefix

Verdict = Literal["accept", "reject"]
Result = Literal["done", "again", "state"]
"""Decided now; decided before under this action's id; nothing waits."""

_TRIES: Final = 5
_RESULTS: Final[dict[str, Result]] = {"ok": "done", "same": "again", "state": "state"}
_SAID: Final[dict[Verdict, str]] = {
    "accept": "Jawaban Anda yang terlambat diterima panitia dan ikut dinilai.",
    "reject": "Jawaban Anda yang terlambat tidak diterima panitia.",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of a sitting's late answers; ``action`` names it, so that it is done once.

    ``reason`` is told to the participant, and to the audit log.
    """

    verdict: Verdict
    action: str
    actor: Actor
    reason: str

    def notice(self) -> str:
        """Return what the participant reads."""
        end = "" if self.reason[-1] in ".!?" else "."
        return f"{_SAID[self.verdict]} Alasan: {self.reason}{end}"


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it: how many answers were merged, and where the sitting stands."""

    sitting: str
    result: Result
    counted: int
    state: str


class LateAnswers:
    """Carries decisions out. Redis holds the truth; nothing is held here."""

    def __init__(self, room: Redis, signer: Receipts) -> None:
        self._room = room
        self._signer = signer

    async def decide(self, card: EventCard, place: Place, decision: Decision) -> Decided:
        """Decide all that waits, upon the seal that was read: its code must stay known.

        1. Look, and sign the standing receipt again. 2. Decide, and seal anew, unless another seal
        stands by now. 3. Else begin again.

        Raises:
            NotFound: there is no such sitting.
            RoomIsClosed, redis.RedisError: try again in a moment.
            Busy: somebody else changed it each time it was looked at, or a key is missing.
        """
        for _ in range(_TRIES):
            (view,) = await live.look(self._room, [place])
            if isinstance(view, str):
                _refuse(card.id, view)
            else:
                decided = await self._upon(card.id, place, view, decision)
                if decided is not None:
                    return decided
        raise Busy(detail=said("moved").indonesian)

    async def _upon(
        self, event: str, place: Place, view: View, decision: Decision
    ) -> Decided | None:
        """Decide upon the seal that was looked at; None where another one stands."""
        actor = decision.actor
        told = {"role": actor.role, "where": actor.where, "why": decision.reason}
        status, *more = await call(
            self._room,
            "decide",
            place.tag,
            *(place.sitting, decision.verdict, decision.action, actor.who, view.seal_name),
            *(self._standing_code(event, place, view), self._signer.current),
            *(orjson.dumps(decision.notice()).decode(), orjson.dumps(told).decode()),
        )
        if status == "moved":
            return None
        if not more:
            _refuse(event, status)
        state, *_, counted = more
        return Decided(place.sitting, _RESULTS[status], int(counted), STATES[state])

    def _standing_code(self, event: str, place: Place, view: View) -> str:
        if not view.is_sealed:
            return ""
        try:
            signature = self._signer.sign(event, place.sitting, view.seal(), view.text())
        except MissingKey as missing:
            raise Busy(detail=said("key-missing", sentence=missing).indonesian) from missing
        return code_prefix(signature)


def _refuse(event: str, status: str) -> None:
    """Raise what a status means that is no reply: closed, unknown, or what Redis itself said."""
    match status:
        case "closed":
            raise RoomIsClosed(f"The room of {event} is closed, it is being recovered.")
        case "unknown":
            raise NotFound(detail=said("unknown").indonesian)
        case _:
            raise RedisError(status)
