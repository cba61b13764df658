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
from app.kit.secrets import card_pin, in_fours, pin_hash
from app.proctoring import live
from app.proctoring.live import Deed, Place, Reply, RoomClosed
from app.proctoring.model import Acted, NewCard, Order, Outcome, Result, parse_last_act
from app.proctoring.notices import notice, notice_of_undoing
from app.proctoring.sentences import said
from app.proctoring.whom import Whom
from app.sittings.live import View
from app.sittings.receipts import MissingKey, Receipts, code_prefix

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 50  # sittings: some milliseconds of the room, and others come in between
_TRIES: Final = 5
_RESULTS: Final[dict[str, Result]] = {"ok": "done", "same": "again", "state": "state"}
_WHY: Final = frozenset({"closed", "unknown", "moved", "full"})
_UPON_A_SEAL: Final = frozenset({"reopen", "undo"})
_UNTOLD: Final = frozenset({"undo", "card", "flag"})
"""Of which the participants are not told, or not all the same."""


class RoomIsClosed(OpsError):
    """While a partition is being recovered nobody knows whom an order is for; nothing was done."""


class Actions:
    """Carries out orders. Redis holds the truth; nothing is held here."""

    def __init__(self, room: Redis, nip_key: bytes, signer: Receipts, pin_key: bytes) -> None:
        self._room = room
        self._whom = Whom(room, nip_key)
        self._signer = signer
        self._pin_key = pin_key

    async def act(self, order: Order) -> Acted:
        """Do it to everybody in the order's scope, each sitting for itself, in pages.

        Whoever breaks off in between, or finds that some failed, gives the order again under the
        same action id: nothing is done twice.

        Raises:
            BadOrder: event, unit, room, wave, person or sitting is unknown, or nobody sits there.
            RoomIsClosed: try again in a moment.
        """
        card = await self._whom.event(order.scope.event)
        try:
            places = await self._whom.places(card, order.scope)
        except RoomClosed:
            raise RoomIsClosed(
                f"The room of {card.id} is closed, it is being recovered: try again in a moment."
            ) from None
        outcomes: list[Outcome] = []
        for page in batches(places, _AT_ONCE):
            try:
                outcomes += await self._act_on(card.id, page, order)
            except RedisError as error:  # how far it came is not known: the same id goes on there
                _log.warning("Redis went away in action %s: %s", order.action, error)
                rest = places[len(outcomes) :]
                outcomes += [Outcome(one.sitting, "failed", why=said("away")) for one in rest]
                break
        return Acted(order, card.id, outcomes)

    async def _act_on(self, event: str, page: Sequence[Place], order: Order) -> list[Outcome]:
        if order.kind in _UPON_A_SEAL or order.kind == "card":
            return await self._upon_looks(event, page, order)
        extra = ""
        if order.kind == "submit":
            extra = self._signer.current
        elif order.kind == "flag":
            extra = f"{order.severity} {_remark(order)}"
        replies = await self._send([Deed(place, extra) for place in page], order)
        return [self._outcome(one, reply, order) for one, reply in zip(page, replies, strict=True)]

    async def _upon_looks(self, event: str, page: Sequence[Place], order: Order) -> list[Outcome]:
        """Lift each seal that was read, no other: the code of its receipt must stay known.

        And let a new card follow the one that was read: twice at once are two cards, or an act that
        was given twice. 1. Look, and sign the standing receipt again. 2. Reopen, or undo what may
        be a submit, unless another seal stands by now; the same of the card. 3. Begin again with
        those that moved.
        """
        found: dict[Place, Outcome] = {}
        waiting = list(page)
        for _ in range(_TRIES):
            deeds: list[Deed] = []
            for place, view in zip(waiting, await live.look(self._room, waiting), strict=True):
                try:
                    deeds.append(self._upon_look(event, place, view, order))
                except MissingKey as missing:
                    why = said("key-missing", sentence=missing)
                    found[place] = Outcome(place.sitting, "failed", why=why)
            replies = await self._send(deeds, order)
            pairs = [(deed.place, reply) for deed, reply in zip(deeds, replies, strict=True)]
            found |= {place: self._outcome(place, reply, order) for place, reply in pairs}
            waiting = [place for place, reply in pairs if reply.status == "moved"]
            if not waiting:
                break
        return [found[place] for place in page]

    def _upon_look(self, event: str, place: Place, view: View | str, order: Order) -> Deed:
        if isinstance(view, str):  # refused, and so will the deed be
            return Deed(place)
        if order.kind == "card":
            return self._next_card(place, int(view.fields["cn"]) + 1)
        note = code = ""
        lifts = order.kind == "reopen"
        if order.kind == "undo" and (last := parse_last_act(view.fields.get("la", ""))):
            note = _json(notice_of_undoing(order, last))
            lifts = last.kind == "submit"
        if lifts and view.is_sealed:
            signature = self._signer.sign(event, place.sitting, view.seal(), view.text())
            code = code_prefix(signature)
        return Deed(place, code, view.seal_name, note)

    def _next_card(self, place: Place, number: int) -> Deed:
        pin = card_pin(self._pin_key, place.sitting, number)
        extra = f"{number} {pin_hash(self._pin_key, place.sitting, pin)}"
        return Deed(place, extra, card=number)

    async def _send(self, deeds: Sequence[Deed], order: Order) -> list[Reply]:
        note = "" if order.kind in _UNTOLD else _json(notice(order))
        return await live.act(self._room, deeds, order, note)

    def _outcome(self, place: Place, reply: Reply, order: Order) -> Outcome:
        result = _RESULTS.get(reply.status)
        why = card = None
        if result is None:
            known = reply.status in _WHY
            why = said(reply.status) if known else said("refused", sentence=reply.status)
        elif order.kind == "card":
            pin = card_pin(self._pin_key, place.sitting, reply.card)
            card = NewCard(reply.card, in_fours(pin))
        return Outcome(place.sitting, result or "failed", reply.state, reply.deadline, why, card)


def _remark(order: Order) -> str:
    """Return a remark as the room keeps it; when it was made says its place in the log."""
    remark = {
        "action": order.action,
        "who": order.actor,
        "category": order.category,
        "severity": order.severity,
        "text": order.text,
    }
    return orjson.dumps(remark).decode()


def _json(text: str) -> str:
    return orjson.dumps(text).decode()
