"""What the sender leaves for the document of the run, and the figures made of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from loadtest.storm.mix import Kind
from loadtest.tally import BUSY

FILE: Final = "storm.json"
ASKED: Final = {"logins": Kind.LOGIN, "saves": Kind.SAVE, "submits": Kind.SUBMIT}


@dataclass(frozen=True, slots=True)
class Storm:
    """How an overload was offered.

    ``capacity_per_s``: what was answered in the closed loop before, of which the sender used
    ``sender_share`` of a core: all of one, and it would be its own. ``wanted_per_s``: the tries
    that were to be offered, ``offered_per_s``: those that were; ``unsent``: those for which every
    connection was taken. ``recovered_s``: see :mod:`loadtest.storm.probe`, None: not seen.
    """

    capacity_per_s: float = 0.0
    wanted_per_s: float = 0.0
    offered_per_s: float = 0.0
    unsent: int = 0
    recovered_s: int | None = None
    probe_before_p99_ms: float | None = None
    probe_after_p99_ms: float | None = None
    sender_share: float = 0.0

    def write(self, folder: Path) -> None:
        """Leave it in the run's folder."""
        (folder / FILE).write_bytes(orjson.dumps(asdict(self)))

    @classmethod
    def read(cls, folder: Path) -> "Storm":
        """Read what was left; of a sender that did not finish, nothing is known."""
        path = folder / FILE
        return cls(**orjson.loads(path.read_bytes())) if path.exists() else cls()


def figures(storm: Storm, calls: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Return the figures of an overload; ``calls`` are the document's requests by name."""
    shares = {name: refused_share(calls, kind) for name, kind in ASKED.items()}
    return {
        **asdict(storm),
        "offered_share_of_insiders": inside_share(calls),
        "refused_share": refused_share(calls, *ASKED.values()),
        **{f"refused_share_of_{name}": share for name, share in shares.items()},
    }


def inside_share(calls: Mapping[str, Mapping[str, float]]) -> float:
    """Return the share of the tries that were saves and submits.

    Where all insiders wait newcomers ask in their place, so that it may be less than it was to be.
    """
    inside, outside = _tries(calls, Kind.SAVE, Kind.SUBMIT), _tries(calls, Kind.LOGIN)
    return round(inside / (inside + outside), 4) if inside else 0.0


def refused_share(calls: Mapping[str, Mapping[str, float]], *kinds: Kind) -> float:
    """Return the share of the tries that was refused for a while."""
    refused, tries = _requests(calls, *(kind + BUSY for kind in kinds)), _tries(calls, *kinds)
    return round(refused / tries, 4) if tries else 0.0


def _tries(calls: Mapping[str, Mapping[str, float]], *kinds: Kind) -> float:
    return _requests(calls, *kinds, *(kind + BUSY for kind in kinds))


def _requests(calls: Mapping[str, Mapping[str, float]], *names: str) -> float:
    return sum(calls[name]["requests"] for name in names if name in calls)
