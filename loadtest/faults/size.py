"""How much of everything: the short form, and the campaign of D1."""

from dataclasses import dataclass, fields, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Size:
    """Counts and seconds. The names can be given in COUNTS: ``redis=20,races=1000``."""

    redis: int = 200
    app: int = 200
    flusher: int = 200
    postgres: int = 50
    several: int = 20
    """Kills, of each process and of several together."""
    crashes: int = 0
    """Crash points to pass, drawn by the seed; 0: each of them three times."""
    cuts: int = 20
    """Power cuts with ``always``."""
    away_s: int = 900
    """How long Postgres stands still."""
    emptied: int = 10
    put_back: int = 5
    """How often Redis is emptied, and each store put back."""
    full_s: int = 20
    """How long memory and disk are full."""
    black_s: int = 30
    latency_ms: int = 2000
    storm_s: int = 120
    """Network: a black-out, the longest delay of a block, how long it is bad."""
    offline: int = 500
    """Changes written without a line."""
    takeovers: int = 200
    races: int = 100_000
    shuffled: int = 200
    """Rounds of duplicated and reordered requests."""
    deadlines: int = 5
    rolling: int = 5
    devices: int = 40


LONG: Final = Size()
QUICK: Final = Size(
    redis=4,
    app=3,
    flusher=2,
    postgres=2,
    several=1,
    crashes=3,
    cuts=1,
    away_s=4,
    emptied=1,
    put_back=1,
    full_s=2,
    black_s=2,
    latency_ms=200,
    storm_s=4,
    offline=60,
    takeovers=8,
    races=300,
    shuffled=10,
    deadlines=1,
    rolling=1,
    devices=10,
)


def parse(text: str, size: Size) -> Size:
    """Return a size with what ``name=count,…`` says otherwise.

    Raises:
        ValueError: when a name is unknown or a count is no whole number.
    """
    given = dict(part.partition("=")[::2] for part in text.split(",") if part)
    known = {field.name for field in fields(Size)}
    for name, count in given.items():
        if name not in known or not count.isdecimal():
            names = ", ".join(sorted(known))
            raise ValueError(f"COUNTS: {name}={count} will not do; names are {names}")
    return replace(size, **{name: int(count) for name, count in given.items()})
