"""What a participant can do with a sitting, apart from answering: all of it without Postgres."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from app.exams.live import EventCard, Room
from app.kit.errors import NotFound, Problem, RoomRecovering
from app.kit.ids import (
    account_key,
    partition_of,
    partition_tag,
    sitting_number,
    sitting_text,
)
from app.kit.networks import network_of
from app.kit.secrets import Secrets, pin_hash
from app.sittings import receipts
from app.sittings.live import Sittings, View
from app.sittings.model import Ref, Seal, digest_of, parse_held
from app.sittings.problems import (
    BadCredentials,
    ChooseEvent,
    Closed,
    NotOpen,
    Paused,
    Sealed,
)
from app.sittings.receipts import Code, Receipts
from app.sittings.tokens import Tokens

PROBLEM_OF_STATE: Final[Mapping[str, type[Problem]]] = {
    "assigned": NotOpen,
    "admitted": NotOpen,
    "open": Closed,
    "paused": Paused,
    "sealed": Sealed,
    "recorded": Sealed,
    "absent": Closed,
}


def refused(view: View) -> Problem:
    """Return the problem that names why this state refuses the call, with its times."""
    problem = PROBLEM_OF_STATE["open" if view.status == "over" else view.state]
    return problem(
        state=view.state,
        server_time=view.now,
        opens_at=max(view.opens_at, view.number("op") or 0),
        closes_at=view.closes_at,
        deadline=None if view.state == "paused" else view.number("dl"),
        left_ms=view.number("lf") if view.state == "paused" else None,
        sealed_at=view.number("sz"),
    )


def device_mark(device: str) -> str:
    """Return the short mark under which a device's nonce is held."""
    return hashlib.sha256(device.encode()).hexdigest()[:16]


class SittingService:
    """Login, start, claim, resume and receipts. Redis holds the truth; nothing is held here."""

    def __init__(
        self, room: Room, sittings: Sittings, secrets: Secrets, tokens: Tokens, signer: Receipts
    ) -> None:
        self._room = room
        self._sittings = sittings
        self._secrets = secrets
        self._tokens = tokens
        self._signer = signer

    async def login(
        self, nip: str, pin: str, *, room_pin: str, event: str | None, device: str, where: str
    ) -> tuple[dict[str, Any], str]:
        """Enter with NIP and card PIN, from an address; return the sitting and its token.

        Raises:
            BadCredentials, Throttled, ChooseEvent, RoomRecovering, Busy.
        """
        card = self._meant(event)
        ref = self._seat(card, nip) if card else await self._found(nip, pin, event)
        door = pin_hash(self._secrets.pin, ref.event, room_pin) if room_pin else ""
        view = await self._sittings.login(
            ref.tag,
            ref.sitting,
            pin=pin_hash(self._secrets.pin, ref.sitting, pin),
            device=device_mark(device),
            door=door,
            network=network_of(where),
        )
        return self._entered(ref, view)

    async def start(self, ref: Ref) -> dict[str, Any]:
        """Start the clock; again where it runs already.

        Raises:
            NotOpen, Closed, Paused, Sealed and the refusals of a token.
        """
        view = await self._sittings.start(ref)
        if view.status != "ok":
            raise refused(view)
        return self.describe(ref, view)

    async def read(self, ref: Ref) -> dict[str, Any]:
        """Return the sitting with its answers, for a resume on any device."""
        return self.describe(ref, await self._sittings.read(ref))

    async def claim(self, ref: Ref, device: str, where: str) -> tuple[dict[str, Any], str]:
        """Take the sitting over without a PIN, from an address; return it and the new token."""
        view = await self._sittings.claim(ref, device_mark(device), network_of(where))
        return self._entered(ref, view)

    def describe(self, ref: Ref, view: View) -> dict[str, Any]:
        """Return a sitting as it travels."""
        card = self._card(ref.event)
        answers = {item: parse_held(held) for item, held in view.answers.items()}
        sitting: dict[str, Any] = {
            "sitting": ref.sitting,
            "event": {
                "id": card.id,
                "title": card.title,
                "duration_ms": card.duration_ms,
                "items": card.items,
                "room_pin": card.room_pin,
            },
            "participant": view.person,
            "form": view.fields["fm"],
            "gen": view.gen,
            "rev": view.number("mr") or 0,
            "opens_at": max(view.opens_at, view.number("op") or 0),
            "closes_at": view.closes_at,
            "started_at": view.number("sa"),
            "answered": view.number("an") or 0,
            "answers": {
                item: {"rev": a.rev, "value": orjson.loads(a.value), "flagged": a.flagged}
                for item, a in answers.items()
            },
            **self.times(view),
        }
        if view.state == "paused":
            sitting["left_ms"] = view.number("lf")
        if view.is_sealed:
            sitting["receipt"] = self.receipt(ref, view)
        return {name: value for name, value in sitting.items() if value is not None}

    @staticmethod
    def times(view: View) -> dict[str, Any]:
        """Return what every reply of a sitting carries."""
        return {
            "state": view.state,
            "server_time": view.now,
            "deadline": view.number("dl") if view.state != "paused" else None,
            "at": f"{view.epoch}:{view.fields.get('li') or '0-0'}",
            "flushed": view.flushed,
            "notices": [orjson.loads(note) for note in view.notices],
        }

    def receipt(self, ref: Ref, view: View) -> dict[str, Any]:
        """Return the standing receipt of a sealed sitting, made again from what stands."""
        seal = view.seal()
        signature = self._signer.sign(ref.event, ref.sitting, seal, view.text())
        return {
            "code": str(self._code(ref, seal, signature)),
            "seal": seal.number,
            "sealed_at": seal.at,
            "answered": seal.answered,
            "digest": seal.digest,
            "signature": receipts.encode(signature),
            "key": seal.key_id,
        }

    def standing_prefix(self, ref: Ref, view: View) -> str:
        """Return the code prefix of the standing seal, to be remembered when it is replaced."""
        seal = view.seal()
        return receipts.code_prefix(self._signer.sign(ref.event, ref.sitting, seal, view.text()))

    async def look_up(self, text: str) -> dict[str, Any]:
        """Tell what stands behind a receipt's code; nothing of its content.

        Raises:
            NotFound: when no such code was ever given out, as far as the room knows.
            RoomRecovering, Busy: when the room cannot be asked.
        """
        code = receipts.parse_code(text)
        if code and not self._room.events:  # nothing is known of any event (yet)
            raise RoomRecovering
        card = self._room.by_number(code.event) if code else None
        if code is None or card is None or code.partition >= card.partitions:
            raise NotFound
        tag = partition_tag(card.id, code.partition)
        ref = Ref(code.sitting, card.id, code.partition, tag, 0)
        try:
            view = await self._sittings.look(tag, code.sitting)
        except Problem as problem:
            if problem.status == RoomRecovering.status:
                raise
            raise NotFound from None
        past: list[str] = view.more[0]
        replaced = dict(zip(past[::2], past[1::2], strict=True))
        name = f"{code.epoch}.{code.seal}"
        reply = {"code": str(code), "event": {"id": card.id, "title": card.title}}
        if view.is_sealed and view.seal_name == name:
            if self.standing_prefix(ref, view) != code.prefix:
                raise NotFound
            seal = view.seal()
            return {
                **reply,
                "sealed_at": seal.at,
                "answered": seal.answered,
                "recorded": view.state == "recorded",
                "replaced": False,
            }
        if replaced.get(name) != code.prefix:
            raise NotFound
        return {**reply, "recorded": False, "replaced": True}

    def public_keys(self) -> list[dict[str, str]]:
        """Return the keys with which anyone can check a receipt."""
        return self._signer.public_keys()

    def presented_seal(self, ref: Ref, receipt: object, text: str) -> Seal | None:
        """Return the seal of a receipt that a page presents, if its signature is really ours."""
        if not isinstance(receipt, dict):
            return None
        texts = [receipt.get(name) for name in ("code", "signature", "digest")]
        if not all(isinstance(one, str) for one in texts):
            return None
        code = receipts.parse_code(receipt["code"])
        signature = receipts.decode(receipt["signature"])
        at, answered = receipt.get("sealed_at"), receipt.get("answered")
        if code is None or signature is None or code.sitting != ref.sitting:
            return None
        if not isinstance(at, int) or not isinstance(answered, int):
            return None
        # The digest is ours to compute: the signature covers the text, not what is said of it.
        seal = Seal(code.epoch, code.seal, at, answered, digest_of(text), "", "restored")
        key_id = self._signer.key_that_signed(ref.event, ref.sitting, seal, text, signature)
        if key_id is None:
            return None
        return Seal(seal.epoch, seal.number, at, answered, seal.digest, key_id, seal.by)

    def _meant(self, event: str | None) -> EventCard | None:
        """Return the event of a login: the one it names, or the only one that there is."""
        events = self._room.events
        if event is None and len(events) == 1:
            return next(iter(events.values()))
        return events.get(event) if event is not None else None

    def _seat(self, card: EventCard, nip: str) -> Ref:
        """Return where this person sits in an event, if they do: one call less than to ask."""
        number = sitting_number(self._secrets.nip, card.id, nip)
        partition = partition_of(number, card.partitions)
        return Ref(sitting_text(number), card.id, partition, partition_tag(card.id, partition), 0)

    async def _found(self, nip: str, pin: str, event: str | None) -> Ref:
        """Return where this person sits, of several events or none.

        Raises:
            BadCredentials, ChooseEvent, RoomRecovering, Busy.
        """
        held = await self._sittings.of_person(account_key(self._secrets.nip, nip))
        places = {
            event_id: _place(event_id, place)
            for event_id, place in held.items()
            if event_id in self._room.events and event in (None, event_id)
        }
        if not places:
            if not self._room.events or await self._is_away(nip, event):
                raise RoomRecovering
            raise BadCredentials
        if len(places) > 1:
            places = await self._fitting(places, pin)
        return next(iter(places.values()))

    async def _is_away(self, nip: str, event: str | None) -> bool:
        """Tell whether the partition where this person would sit is being recovered."""
        for card in list(self._room.events.values()):  # the pulse may add one meanwhile
            if event in (None, card.id) and not await self._sittings.stands(
                self._seat(card, nip).tag
            ):
                return True
        return False

    async def _fitting(self, places: dict[str, Ref], pin: str) -> dict[str, Ref]:
        fitting = {
            event_id: ref
            for event_id, ref in places.items()
            if await self._sittings.fits(
                ref.tag, ref.sitting, pin_hash(self._secrets.pin, ref.sitting, pin)
            )
        }
        if len(fitting) > 1:
            titles = [
                {"id": card.id, "title": card.title}
                for card in (self._room.events[event_id] for event_id in fitting)
            ]
            raise ChooseEvent(events=titles)
        return fitting or places  # where none fits, the first one counts the wrong try

    def _entered(self, ref: Ref, view: View) -> tuple[dict[str, Any], str]:
        entered = Ref(ref.sitting, ref.event, ref.partition, ref.tag, view.gen)
        return self.describe(entered, view), self._tokens.issue(entered)

    def _card(self, event: str) -> EventCard:
        card = self._room.events.get(event)
        if card is None:
            raise RoomRecovering
        return card

    def _code(self, ref: Ref, seal: Seal, signature: bytes) -> Code:
        return Code(
            self._card(ref.event).number,
            ref.partition,
            ref.sitting,
            seal.epoch,
            seal.number,
            receipts.code_prefix(signature),
        )


def _place(event: str, place: str) -> Ref:
    partition, sitting = place.split(":")
    return Ref(sitting, event, int(partition), partition_tag(event, int(partition)), 0)
