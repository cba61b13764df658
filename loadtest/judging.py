"""What a run's folder holds, put together with the record: the document of the run.

A run against a server of its own is judged at once. For one against a server elsewhere the record,
the audit and the results are fetched there and given later; the folders of several machines that
took part are judged together.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from loadtest import journal, samples
from loadtest.boards import notes as boards
from loadtest.orders import Orders
from loadtest.pulse import Beats
from loadtest.reconcile import Evidence, read_record, reconcile
from loadtest.result import Run, Times, document
from loadtest.storm.notes import Storm

NOTES = "run.json"


def judge(
    folders: Sequence[Path],
    record: Path | None = None,
    audit: Mapping[str, Any] | None = None,
    results: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Compare what the folders' journals say with the record, and return what is known.

    ``record``: the export of the answers. Without it nothing is compared, and the document says so.
    """
    first = folders[0]
    notes = orjson.loads((first / NOTES).read_bytes())
    evidence = Evidence.of(journal.read(*folders))
    return document(
        Run(
            orders=Orders.read(first / "orders.json"),
            evidence=evidence,
            beats=list(Beats(*folders).new()),
            samples=samples.read(first),
            times=Times(**notes["times"]),
            machine=notes["machine"],
            outcome=reconcile(evidence, read_record(record)) if record else None,
            results=results,
            audit=audit,
            storm=Storm.read(first),
            boards=boards.read(first),
        )
    )


def latest(results: Path) -> Path | None:
    """Return the folder of the newest run that was kept."""
    kept = [path.parent for path in results.glob(f"*/{NOTES}")]
    return max(kept, key=lambda folder: (folder / NOTES).stat().st_mtime, default=None)
