"""The document of a run: everything that is known of it afterwards, as day.json has it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from loadtest import samples as watched
from loadtest.boards import notes as boards
from loadtest.boards.notes import Window
from loadtest.goals import goals
from loadtest.journal import GAVE_UP, LEFT, SUBMITTED, Seated
from loadtest.orders import Orders
from loadtest.progress import standing
from loadtest.pulse import Beat
from loadtest.reconcile import Evidence, Outcome
from loadtest.samples import Sample
from loadtest.scenarios import BOARDS, OVERLOAD
from loadtest.storm.notes import Storm, figures
from loadtest.tally import tally
from loadtest.timeline import timeline
from loadtest.verdict import complaints

#: The rules of the audit that look at every row of the log, and at every late answer.
LOG_RULE = "no rev stands twice"
LATE_RULE = "late answers are in the record as in the room"


@dataclass(frozen=True, slots=True)
class Times:
    """When the day was closed, when the record was complete and when everybody was scored.

    Milliseconds since 1970; None: not by this run.
    """

    closed_ms: int | None = None
    recorded_ms: int | None = None
    scored_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What a run left behind. None: not known yet, since the stores are out of reach.

    ``results`` and ``audit``: what the commands of these names printed as JSON. ``storm``: how the
    overload was offered.
    """

    orders: Orders
    evidence: Evidence
    beats: Sequence[Beat]
    samples: Sequence[Sample]
    times: Times
    machine: Mapping[str, Any]
    outcome: Outcome | None = None
    results: Mapping[str, Any] | None = None
    audit: Mapping[str, Any] | None = None
    storm: Storm = field(default_factory=Storm)
    boards: Sequence[Window] = ()


def document(run: Run) -> dict[str, Any]:
    """Return everything that is known of the run."""
    orders = run.orders
    storms = orders.scenario == OVERLOAD
    requests, server = tally(run.beats), watched.described(run.samples)
    course = timeline(run.beats, run.samples)
    client_cpu_s = standing(run.beats).cpu_s
    known = {
        "scenario": orders.scenario,
        "event": orders.event,
        "target": orders.target,
        "began_at": _began_at(run.evidence),
        "participants": orders.participants,
        **_people(run),
        **_kept(run),
        **requests,
        **(figures(run.storm, requests["requests_by_name"]) if storms else {}),
        **(boards.figures(run.boards, run.beats, run.samples) if orders.scenario == BOARDS else {}),
        "requests_per_participant": _per(requests["requests"], orders.participants),
        **_times(run),
        **server,
        "server_cpu_ms_per_participant": _per(server["server_cpu_s"] * 1e3, orders.participants),
        "client_cpu_s": round(client_cpu_s, 2),
        "client_cpu_ms_per_participant": _per(client_cpu_s * 1e3, orders.participants),
        "client_cpu_ms_per_request": _per(client_cpu_s * 1e3, requests["requests"]),
        "cpu_share_elsewhere": _elsewhere(course, run.machine["cores"]),
        **_figures(run.results),
        "faults": [
            {"name": name, "error": error, "times": times}
            for (name, error), times in run.evidence.faults.most_common()
        ],
        "audit": run.audit,
        "machine": run.machine,
    }
    known["goals"] = [goal.describe() for goal in goals(known)]
    known["complaints"] = complaints(known)
    return known | {"timeline": course}


def open_at_once(seatings: Iterable[Seated]) -> int:
    """Return how many sittings were under way at the busiest moment."""
    moments = [moment for s in seatings for moment in ((s.began_ms, 1), (s.ended_ms, -1))]
    now = most = 0
    for _, change in sorted(moments):
        now += change
        most = max(most, now)
    return most


def _began_at(evidence: Evidence) -> str:
    """Return when the first participant logged in."""
    first_ms = min((s.began_ms for s in evidence.seatings.values()), default=0)
    return datetime.fromtimestamp(first_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _people(run: Run) -> dict[str, Any]:
    """Return what became of everybody: handed in, sealed for them, left open or given up."""
    evidence = run.evidence
    swept = run.outcome.swept if run.outcome else frozenset()
    endings = [seated.ending for nip, seated in evidence.seatings.items() if nip not in swept]
    never_came = run.orders.participants - len(evidence.seatings)
    return {
        "submitted": len(evidence.seals),
        "swept": len(swept),
        "left_open": endings.count(LEFT),
        "gave_up": endings.count(GAVE_UP) + never_came,
        "open_at_a_time_max": open_at_once(evidence.seatings.values()),
    }


def _kept(run: Run) -> dict[str, Any]:
    """Return what the comparison with the record and its log found."""
    evidence, outcome = run.evidence, run.outcome
    known: dict[str, Any] = {
        "reconciled": outcome is not None,
        "saves_acked": evidence.acknowledged,
        "late_kept": evidence.kept,
    }
    if outcome:
        known |= {
            "saves_lost": outcome.lost.count,
            "saves_wrong": outcome.wrong.count,
            "receipts_unsealed": outcome.unsealed.count,
            "findings": [
                *(*outcome.lost.examples, *outcome.wrong.examples, *outcome.unsealed.examples)
            ],
        }
    if run.audit:
        rows, late = _compared(run.audit, LOG_RULE), _compared(run.audit, LATE_RULE)
        known |= {
            "log_rows": rows,
            "log_rows_missing": max(0, evidence.log_rows[0] - rows),
            "late_missing": max(0, evidence.kept - late),
        }
        if not run.orders.target:  # in an event of its own there is nobody else's either
            known |= {
                "log_rows_unsent": max(0, rows - evidence.log_rows[1]),
                "late_unsent": max(0, late - evidence.kept),
            }
    return known


def _times(run: Run) -> dict[str, Any]:
    """Return how long it took, from the first login on."""
    seatings, times = run.evidence.seatings.values(), run.times
    first = min((s.began_ms for s in seatings), default=0)
    last_reply = max((s.ended_ms for s in seatings), default=0)
    submits = [s.ended_ms for s in seatings if s.ending == SUBMITTED]
    last_submit = max([*submits, times.closed_ms or 0])
    last = max(last_reply, times.recorded_ms or 0, times.scored_ms or 0)
    known = {"wall_s": (last - first) / 1000}
    if times.recorded_ms:
        known["record_wait_s"] = max(0, times.recorded_ms - last_reply) / 1000
    if times.scored_ms:
        known["score_wait_s"] = max(0, times.scored_ms - last_submit) / 1000
    return known


def _figures(results: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the event's results say."""
    if results is None:
        return {}
    return {
        "participation": results["participation"],
        "scored": results["scored"],
        "index_mean": results["index"]["mean"],
        "index": results["index"]["shown"],
        "areas": results["areas"],
        "bands": results["bands"],
        "units": [
            {
                "code": unit["code"],
                "name": unit["name"],
                "participation": unit["participation"],
                "scored": unit["scored"],
                "index": unit["index"]["shown"],
            }
            for unit in results["units"]
        ],
    }


def _elsewhere(course: Mapping[str, Any], cores: int) -> float | None:
    """Return the share of this machine's CPU that neither server nor Locust had during the load."""
    during = [
        other
        for other, requests in zip(course["cpu_other"], course["requests"], strict=True)
        if requests
    ]
    return round(sum(during) / len(during) / cores, 3) if during else None


def _compared(audit: Mapping[str, Any], rule: str) -> int:
    """Return how much the audit compared under a rule."""
    return sum(int(one["checked"]) for one in audit["rules"] if one["name"] == rule)


def _per(amount: float, units: int) -> float:
    return round(amount / units, 3) if units else 0.0
