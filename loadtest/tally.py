"""What the Locust processes counted, added up: the figures of the requests."""

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any

from loadtest.pulse import AFTER, BEFORE, RECONNECT, Beat, Calls, Histogram, add, percentile_ms

BUSY = " (busy)"
SHARES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
WINDOW_MS = 10_000


def tally(beats: Sequence[Beat]) -> dict[str, Any]:
    """Return the figures of the requests.

    Milliseconds count from the moment at which a request was due; with ``from_send`` from the
    moment at which it was sent. Refusals with Retry-After are requests, and no failures. Those that
    only prepared what was measured are counted, but not in the percentiles of everything.
    """
    names: dict[str, Calls] = defaultdict(Calls)
    total, woke = Calls(), Histogram()
    for beat in beats:
        add(woke, beat.woke)
        for name, calls in beat.calls.items():
            names[name].add(calls)
    reconnects = names.pop(RECONNECT, Calls()).requests
    for name, calls in names.items():
        if not name.startswith((BEFORE, AFTER)):
            total.add(calls)
    return {
        "requests": sum(calls.requests for calls in names.values()),
        "requests_failed": sum(calls.failed for calls in names.values()),
        "requests_busy": sum(c.requests for name, c in names.items() if name.endswith(BUSY)),
        "reconnects": reconnects,
        **_percentiles(total.felt, "ms"),
        **_percentiles(total.took, "from_send_ms"),
        "generator_late_p99_ms": percentile_ms(woke, 0.99),
        "generator_busiest": round(busiest(beats), 3),
        "load_s": load_s(beats),
        "requests_by_name": {name: _line(names[name]) for name in sorted(names)},
    }


def load_s(beats: Sequence[Beat]) -> float:
    """Return the seconds from the first request to the last."""
    moments = [beat.at_ms for beat in beats if beat.calls]
    return (max(moments) - min(moments)) / 1000 if moments else 0.0


def busiest(beats: Sequence[Beat]) -> float:
    """Return the largest share of a core that one Locust process took for ten seconds."""
    most = 0.0
    began: dict[str, deque[Beat]] = defaultdict(deque)
    for beat in beats:
        window = began[beat.process]
        window.append(beat)
        while len(window) > 1 and beat.at_ms - window[1].at_ms >= WINDOW_MS:
            window.popleft()
        lasts_ms = beat.at_ms - window[0].at_ms
        if lasts_ms >= WINDOW_MS:
            most = max(most, (beat.cpu_s - window[0].cpu_s) * 1000 / lasts_ms)
    return most


def in_turn(beats: Sequence[Beat]) -> list[tuple[Beat | None, Beat]]:
    """Return each line with the line of the same process before it."""
    newest: dict[str, Beat] = {}
    pairs = []
    for beat in beats:
        pairs.append((newest.get(beat.process), beat))
        newest[beat.process] = beat
    return pairs


def _line(calls: Calls) -> dict[str, float]:
    return {
        "requests": calls.requests,
        "failed": calls.failed,
        **_percentiles(calls.felt, "ms"),
        "p99_from_send_ms": percentile_ms(calls.took, 0.99),
    }


def _percentiles(histogram: Histogram, unit: str) -> dict[str, float]:
    return {f"{name}_{unit}": percentile_ms(histogram, share) for name, share in SHARES.items()}
