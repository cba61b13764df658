"""What staff did to sittings, as the audit log tells it: out of the transitions of a batch."""

from collections.abc import Iterable
from typing import Any

from app.answers.log import Act, Line, Standing, Transition, Turn, WalkIn, id_text
from app.answers.partition import Partition
from app.kit.ids import sitting_text
from app.people.audit_log.model import Entry
from app.sittings.model import STATES


def entries_of(place: Partition, epoch: int, lines: Iterable[Line]) -> list[Entry]:
    """Return an entry for each act among the lines of a partition's log, in their order.

    Its place in the log is its source: whoever reads the log again makes the same one.
    """
    found = []
    for line in lines:
        source = f"log:{place.tag}:{epoch}:{id_text(line.at)}"
        match line:
            case Transition() if line.act is not None:
                found.append(_acted(line, line.act, source))
            case WalkIn():
                found.append(_walked_in(line, source))
            case Turn():
                found.append(_turned(place.event_id, line, source))
            case _:
                pass
    return found


def _acted(line: Transition, act: Act, source: str) -> Entry:
    return Entry(
        at=line.at[0],
        who=act.who,
        role=act.role,
        what=f"sitting.{line.why}",
        whom=f"sitting:{sitting_text(line.sitting)}",
        why=act.why,
        where=act.where,
        before=_told(act.before),
        after=_told(_after(line)) | {"action": act.action, **act.more},
        source=source,
    )


def _walked_in(line: WalkIn, source: str) -> Entry:
    return Entry(
        at=line.at[0],
        who=line.who,
        role=line.role,
        what="roster.add",
        whom=f"sitting:{sitting_text(line.sitting)}",
        where=line.where,
        after={"unit": line.unit_code, "new": True, "action": line.action},
        source=source,
    )


def _turned(event: str, line: Turn, source: str) -> Entry:
    return Entry(
        at=line.at[0],
        who=line.who,
        role=line.role,
        what="room.pin",
        whom=f"room:{line.room}",
        where=line.where,
        after={"event": event, "action": line.action},
        source=source,
    )


def _after(line: Transition) -> Standing:
    return Standing(
        line.state, line.deadline, line.left_ms, line.extra_ms, line.seal, line.seal_epoch
    )


def _told(standing: Standing) -> dict[str, Any]:
    """Return it in whole words; what a sitting does not have is left out."""
    told: dict[str, Any] = {"state": STATES.get(standing.state), "extra_ms": standing.extra_ms}
    if standing.deadline is not None:
        told["deadline"] = standing.deadline
    if standing.left_ms is not None:
        told["left_ms"] = standing.left_ms
    if standing.seal:
        told["seal"] = f"{standing.seal_epoch}.{standing.seal}"
    return told
