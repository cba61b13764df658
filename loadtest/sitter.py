"""One participant in the hall: plays its plan on its devices, from login to receipt."""

from collections.abc import Callable, Sequence

from app.kit import clock
from loadtest.device import SEALED, SUPERSEDED, Device
from loadtest.journal import GAVE_UP, LEFT, SUBMITTED, Journal, Seated
from loadtest.plan import Act, Step
from loadtest.protocol import Card, GaveUp, Question, Refused, Wire


class Sitter:
    """A participant. ``is_closed`` waits for the end of the day; False where nobody ends it."""

    def __init__(
        self,
        card: Card,
        event: str,
        journal: Journal,
        wire: Wire,
        is_closed: Callable[[], bool],
    ) -> None:
        self._card = card
        self._event = event
        self._journal = journal
        self._wire = wire
        self._is_closed = is_closed
        self._devices = 0
        self._hushed = False
        self._left_behind: Device | None = None

    def sit(self, steps: Sequence[Step]) -> str:
        """Log in, start, fetch the form and go through the plan; return how it ended."""
        began_ms = clock.now_ms()
        ending = GAVE_UP
        try:
            device = self._take_device()
            device.start()
            form = device.form()
            self._wire.begin()
            ending = LEFT
            for step in steps:
                self._wire.pause(step.wait_s)
                device = self._do(step, device, form)
                if step.act is Act.SUBMIT:
                    ending = SUBMITTED
        except (GaveUp, Refused):
            ending = GAVE_UP
        finally:
            self._journal.seated(Seated(self._card.nip, began_ms, clock.now_ms(), ending))
        return ending

    def _do(self, step: Step, device: Device, form: Sequence[Question]) -> Device:
        """Do one step; return the device that the participant goes on with."""
        match step.act:
            case Act.ANSWER | Act.HEARTBEAT | Act.GLANCE | Act.RELOAD:
                self._work(step, device, form)
            case Act.SWITCH:
                return self._switch(device, form)
            case Act.HUSH:
                self._hushed = True
            case Act.RETURN:
                self._hushed = False
                device.reconcile()
                device.save()
            case Act.BORROW:
                return self._borrow(device)
            case Act.SUBMIT:
                device.submit()
            case Act.WAKE:
                self._deliver_late(self._left_behind or device, SUPERSEDED)
            case Act.LINGER:
                closed = self._is_closed()
                self._wire.begin()
                if closed:
                    self._deliver_late(device, SEALED)
        return device

    def _work(self, step: Step, device: Device, form: Sequence[Question]) -> None:
        """Do what a page does by itself; without network answers wait and the rest is lost."""
        if step.act is Act.ANSWER:
            question = form[step.place % len(form)]
            device.change(question.id, choice(question, step.pick), flagged=step.flagged)
        if self._hushed:
            return
        if step.act is Act.GLANCE:
            device.lose_focus()
        elif step.act is Act.RELOAD:
            device.reload()
        else:
            device.save()

    def _switch(self, first: Device, form: Sequence[Question]) -> Device:
        """Log in elsewhere and resume; the first device's next save is refused and goes late."""
        second = self._take_device()
        second.resume(first.held)
        first.change(form[0].id, choice(form[0], 0.0), flagged=True)
        self._deliver_late(first, SUPERSEDED)
        return second

    def _borrow(self, first: Device) -> Device:
        """Log in elsewhere while the first device has no network, and a backlog."""
        self._hushed = False
        self._left_behind = first
        second = self._take_device()
        second.resume(first.held)
        return second

    def _deliver_late(self, device: Device, problem: str) -> None:
        """Send what is unsent although it is too late: refused as a save, kept apart as late."""
        if device.unsent:
            device.save_refused(problem)
            device.late()

    def _take_device(self) -> Device:
        self._devices += 1
        nonce = f"{self._card.nip[-6:]}-{self._devices}"
        return Device(self._wire, self._journal, self._card, self._event, nonce)


def choice(question: Question, pick: float) -> object:
    """Return the possible value of an item at ``pick``, a share of the way through its options.

    Raises:
        ValueError: for an item that is not answered by one option.
    """
    if not question.options:
        raise ValueError(f"item {question.id} of type {question.type} has no options")
    return question.options[int(pick * len(question.options))]
