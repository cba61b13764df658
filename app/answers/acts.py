"""What staff did to sittings, as the audit log tells it: out of the transitions of a batch."""

from collections.abc import Iterable
from typing import Any

from app.answers.log import Line, Standing, Transition, id_text
from app.answers.partition import Partition
from app.kit.ids import sitting_text
from app.people.audit_log.model import Entry
from app.sittings.model import STATES


def entries_of(place: Partition, epoch: int, lines: Iterable[Line]) -> list[Entry]:
    """Return an entry for each act among the lines of a partition's log, in their order.

    Its place in the log is its source: whoever reads the log again makes the same one.
    """
    return [
        Entry(
            at=line.at[0],
            who=line.act.who,
            role=line.act.role,
            what=f"sitting.{line.why}",
            whom=f"sitting:{sitting_text(line.sitting)}",
            why=line.act.why,
            where=line.act.where,
            before=_told(line.act.before),
            after=_told(_after(line)) | {"action": line.act.action, **line.act.more},
            source=f"log:{place.tag}:{epoch}:{id_text(line.at)}",
        )
        for line in lines
        if isinstance(line, Transition) and line.act is not None
    ]


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
