"""Outages: silences that began together in one place, and the time they took. Pure.

An outage is found anew from the rows each time; what makes it the same one is that silences keep
their beginnings. The narrowest place is told that explains them: each of those hit there counts
for it, each of those at work there who were not hit counts half against it.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from math import ceil
from typing import Final, Literal, get_args

from app.proctoring.board.gaps import Gap
from app.proctoring.board.model import Glance
from app.proctoring.model import MINUTES_MOST
from app.proctoring.outages.silence import (
    HAS_WORKED,
    Limits,
    Silence,
    reaches,
    silences,
    works_at,
)

Kind = Literal["room", "unit", "network", "everybody"]
"""Where it is; of places that explain it equally well the one that is named first."""
Cause = Literal["network", "server"]

_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_MINUTE_MS: Final = 60_000
_AGAINST: Final = 0.5
_EVERYWHERE: Final = "*"
_NEARLY_ALL: Final = 0.9
"""A network that holds so many of all says nothing of where it is."""


@dataclass(frozen=True, slots=True)
class Outage:
    """Who was hit, where, from when to when (0 while it lasts; milliseconds since 1970).

    ``place``: the number of a room or unit, or a network; empty for everybody. ``of``: how many
    were at work there. ``minutes``: what is proposed as credit, 0 where nothing is.
    """

    id: str
    kind: Kind
    place: str
    cause: Cause
    start: int
    to: int
    hit: tuple[Glance, ...]
    still_away: int
    of: int
    minutes: int
    begun: tuple[tuple[int, str], ...] = ()
    """When the silence of each of those hit began, and whose it is: the first names it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Silences that began together in a place where ``of`` were at work."""

    kind: Kind
    place: str
    all: tuple[Silence, ...]
    of: int

    def is_outage(self, limits: Limits) -> bool:
        return len(self.all) >= limits.least and len(self.all) >= limits.share * self.of


class _Crowd:
    """Those who have worked in a place: how many were at it at a time."""

    def __init__(self, worked: Iterable[Glance]) -> None:
        spans = [(one.started_at, one.sealed_at) for one in worked]
        self._starts = sorted(start for start, _ in spans)
        self._ends = sorted(end for _, end in spans if end)

    def at(self, at: int) -> int:
        return bisect_right(self._starts, at) - bisect_left(self._ends, at)


def outages(
    glances: Sequence[Glance],
    at: int,
    gaps: Sequence[Gap],
    partitions: int,
    limits: Limits | None = None,
) -> list[Outage]:
    """Return the outages of an event as they are known at a time; what lasts first, then by age.

    ``gaps``: when the server was away, each an outage of its own for whoever was at work then;
    that time was given back in the moment the server was there again, and nothing is proposed.
    """
    judged = limits or Limits()
    known = silences(glances, at, gaps, partitions, judged)
    found = _of_server(glances, at, gaps, partitions, judged)
    if len(known) >= judged.least:
        candidates = _candidates(glances, known, judged)
        found += [_outage(one, at, judged) for one in _explained(candidates, judged)]
    return sorted(found, key=lambda one: (bool(one.to), -one.start, one.id))


def minutes_of(hit: Sequence[Silence], start: int, to: int, at: int) -> int:
    """Return the credit that is proposed, in whole minutes: rounded up, the same for all.

    It is the longest silence of those who came back (of everybody, while it lasts): they did work,
    and none of them shall lose by it. Who came back long after the others did so for another
    reason: it is no longer than the outage was.
    """
    back = [one.own_ms for one in hit if one.to] if to else [one.own_ms for one in hit]
    lost_ms = min(max(back), (to or at) - start)
    return min(max(1, ceil(lost_ms / _MINUTE_MS)), MINUTES_MOST)


def _outage(found: _Found, at: int, limits: Limits) -> Outage:
    first = found.all[0]
    back = sorted(one.to for one in found.all if one.to)
    to = _end(back, limits) if 2 * len(back) > len(found.all) else 0
    return Outage(
        id=f"{first.start // 1000}-{first.whose.sitting}",
        kind=found.kind,
        place="" if found.kind == "everybody" else found.place,
        cause="network",
        start=first.start,
        to=to,
        hit=tuple({one.whose.sitting: one.whose for one in found.all}.values()),
        still_away=len(found.all) - len(back),
        of=found.of,
        minutes=minutes_of(found.all, first.start, to, at),
        begun=tuple((one.start, one.whose.sitting) for one in found.all),
    )


def _end(back: Sequence[int], limits: Limits) -> int:
    """Return when most were back: the end of the largest bunch of returns."""
    bunches: list[list[int]] = []
    for one in back:
        if bunches and one - bunches[-1][-1] <= limits.together_ms:
            bunches[-1].append(one)
        else:
            bunches.append([one])
    return max(bunches, key=lambda bunch: (len(bunch), bunch))[-1]


def _of_server(
    glances: Sequence[Glance], at: int, gaps: Sequence[Gap], partitions: int, limits: Limits
) -> list[Outage]:
    found: list[Outage] = []
    for gap in gaps:
        if (gap.to or at) - gap.start < limits.server_ms:
            continue
        hit = tuple(
            one
            for one in glances
            if works_at(one, gap.start) and reaches(gap, one.sitting, partitions)
        )
        if not hit:
            continue
        back = gap.to or at
        away = sum(one.state == "open" and one.seen_at < back for one in hit)
        found.append(
            Outage(
                id=f"{gap.start // 1000}-server",
                kind="everybody",
                place="",
                cause="server",
                start=gap.start,
                to=gap.to,
                hit=hit,
                still_away=away,
                of=len(hit),
                minutes=0,
            )
        )
    return found


_PLACES: Final[dict[Kind, Callable[[Glance], str]]] = {
    "room": lambda one: one.room,
    "unit": lambda one: str(one.unit),
    "network": lambda one: one.network,
    "everybody": lambda _: _EVERYWHERE,
}
"""Where somebody is; empty where that is not known."""


def _candidates(
    glances: Sequence[Glance], known: Sequence[Silence], limits: Limits
) -> list[_Found]:
    worked = [one for one in glances if one.started_at and one.state in HAS_WORKED]
    everybody = _Crowd(worked)
    found: list[_Found] = []
    for kind, place_of in _PLACES.items():
        silent: dict[str, list[Silence]] = defaultdict(list)
        for one in known:
            silent[place_of(one.whose)].append(one)
        several = {
            place: some for place, some in silent.items() if place and len(some) >= limits.least
        }
        there: dict[str, list[Glance]] = {place: [] for place in several}
        for glance in worked if several else ():
            place = place_of(glance)
            if place in there:
                there[place].append(glance)
        for place, some in several.items():
            crowd = _Crowd(there[place])
            for bunch, of in _bunches(some, crowd, limits):
                vague = of >= _NEARLY_ALL * everybody.at(bunch[0].start)
                if kind != "network" or not vague:
                    found.append(_Found(kind, place, bunch, of))
    return found


def _bunches(
    some: Sequence[Silence], crowd: _Crowd, limits: Limits
) -> Iterable[tuple[tuple[Silence, ...], int]]:
    """Yield silences that began together, and how many were at work when the first of them did.

    Windows in which they are an outage are one where they overlap. The earliest silences are known
    first, so what is heard later never moves the beginning of a bunch.
    """
    begun, over, last = -1, 0, 0
    for first, one in enumerate(some):
        while last < len(some) and some[last].start <= one.start + limits.together_ms:
            last += 1
        hit, of = last - first, crowd.at(one.start)
        if hit < limits.least or hit < limits.share * of:
            continue
        if begun >= 0 and first >= over:
            yield tuple(some[begun:over]), crowd.at(some[begun].start)
            begun = -1
        begun, over = (first if begun < 0 else begun), last
    if begun >= 0:
        yield tuple(some[begun:over]), crowd.at(some[begun].start)


def _explained(candidates: Iterable[_Found], limits: Limits) -> Iterable[_Found]:
    """Yield the places that explain the silences best; each silence is explained once."""
    told: set[tuple[int, str]] = set()
    left = [(_against(one), n, one) for n, one in enumerate(candidates)]
    heapify(left)
    while left:
        _, n, one = heappop(left)
        rest = tuple(s for s in one.all if (s.start, s.whose.sitting) not in told)
        if len(rest) == len(one.all):
            yield one
            told |= {(s.start, s.whose.sitting) for s in rest}
            continue
        smaller = replace(one, all=rest)
        if smaller.is_outage(limits):
            heappush(left, (_against(smaller), n, smaller))


def _against(found: _Found) -> tuple[float, int, int]:
    """Return what is the smallest where the place explains its silences best."""
    hit = len(found.all)
    return _AGAINST * (found.of - hit) - hit, found.of, _KINDS.index(found.kind)
