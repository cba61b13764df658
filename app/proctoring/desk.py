"""What a proctor does from the board: the same orders as from a shell, within their bounds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.exams.live import EventCard
from app.kit.errors import Busy, NotFound, RoomRecovering
from app.people.staff.model import Visitor
from app.people.staff.problems import NotAllowed, Unfit
from app.proctoring import live
from app.proctoring.board.schema import ActBody, LateBody
from app.proctoring.board.views import Places, places_of
from app.proctoring.details import details_of
from app.proctoring.late import Decided, Decision, LateAnswers
from app.proctoring.model import (
    REASON_MOST,
    BadOrder,
    Order,
    Result,
    Scope,
    identified,
    order,
    plain,
)
from app.proctoring.service import Actions, RoomIsClosed
from app.proctoring.whom import Whom

_COUNTED: Final[dict[str, Result]] = {
    "done": "done",
    "again": "again",
    "refused": "state",
    "failed": "failed",
}
_RECOVERING: Final = "Ruang ujian sedang dipulihkan; tidak ada yang diubah. Coba lagi sebentar."
_BUSY: Final = "Server sedang sibuk. Coba lagi; yang sudah dilakukan tidak dilakukan dua kali."


class ProctorDesk:
    """Carries out what comes from a board. Redis holds the truth; Postgres is not asked."""

    def __init__(self, room: Redis, nip_key: bytes, actions: Actions, late: LateAnswers) -> None:
        self._room = room
        self._late = late
        self._nip_key = nip_key
        self._whom = Whom(room, nip_key)
        self._actions = actions

    async def find(self, by: Visitor, card: EventCard, nip: str) -> str:
        """Return the sitting of a person.

        Raises:
            NotFound: nobody with this NIP sits there.
            NotAllowed: they sit where the visitor does not reach.
            Busy: the room cannot be asked.
        """
        with _for_boards():
            place = await live.of_person(self._room, self._nip_key, nip, card.id)
            if place is None:
                raise NotFound(detail="NIP ini tidak terdaftar dalam kegiatan.")
            await self._require_within(by, card, [place.sitting])
        return place.sitting

    async def act(self, by: Visitor, card: EventCard, body: ActBody) -> dict[str, Any]:
        """Do something to sittings, a unit, a room, a wave or everybody; return what came of it.

        Raises:
            Unfit: the order cannot be carried out as it is.
            NotAllowed: it goes beyond what the visitor is bound to.
            RoomRecovering, Busy: nothing was done; the same action again is safe.
        """
        with _for_boards():
            given = _order(by, await self._scope(by, card, body), body)
        return await self.carry_out(given)

    async def carry_out(self, given: Order) -> dict[str, Any]:
        """Carry out an order that was checked; return what came of it.

        Raises:
            Unfit, RoomRecovering, Busy: as `act` does.
        """
        with _for_boards():
            done = await self._actions.act(given)
        counts = {name: done.count(result) for name, result in _COUNTED.items()}
        return {
            "action": given.action,
            **counts,
            "sittings": [one.told("indonesian") for one in done.outcomes],
        }

    async def sitting(self, by: Visitor, card: EventCard, sitting: str) -> dict[str, Any]:
        """Return what a sitting's row does not say: remarks, and how many late answers wait.

        Raises:
            NotFound: there is no such sitting.
            NotAllowed: they sit where the visitor does not reach.
            Busy: the room cannot be asked.
        """
        with _for_boards():
            try:
                place = await self._whom.sitting(card, sitting)
            except BadOrder as bad:
                raise NotFound(detail=bad.said.indonesian) from None
            await self._require_within(by, card, [place.sitting])
            return await details_of(self._room, place)

    async def decide(self, by: Visitor, card: EventCard, body: LateBody) -> Decided:
        """Accept or reject the late answers of a sitting that wait.

        Raises:
            Unfit: there is no such sitting, or the reason will not do.
            NotAllowed: the visitor is not the chief of the event.
            RoomRecovering, Busy: nothing was done; the same action again is safe.
        """
        if not by.reach.covers_all(card.id):
            raise NotAllowed(detail="Jawaban terlambat diputuskan oleh ketua pengawas kegiatan.")
        with _for_boards():
            place = await self._whom.sitting(card, body.sitting)
            decision = Decision(
                body.decision,
                identified("action", body.action),
                by.actor,
                plain("reason", body.reason, REASON_MOST),
            )
            return await self._late.decide(card, place, decision)

    async def _scope(self, by: Visitor, card: EventCard, body: ActBody) -> Scope:
        named = (body.unit, body.room, body.wave)
        given = [bool(body.sittings), body.everybody, *(one is not None for one in named)]
        if sum(given) != 1:
            raise Unfit(
                detail="Sebutkan satu: peserta, unit, ruang, gelombang, atau semua.",
                field="sittings",
            )
        account = by.reach
        if body.sittings:
            await self._require_within(by, card, body.sittings)
            return Scope("sittings", event=card.id, names=tuple(body.sittings))
        if body.everybody:
            if not account.covers_all(card.id):
                raise NotAllowed(detail="Tindakan untuk semua peserta di luar batas tugas Anda.")
            return Scope("everybody", event=card.id)
        if body.wave is not None:
            if not account.covers_all(card.id):
                raise NotAllowed(detail="Gelombang ini di luar batas tugas Anda.")
            return Scope("wave", f"#{body.wave}", card.id)
        if body.unit is not None:
            if not account.covers(card.id, unit=body.unit):
                raise NotAllowed(detail="Unit ini di luar batas tugas Anda.")
            return Scope("unit", body.unit, card.id)
        if not account.covers(card.id, room=str(body.room)):
            raise NotAllowed(detail="Ruang ini di luar batas tugas Anda.")
        return Scope("room", f"#{body.room}", card.id)

    async def _require_within(self, by: Visitor, card: EventCard, sittings: Sequence[str]) -> None:
        account = by.reach
        if account.covers_all(card.id):
            return
        places: Places = await places_of(self._room, card.id)
        seats = await live.seats(self._room, await self._whom.sittings(card, sittings))
        for seat in seats:
            if seat is None:
                raise NotFound(detail="Peserta ini tidak ada di ruang ujian.")
            unit, room = seat
            if not account.covers(card.id, unit=places.unit_code(int(unit)), room=room):
                raise NotAllowed(detail="Peserta ini di luar batas tugas Anda.")


@contextmanager
def _for_boards() -> Iterator[None]:
    """Say what goes wrong as a proctor reads it."""
    try:
        yield
    except BadOrder as bad:
        raise Unfit(detail=bad.said.indonesian) from None
    except RoomIsClosed:
        raise RoomRecovering(detail=_RECOVERING) from None
    except (RedisError, OSError) as error:
        raise Busy(detail=_BUSY) from error


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
        undoes=body.undoes,
        category=body.category,
        severity=body.severity,
    )
