"""What a run leaves behind, made small: lines of two Locust processes, looks at the server."""

from pathlib import Path
from typing import Any

from loadtest.journal import Change, Entry, Noticed, Reply, Sealed, Seated
from loadtest.orders import Orders
from loadtest.pulse import Beat, Calls
from loadtest.reconcile import Evidence, Row, reconcile
from loadtest.result import LATE_RULE, LOG_RULE, Run, Times
from loadtest.samples import Sample
from loadtest.tempo import Tempo

BEGAN_MS = 1_700_000_000_000
CHANGE = Change("LD-01", (65536 << 20) + 1, '"a"', flagged=False)
LATE = Change("LD-02", (65536 << 20) + 9, '"b"', flagged=False)
MACHINE = {"cores": 2, "serentak": "0.1.0", "fsync_ms": 0.2}


def beat(second: float, *, process: str = "pulse-1", **more: Any) -> Beat:  # noqa: ANN401 - fields
    standing: dict[str, Any] = {
        "cpu_s": second / 2,
        "arrived": 0,
        "submitted": 0,
        "left": 0,
        "lingering": 0,
        "woke": {},
        "calls": {},
    }
    return Beat(process=process, at_ms=BEGAN_MS + int(second * 1000), **(standing | more))


def calls(requests: int, ms: float = 2.0, *, failed: int = 0) -> Calls:
    tenths = int(ms * 10)
    return Calls(requests, failed, {tenths: requests}, {2 * tenths: requests})


def sample(second: float, *, lag_ms: int | None = 0, **cpu_s: float) -> Sample:
    entries = None if lag_ms is None else lag_ms // 10
    at_ms = BEGAN_MS + int(second * 1000)
    return Sample(at_ms, lag_ms, entries, cpu_s, sum(cpu_s.values()) + second)


def orders(participants: int = 1, scenario: str = "day", target: str = "") -> Orders:
    folder = Path("folder")
    return Orders(
        *(scenario, "kukar-2023", 7, participants, 1, Tempo(10, 10)),
        *(folder / "cards.csv", folder, target),
    )


def audit(rows: int = 2, late: int = 1, differences: int = 0) -> dict[str, Any]:
    rules = {LOG_RULE: rows, LATE_RULE: late, "receipts verify": 1}
    return {
        "differences": differences,
        "rules": [{"name": name, "checked": n, "differences": 0} for name, n in rules.items()],
    }


def results(handed_in: int = 1, scored: int = 1) -> dict[str, Any]:
    share = {"numerator": handed_in, "denominator": 12_500, "percent": 0.0}
    mean = {"people": scored, "mean": 2.316, "shown": "2.3"}
    unit = {"code": "U01", "name": "Dinas <Baru>", "participation": share, "scored": scored}
    return {
        "participation": share,
        "scored": scored,
        "index": mean,
        "areas": [{"code": "LD", "name": "Literasi data", **mean}],
        "bands": [{"code": "b", "label": "Baik", "people": scored}],
        "units": [unit | {"index": {"people": scored, "mean": None, "shown": None}}],
    }


def evidence(participants: int = 1) -> Evidence:
    entries: list[Entry] = [
        Reply("1", CHANGE, "stored"),
        Reply("1", LATE, "kept"),
        Noticed("1", CHANGE.rev + 1, "stored"),
        Sealed("1", "c", 1, 1),
        *(
            Seated(str(n), BEGAN_MS, BEGAN_MS + 9000, "submitted")
            for n in range(1, participants + 1)
        ),
    ]
    return Evidence.of(entries)


def run(*, lost: bool = False, failed: int = 0, **more: Any) -> Run:  # noqa: ANN401 - fields
    seen = more.pop("evidence", None) or evidence()
    rows = [] if lost else [Row("1", CHANGE, sealed=True)]
    told: dict[str, Any] = {
        "orders": orders(),
        "beats": [
            beat(1, arrived=1, calls={"login": calls(1), "login (busy)": calls(3, 0.5)}),
            beat(2, arrived=1, calls={"answers": calls(98), "reconnect": calls(7, 0.1)}),
            beat(3, arrived=1, submitted=1, left=1, calls={"submit": calls(2, 20, failed=failed)}),
        ],
        "samples": [sample(0, app=1.0), sample(2, lag_ms=400, app=2.0), sample(4, app=4.5)],
        "times": Times(BEGAN_MS + 9500, BEGAN_MS + 10_000, BEGAN_MS + 11_500),
        "machine": MACHINE,
        "outcome": reconcile(seen, rows),
        "results": results(),
        "audit": audit(),
    }
    return Run(evidence=seen, **(told | more))
