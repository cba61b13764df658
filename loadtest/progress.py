"""How a run stands, said in a line every few seconds: for a terminal and for a log."""

from collections.abc import Sequence
from dataclasses import dataclass

from loadtest.pulse import Beat, Calls, percentile_ms
from loadtest.samples import Sample

SAVES = ("answers", "backlog")


@dataclass(frozen=True, slots=True)
class Standing:
    """Everybody, added up over the generator's processes; ``cpu_s`` is what these have used."""

    arrived: int
    sitting: int
    submitted: int
    left: int
    cpu_s: float

    def is_over(self, participants: int) -> bool:
        """Tell whether everybody has come, and nobody sits any longer."""
        return self.arrived >= participants and self.sitting == 0


def standing(beats: Sequence[Beat]) -> Standing:
    """Return how things stand by each process's newest line."""
    newest = {beat.process: beat for beat in beats}.values()
    return Standing(
        arrived=sum(beat.arrived for beat in newest),
        sitting=sum(beat.sitting for beat in newest),
        submitted=sum(beat.submitted for beat in newest),
        left=sum(beat.left for beat in newest),
        cpu_s=sum(beat.cpu_s for beat in newest),
    )


def quiet_s(beats: Sequence[Beat], now_ms: int) -> float:
    """Return the seconds since the last request; 0 while there has not been one."""
    last = max((beat.at_ms for beat in beats if beat.calls), default=now_ms)
    return (now_ms - last) / 1000


def line(samples: Sequence[Sample], beats: Sequence[Beat], since: int) -> str:
    """Say how it stands; the rates are those since beat number ``since``."""
    now, before = standing(beats), standing(beats[:since])
    total, saves = Calls(), 0
    for beat in beats[since:]:
        for name, calls in beat.calls.items():
            total.add(calls)
            saves += calls.requests if name in SAVES else 0
    then, newest = samples[max(0, len(samples) - 6)], samples[-1]
    seconds = max(0.001, (newest.at_ms - then.at_ms) / 1000)
    server_s = sum(newest.cpu_s.values()) - sum(then.cpu_s.values())
    words = [
        f"{(newest.at_ms - samples[0].at_ms) / 1000:4.0f} s",
        f"arrived {now.arrived:,}",
        f"open {now.sitting:,}",
        f"handed in {now.submitted:,}",
        f"{saves / seconds:,.0f} saves/s",
        f"p99 {percentile_ms(total.felt, 0.99):,.0f} ms",
        _behind(newest),
        f"CPU {_percent(server_s / seconds)} server" if newest.cpu_s else "",
        f"{_percent((now.cpu_s - before.cpu_s) / seconds)} generator",
        f"{total.failed} FAILED" if total.failed else "",
    ]
    return "  ".join(word for word in words if word)


def _behind(sample: Sample) -> str:
    if sample.lag_ms is None:
        return "record unknown"
    return f"record {sample.lag_ms / 1000:.1f} s behind"


def _percent(cores: float) -> str:
    """Return a share of one core."""
    return f"{100 * cores:.0f} %"
