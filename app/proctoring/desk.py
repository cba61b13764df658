"""What a proctor does from the board: the same orders as from a shell, within their bounds."""

from typing import Any

from redis.asyncio import Redis

from app.exams.live import EventCard
from app.kit.errors import NotFound
from app.people.staff.model import Visitor
from app.people.staff.problems import NotAllowed, Unfit
from app.proctoring import live
from app.proctoring.board.schema import ActBody
from app.proctoring.board.views import Places, places_of
from app.proctoring.model import BadOrder, Order, Outcome, Scope, order
from app.proctoring.service import Actions
from app.proctoring.whom import Whom


class ProctorDesk:
    """Carries out what comes from a board. Redis holds the truth; Postgres is not asked."""

    def __init__(self, room: Redis, nip_key: bytes, actions: Actions) -> None:
        self._room = room
        self._nip_key = nip_key
        self._whom = Whom(room, nip_key)
        self._actions = actions

    async def find(self, by: Visitor, card: EventCard, nip: str) -> str:
        """Return the sitting of a person.

        Raises:
            NotFound: nobody with this NIP sits there.
            NotAllowed: they sit where the visitor does not reach.
        """
        place = await live.of_person(self._room, self._nip_key, nip, card.id)
        if place is None:
            raise NotFound(detail="NIP ini tidak terdaftar dalam kegiatan.")
        await self._require_within(by, card, [place.sitting])
        return place.sitting

    async def act(self, by: Visitor, card: EventCard, body: ActBody) -> dict[str, Any]:
        """Do something to sittings, a unit, a room or everybody; return what came of it.

        Raises:
            Unfit: the order cannot be carried out as it is.
            NotAllowed: it goes beyond what the visitor is bound to.
        """
        outcomes: list[Outcome] = []
        for scope in await self._scopes(by, card, body):
            try:
                done = await self._actions.act(_order(by, scope, body))
            except BadOrder as bad:
                raise Unfit(detail=str(bad)) from None
            outcomes += done.outcomes
        counts = {name: sum(one.result == name for one in outcomes) for name in ("done", "again")}
        refused = sum(one.result == "state" for one in outcomes)
        failed = sum(one.result == "failed" for one in outcomes)
        told = {"action": body.action, **counts, "refused": refused, "failed": failed}
        return {**told, "sittings": outcomes}

    async def _scopes(self, by: Visitor, card: EventCard, body: ActBody) -> list[Scope]:
        named = [bool(body.sittings), body.unit is not None, body.room is not None, body.everybody]
        if sum(named) != 1:
            raise Unfit(detail="Sebutkan satu: peserta, unit, ruang, atau semua.", field="sittings")
        account = by.reach
        if body.sittings:
            await self._require_within(by, card, body.sittings)
            return [Scope("sitting", sitting, card.id) for sitting in body.sittings]
        if body.everybody:
            if not account.covers_all(card.id):
                raise NotAllowed(detail="Tindakan untuk semua peserta di luar batas tugas Anda.")
            return [Scope("everybody", event=card.id)]
        if body.unit is not None:
            if not account.covers(card.id, unit=body.unit):
                raise NotAllowed(detail="Unit ini di luar batas tugas Anda.")
            return [Scope("unit", body.unit, card.id)]
        if not account.covers(card.id, room=str(body.room)):
            raise NotAllowed(detail="Ruang ini di luar batas tugas Anda.")
        return [Scope("room", f"#{body.room}", card.id)]

    async def _require_within(self, by: Visitor, card: EventCard, sittings: list[str]) -> None:
        account = by.reach
        if account.covers_all(card.id):
            return
        places: Places = await places_of(self._room, card.id)
        found = await live.look(
            self._room, [await self._whom.sitting(card, one) for one in sittings]
        )
        for view in found:
            if isinstance(view, str):
                raise NotFound(detail="Peserta ini tidak ada di ruang ujian.")
            unit = places.unit_code(int(view.fields["un"]))
            if not account.covers(card.id, unit=unit, room=view.fields.get("rm", "")):
                raise NotAllowed(detail="Peserta ini di luar batas tugas Anda.")


def _order(by: Visitor, scope: Scope, body: ActBody) -> Order:
    actor = by.actor
    return order(
        body.kind,
        scope,
        action=body.action,
        actor=actor.who,
        role=actor.role,
        where=actor.where,
        minutes=body.minutes,
        text=body.text,
        reason=body.reason,
    )
