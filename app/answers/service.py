"""Answering: save, reconcile, submit and late answers, all without Postgres."""

import asyncio
from typing import Any, Final

import orjson

from app.answers import intake
from app.answers.buffer import Buffer, Saved
from app.kit.errors import Busy, Problem
from app.kit.hot import Answer, Said
from app.sittings.live import Sittings
from app.sittings.model import Ref, sealed_text
from app.sittings.problems import Closed
from app.sittings.receipts import Receipts
from app.sittings.service import PROBLEM_OF_STATE, SittingService, refused
from app.sittings.tokens import TokenInvalid

_LAYOUTS_MOST: Final = 100_000


class AnswerService:
    """The way of an answer as far as the room. Forms are remembered: they never change."""

    def __init__(
        self, buffer: Buffer, sittings: Sittings, service: SittingService, signer: Receipts
    ) -> None:
        self._buffer = buffer
        self._sittings = sittings
        self._service = service
        self._signer = signer
        self._layouts: dict[str, str] = {}
        self._reading: set[asyncio.Task[None]] = set()

    def save(self, ref: Ref, body: bytes, answer: Answer) -> None:
        """Save changes and events; an empty body is a heartbeat.

        Answers with the reply as JSON, or InvalidRequest, NotOpen, Paused, Sealed, Closed, Busy and
        the refusals of a token: by callbacks, since a task a save would cost more than the save.

        Raises:
            InvalidRequest, Busy: what is known at once.
        """
        document = intake.decode(body)
        layout = self._layouts.get(ref.sitting)
        if layout is None:
            self._save_when_known(ref, document, answer)
        else:
            self._save(ref, document, layout, answer)

    def _save_when_known(self, ref: Ref, document: dict[str, Any], answer: Answer) -> None:
        async def read_first() -> None:
            try:
                self._save(ref, document, await self.layout(ref), answer)
            except Problem as problem:
                answer(problem)
            except Exception:
                answer(Busy())
                raise

        reading = asyncio.create_task(read_first())
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)

    def _save(self, ref: Ref, document: dict[str, Any], layout: str, answer: Answer) -> None:
        read = intake.read_save(document, layout, ref.gen)

        def deliver(saved: Saved | Problem) -> None:
            answer(saved if isinstance(saved, Problem) else _told(read, saved))

        self._buffer.save(ref, read.entries, read.events, read.seen, deliver)

    async def reconcile(self, ref: Ref, body: bytes) -> dict[str, Any]:
        """Tell which of the device's answers the room lacks."""
        revs = intake.read_revs(intake.decode(body))
        view = await self._sittings.reconcile(ref, revs)
        return {"missing": view.more[0], **self._service.times(view)}

    async def submit(self, ref: Ref, body: bytes) -> dict[str, Any]:
        """Hand in with the full map; no single item can fail it. Again: the standing receipt.

        Raises:
            InvalidRequest, NotOpen, Closed and the refusals of a token.
        """
        document = intake.decode(body)
        layout = await self.layout(ref)
        read = intake.read_map(document.get("answers", {}), layout, ref.gen)
        lost, standing = None, ""
        if "receipt" in document:
            text = sealed_text({item: f"{r}:{v}:{f}" for item, r, v, f in read.entries})
            lost = self._service.presented_seal(ref, document["receipt"], text)
        if lost is not None:
            view = await self._sittings.read(ref)
            if view.is_sealed:
                standing = self._service.standing_prefix(ref, view)
        view = await self._sittings.submit(ref, self._signer.current, standing, lost, read.entries)
        if view.status == "state":
            raise refused(view)
        return {
            "receipt": self._service.receipt(ref, view),
            "results": read.settle(view.more[0]),
            **self._service.times(view),
        }

    async def late(self, ref: Ref, body: bytes) -> dict[str, Any]:
        """Keep what came too late, or from a device that was replaced.

        Raises:
            InvalidRequest, NotOpen (before the start) and TokenInvalid.
        """
        document = intake.decode(body)
        layout = await self.layout(ref)
        read = intake.read_save({"changes": document.get("changes")}, layout, ref.gen)
        view = await self._sittings.late(ref, read.entries)
        if view.status == "state":
            raise refused(view)
        letters: str = view.more[0]
        return {
            "kept": letters.count("l"),
            "results": read.settle(letters),
            **self._service.times(view),
        }

    async def layout(self, ref: Ref) -> str:
        """Return the layout of a sitting's form, once read from the room.

        Raises:
            TokenInvalid: when the room does not know the sitting.
        """
        held = self._layouts.get(ref.sitting)
        if held is None:
            held = await self._sittings.layout(ref)
            if held is None:
                await self._sittings.read(ref)  # says why, where the doors are closed
                raise TokenInvalid
            if len(self._layouts) >= _LAYOUTS_MOST:
                self._layouts.clear()
            self._layouts[ref.sitting] = held
        return held


def _told(read: intake.Read, saved: Saved) -> Said:
    """Return what a device is told of its save."""
    # Also where nothing was left to weigh: only a heartbeat is answered in every state.
    if saved.status == "s" or (read.results and saved.state != "open"):
        return PROBLEM_OF_STATE[saved.state](
            state=saved.state, server_time=saved.now, deadline=saved.deadline
        )
    if saved.status == "l":
        return Closed(state=saved.state, server_time=saved.now, deadline=saved.deadline)
    return orjson.dumps(
        {
            "results": read.settle(saved.letters),
            "state": saved.state,
            "server_time": saved.now,
            "deadline": saved.deadline,
            "at": saved.at,
            "flushed": saved.flushed,
            "notices": [orjson.loads(note) for note in saved.notices],
        }
    )
