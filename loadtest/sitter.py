"""One participant in the hall: plays its plan on its devices, from login to receipt."""

from collections.abc import Callable, Sequence
from time import monotonic

from loadtest.device import Device
from loadtest.journal import Journal, Seated
from loadtest.plan import Act, Step
from loadtest.protocol import Card, GaveUp, Question, Refused, Wait, Wire


class Sitter:
    """A participant; ``wait`` lets seconds pass while others have their turn."""

    def __init__(
        self,
        card: Card,
        event: str,
        journal: Journal,
        wire: Wire,
        wait: Wait,
    ) -> None:
        self._card = card
        self._event = event
        self._journal = journal
        self._wire = wire
        self._wait = wait
        self._devices = 0
        self._hushed = False

    def sit(self, steps: Sequence[Step]) -> None:
        """Log in, start, fetch the form and go through the plan."""
        began_s = monotonic()
        ending = "gave-up"
        try:
            device = self._take_device()
            device.start()
            form = device.form()
            ending = "left"
            for step in steps:
                self._wait(step.wait_s)
                device = self._do(step, device, form)
                if step.act is Act.SUBMIT:
                    ending = "submitted"
        except (GaveUp, Refused):
            ending = "gave-up"
        finally:
            self._journal.seated(Seated(self._card.nip, began_s, monotonic(), ending))

    def _do(self, step: Step, device: Device, form: Sequence[Question]) -> Device:
        """Do one step; return the device that the participant goes on with."""
        match step.act:
            case Act.ANSWER:
                question = form[step.place % len(form)]
                device.change(question.id, choice(question, step.pick), flagged=step.flagged)
                self._unless_hushed(device.save)
            case Act.HEARTBEAT:
                self._unless_hushed(device.save)
            case Act.GLANCE:
                self._unless_hushed(device.lose_focus)
            case Act.SWITCH:
                return self._switch(device, form)
            case Act.HUSH:
                self._hushed = True
            case Act.RETURN:
                self._hushed = False
                device.reconcile()
                device.save()
            case Act.SUBMIT:
                device.submit()
        return device

    def _unless_hushed(self, send: Callable[[], None]) -> None:
        """Send, unless the network is away: what is unsent waits, a heartbeat falls out."""
        if not self._hushed:
            send()

    def _switch(self, first: Device, form: Sequence[Question]) -> Device:
        """Log in elsewhere and resume; the first device's next save is refused and goes late."""
        second = self._take_device()
        second.resume(first.held)
        first.change(form[0].id, choice(form[0], 0.0), flagged=True)
        first.save_superseded()
        first.late()
        return second

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
