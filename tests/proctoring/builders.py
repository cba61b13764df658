"""Orders of staff, as tests give them."""

import itertools
from typing import Any

from app.kit.redis import ask
from app.operations.demo import DEMO_PARTITIONS
from app.proctoring.model import Acted, Kind, Order, Outcome, Scope, order
from app.proctoring.service import Actions
from tests.exam import EVENT, Device, Exam

EVERYBODY = Scope("everybody", event=EVENT)
_numbers = itertools.count(1)


def an_order(kind: Kind, scope: Scope = EVERYBODY, **more: Any) -> Order:  # noqa: ANN401 - of an order
    """Return an order with what its kind needs, where nothing else is said."""
    given: dict[str, Any] = {"action": f"order-{next(_numbers)}", "actor": "pengawas-1"}
    if kind in {"extend", "reopen"}:
        given["minutes"] = 10
    if kind == "message":
        given["text"] = "Periksa kembali jawaban Anda."
    if kind == "reopen":
        given["reason"] = "Listrik padam"
    if kind == "undo":
        given["undoes"] = "order-0"
    return order(kind, scope, **(given | more))


def actions(exam: Exam) -> Actions:
    """Return what carries orders out in an exam."""
    return Actions(exam.stores.room, exam.stores.secrets.nip, exam.stores.signer)


async def carried_out(exam: Exam, kind: Kind, scope: Scope = EVERYBODY, **more: Any) -> Acted:  # noqa: ANN401 - of an order
    """Give an order and return what came of it."""
    return await actions(exam).act(an_order(kind, scope, **more))


async def only(exam: Exam, kind: Kind, device: Device, **more: Any) -> Outcome:  # noqa: ANN401 - of an order
    """Do something to one sitting and return what came of it."""
    done = await carried_out(exam, kind, Scope("sitting", device.sitting, EVENT), **more)
    (outcome,) = done.outcomes
    return outcome


async def undone(exam: Exam, device: Device, mistake: str, **more: Any) -> Outcome:  # noqa: ANN401 - of an order
    """Take back the act of this id, and return what came of it."""
    return await only(exam, "undo", device, undoes=mistake, **more)


async def field_of_all(exam: Exam, field: str) -> dict[str, str]:
    """Return a field of every sitting, as the room holds it."""
    found: dict[str, str] = {}
    for partition in range(DEMO_PARTITIONS):
        tag = f"{{{EVENT}.p{partition:02d}}}"
        (sittings,) = await ask(exam.stores.room, ("SMEMBERS", f"index:{tag}"))
        held = [("HGET", f"sit:{tag}:{sitting}", field) for sitting in sittings]
        found |= zip(sittings, await ask(exam.stores.room, *held), strict=True)
    return found
