"""What staff can do while the exam runs: from a shell or from the board, all of it in the room.

Postgres is not asked: an exam that runs does not need it. Each act is an entry of the log, and
comes to the record with the answers.
"""

import logging
from collections.abc import Sequence
from typing import Final

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.kit.batches import batches
from app.kit.errors import OpsError
from app.proctoring import live
from app.proctoring.live import Deed, Place, Reply, RoomClosed
from app.proctoring.model import Acted, Order, Outcome, Result
from app.proctoring.notices import notice
from app.proctoring.whom import Whom
from app.sittings.live import View
from app.sittings.receipts import MissingKey, Receipts, code_prefix

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 50  # sittings: some milliseconds of the room, and others come in between
_TRIES: Final = 5
_RESULTS: Final[dict[str, Result]] = {"ok": "done", "same": "again", "state": "state"}
_WHY: Final = {
    "closed": "the room is closed, it is being recovered",
    "unknown": "the room does not know the sitting",
    "moved": "it was handed in anew each time it was looked at",
}


class Actions:
    """Carries out orders. Redis holds the truth; nothing is held here."""

    def __init__(self, room: Redis, nip_key: bytes, signer: Receipts) -> None:
        self._room = room
        self._whom = Whom(room, nip_key)
        self._signer = signer

    async def act(self, order: Order) -> Acted:
        """Do it to everybody in the order's scope, each sitting for itself, in pages.

        Whoever breaks off in between, or finds that some failed, gives the order again under the
        same action id: nothing is done twice.

        Raises:
            BadOrder: the event, unit, room, person or sitting is unknown, or nobody sits there.
            OpsError: the room is closed.
        """
        card = await self._whom.event(order.scope.event)
        try:
            places = await self._whom.places(card, order.scope)
        except RoomClosed:
            raise OpsError(
                f"The room of {card.id} is closed, it is being recovered: try again in a moment."
            ) from None
        outcomes: list[Outcome] = []
        for page in batches(places, _AT_ONCE):
            try:
                outcomes += await self._act_on(card.id, page, order)
            except RedisError as error:  # how far it came is not known: the same id goes on there
                _log.warning("Redis went away in action %s: %s", order.action, error)
                rest = places[len(outcomes) :]
                outcomes += [Outcome(one.sitting, "failed", why="Redis went away") for one in rest]
                break
        return Acted(order, card.id, outcomes)

    async def _act_on(self, event: str, page: Sequence[Place], order: Order) -> list[Outcome]:
        if order.kind == "reopen":
            return await self._reopen(event, page, order)
        extra = self._signer.current if order.kind == "submit" else ""
        replies = await self._send([Deed(place, extra) for place in page], order)
        return [_outcome(place, reply) for place, reply in zip(page, replies, strict=True)]

    async def _reopen(self, event: str, page: Sequence[Place], order: Order) -> list[Outcome]:
        """Reopen each upon the seal that was read: the code of its receipt must stay known.

        1. Look, and sign the standing receipt again. 2. Reopen, unless another seal stands by now.
        3. Begin again with those that moved.
        """
        found: dict[Place, Outcome] = {}
        waiting = list(page)
        for _ in range(_TRIES):
            deeds: list[Deed] = []
            for place, view in zip(waiting, await live.look(self._room, waiting), strict=True):
                try:
                    deeds.append(self._upon_seal(event, place, view))
                except MissingKey as missing:
                    found[place] = Outcome(place.sitting, "failed", why=str(missing))
            replies = await self._send(deeds, order)
            pairs = [(deed.place, reply) for deed, reply in zip(deeds, replies, strict=True)]
            found |= {place: _outcome(place, reply) for place, reply in pairs}
            waiting = [place for place, reply in pairs if reply.status == "moved"]
            if not waiting:
                break
        return [found[place] for place in page]

    def _upon_seal(self, event: str, place: Place, view: View | str) -> Deed:
        if isinstance(view, str):  # refused, and so will the deed be
            return Deed(place)
        code = ""
        if view.is_sealed:
            signature = self._signer.sign(event, place.sitting, view.seal(), view.text())
            code = code_prefix(signature)
        return Deed(place, code, view.seal_name)

    async def _send(self, deeds: Sequence[Deed], order: Order) -> list[Reply]:
        note = orjson.dumps(notice(order)).decode()
        return await live.act(self._room, deeds, order, note)


def _outcome(place: Place, reply: Reply) -> Outcome:
    result = _RESULTS.get(reply.status)
    why = None if result else _WHY.get(reply.status, reply.status)
    return Outcome(place.sitting, result or "failed", reply.state, reply.deadline, why)
