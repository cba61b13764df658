"""What staff are told of outages, and the one credit that the chief confirms for one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.exams.live import EventCard
from app.kit.errors import Busy, NotFound
from app.kit.redis import time_ms
from app.people.staff.entering import Note
from app.people.staff.model import Visitor
from app.people.staff.problems import NotAllowed, Unfit
from app.proctoring.board.event_model import EventModel
from app.proctoring.board.hub import Hub
from app.proctoring.board.model import Glance, View
from app.proctoring.board.views import Places
from app.proctoring.desk import ProctorDesk
from app.proctoring.model import Scope, order
from app.proctoring.outages.live import (
    Credited,
    claim_credit,
    credit_of,
    note_settled,
    read_credits,
)
from app.proctoring.outages.model import Kind, Outage, outages
from app.proctoring.outages.schema import SHOWN_MOST
from app.proctoring.outages.silence import Limits

_KNOWN_S: Final = 5.0
_TIMED: Final = frozenset({"open", "paused"})
_REASONS: Final[dict[Kind, str]] = {
    "room": "Waktu diganti karena gangguan jaringan di ruang Anda.",
    "unit": "Waktu diganti karena gangguan jaringan di unit Anda.",
    "network": "Waktu diganti karena gangguan pada jaringan yang Anda pakai.",
    "everybody": "Waktu diganti karena gangguan jaringan.",
}
_NAMED_MOST: Final = 3

Known = tuple[Sequence[Outage], Sequence[Credited]]


class OutageDesk:
    """Tells outages from the hub's models; Redis holds what was confirmed. No Postgres."""

    def __init__(
        self, room: Redis, hub: Hub, proctors: ProctorDesk, limits: Limits | None = None
    ) -> None:
        self._room = room
        self._hub = hub
        self._proctors = proctors
        self._limits = limits
        self._known: dict[str, tuple[float, asyncio.Task[Known]]] = {}

    async def told(self, card: EventCard, view: View, places: Places) -> dict[str, Any]:
        """Return the outages that reach a view, some seconds old at the most.

        Raises:
            Busy: the room cannot be asked.
        """
        try:
            found, credits_ = await self._some_seconds_old(card)
        except (RedisError, OSError) as error:
            raise Busy from error
        return {
            "outages": [
                _shown(one, mine, places, credit_of(one, credits_))
                for one in found
                if (mine := [hit for hit in one.hit if view.shows(hit)])
            ]
        }

    async def credit(
        self, by: Visitor, card: EventCard, named: str, minutes: int, note: Note
    ) -> dict[str, Any]:
        """Give those who were hit their time back, each once; return what came of it.

        Who confirms again gives it to those who have not got it, as many minutes as the others.

        Raises:
            NotAllowed: the visitor does not reach everybody.
            NotFound: there is no such outage.
            Unfit: it was the server's, and was given back already.
            RoomRecovering, Busy: who got it is not known; the same again is safe.
        """
        if not by.reach.covers_all(card.id):
            raise NotAllowed(detail="Hanya ketua kegiatan yang dapat mengganti waktu.")
        try:
            outage, credits_ = await self._named(card, named)
            whose = [one.sitting for one in outage.hit if one.state in _TIMED]
            told = {"done": 0, "again": 0, "refused": 0, "failed": 0, "sittings": []}
            if not whose:
                return {"action": f"outage-{outage.id}", **told}
            now = await time_ms(self._room)
            held = credit_of(outage, credits_) or await claim_credit(
                self._room,
                card.id,
                Credited(outage.id, outage.start, minutes, now, by.actor.who, frozenset(whose)),
            )
            done = await self._give(by, card, outage, held, whose)
            settled = {one["sitting"] for one in done["sittings"] if one["result"] != "failed"}
            held = replace(held, meant=held.meant | set(whose), settled=held.settled | settled)
            await note_settled(self._room, card.id, held)
        except (RedisError, OSError) as error:
            raise Busy from error
        finally:
            self._known.pop(card.id, None)
        if done["done"]:
            what = {"outage": held.id, "minutes": held.minutes, "sittings": done["done"]}
            entry = by.actor.did("event.credit", now, whom=f"event:{card.id}", after=what)
            await note(entry)
        return done

    async def _give(
        self, by: Visitor, card: EventCard, outage: Outage, held: Credited, whose: list[str]
    ) -> dict[str, Any]:
        actor = by.actor
        return await self._proctors.carry_out(
            order(
                "extend",
                Scope("sittings", event=card.id, names=tuple(whose)),
                action=f"outage-{held.id}",
                actor=actor.who,
                role=actor.role,
                where=actor.where,
                minutes=held.minutes,
                reason=_REASONS[outage.kind],
            )
        )

    async def _named(self, card: EventCard, named: str) -> tuple[Outage, Sequence[Credited]]:
        found, credits_ = await self._look(card)
        for one in found:
            held = credit_of(one, credits_)
            if named not in {one.id, held.id if held else "", *_names(one)}:
                continue
            if one.cause == "server":
                raise Unfit(detail="Waktu gangguan server sudah dikembalikan dengan sendirinya.")
            return one, credits_
        raise NotFound(detail="Gangguan ini tidak ditemukan lagi. Lihat papan yang terbaru.")

    async def _some_seconds_old(self, card: EventCard) -> Known:
        now_s = asyncio.get_running_loop().time()
        until_s, looking = self._known.get(card.id, (0.0, None))
        if looking is None or now_s >= until_s or (looking.done() and looking.exception()):
            looking = asyncio.create_task(self._look(card))
            self._known[card.id] = now_s + _KNOWN_S, looking
        return await asyncio.shield(looking)

    async def _look(self, card: EventCard) -> Known:
        """Look now; beside the loop, since saves are served by it."""
        model: EventModel = await self._hub.model(card)
        glances = [glance for glance, _ in model.rows.values()]
        found = await asyncio.to_thread(
            outages, glances, model.at, model.gaps, card.partitions, self._limits
        )
        return found, await read_credits(self._room, card.id)


def _names(outage: Outage) -> set[str]:
    """Return by which names it went while fewer were known to be hit."""
    return {f"{at // 1000}-{sitting}" for at, sitting in outage.begun}


def _shown(
    outage: Outage, mine: Sequence[Glance], places: Places, held: Credited | None
) -> dict[str, Any]:
    is_theirs = outage.cause == "network"
    settled = held.settled if held else frozenset()
    waiting = sum(one.state in _TIMED and one.sitting not in settled for one in outage.hit)
    return {
        "id": held.id if held else outage.id,
        "scope": {"kind": outage.kind, "id": outage.place, "name": _name(outage, places)},
        "cause": outage.cause,
        "from": outage.start,
        "to": outage.to or None,
        "hit": len(outage.hit),
        "still_away": outage.still_away,
        "of": outage.of,
        "minutes": outage.minutes,
        "sittings": [one.sitting for one in mine[:SHOWN_MOST]] if is_theirs else [],
        "credited": held is not None or not is_theirs,
        "given": held.minutes if held else 0,
        "waiting": waiting if is_theirs else 0,
    }


def _name(outage: Outage, places: Places) -> str:
    """Return what a place is called; of a network also who sits behind it."""
    match outage.kind:
        case "room":
            return _room(outage.place, places)
        case "unit":
            return _unit(int(outage.place), places)
        case "everybody":
            return ""
        case "network":
            rooms = dict.fromkeys(_room(one.room, places) for one in outage.hit if one.room)
            where = list(rooms or dict.fromkeys(_unit(one.unit, places) for one in outage.hit))
            more = len(where) - _NAMED_MOST
            named = where[:_NAMED_MOST] + ([f"{more} lainnya"] if more > 0 else [])
            return f"{outage.place} ({', '.join(named)})"


def _room(number: str, places: Places) -> str:
    held: Mapping[str, Any] = places.rooms.get(number, {})
    return str(held.get("name") or number)


def _unit(number: int, places: Places) -> str:
    found = (str(one["name"]) for one in places.units.values() if one["id"] == number)
    return next(found, str(number))
