"""The scenarios one after the other; what came of each, as a document and as a table."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from time import monotonic
from typing import Any

from rich.table import Table

from loadtest import machine
from loadtest.faults.ground import Ground
from loadtest.faults.house import House
from loadtest.faults.scenarios import SCENARIOS, Scenario
from loadtest.faults.size import Size

Say = Callable[[str], None]
TOLD = 10  # findings told in full, of each kind
ORDER = [scenario.id for scenario in SCENARIOS]


@dataclass(frozen=True, slots=True)
class Campaign:
    """What was asked for."""

    scenarios: Sequence[Scenario]
    seed: int
    quick: bool
    size: Size
    keep: bool = False


async def run(
    campaign: Campaign, say: Say, keep: Callable[[dict[str, Any]], object] = lambda _: None
) -> dict[str, Any]:
    """Play all scenarios, each on an installation of its own; return the document of the campaign.

    ``keep`` gets the document after each of them, so that a campaign of hours that is broken off
    has not been for nothing.

    In the short form on one, and a new one after a scenario that broke; those that may are played
    beside each other.
    """
    began = monotonic()
    results: list[dict[str, Any]] = []
    house: House | None = None
    known: dict[str, object] = {}
    try:
        for scenarios in turns(campaign):
            if house is None:
                house = await House(keep=campaign.keep).__aenter__()
                known = known or machine.describe(house.folder)
            played = await asyncio.gather(*(play(one, campaign, house) for one in scenarios))
            for result in played:
                say(line(result))
                for finding in (*result["said"], *result["findings"]):
                    say(f"    {finding}")
            results += played
            keep(_document(campaign, known, results, monotonic() - began))
            if not (campaign.quick and all(result["ok"] for result in played)):
                await house.__aexit__(None, None, None)
                house = None
    finally:
        if house is not None:
            await house.__aexit__(None, None, None)
    return _document(campaign, known, results, monotonic() - began)


def _document(
    campaign: Campaign,
    known: dict[str, object],
    results: Sequence[dict[str, Any]],
    seconds: float,
) -> dict[str, Any]:
    return {
        "machine": known,
        "seed": campaign.seed,
        "quick": campaign.quick,
        "size": asdict(campaign.size),
        "asked": [scenario.id for scenario in campaign.scenarios],
        "seconds": round(seconds, 1),
        "scenarios": list(results),
    }


def together_with(earlier: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Return a document in which some scenarios were played again in the place of the earlier ones.

    What was played with another seed, or at another size, is no part of the same campaign.
    """
    if any(earlier.get(name) != known[name] for name in ("seed", "quick", "size")):
        return known
    again = {result["id"] for result in known["scenarios"]}
    kept = [result for result in earlier["scenarios"] if result["id"] not in again]
    everything = [*kept, *known["scenarios"]]
    everything.sort(key=lambda result: ORDER.index(result["id"]))
    return known | {
        "asked": sorted({*earlier["asked"], *known["asked"]}, key=ORDER.index),
        "seconds": round(sum(result["seconds"] for result in everything), 1),
        "scenarios": everything,
    }


def turns(campaign: Campaign) -> list[list[Scenario]]:
    """Return the scenarios in their order; those of one turn are played at the same time."""
    made: list[list[Scenario]] = []
    for beside, run in groupby(campaign.scenarios, key=lambda one: one.beside):
        some = list(run)
        made += [some] if beside and campaign.quick else [[one] for one in some]
    return made


async def play(scenario: Scenario, campaign: Campaign, house: House) -> dict[str, Any]:
    """Play one scenario, and return what came of it."""
    ground = Ground(house, scenario.id, campaign.seed, campaign.size)
    began = monotonic()
    try:
        await scenario.play(ground)
    except Exception as error:  # noqa: BLE001 - whatever it was, the scenario did not end as it must
        ground.fail(f"{type(error).__name__}: {error}")
    ground.close()
    found = ground.found
    ok = not ground.failures and (
        bool(found.lost) if scenario.must_lose else found.holds and found.sent > 0
    )
    if ground.skipped:
        ok = not ground.failures
    if scenario.must_lose and not found.lost and not ground.skipped:
        ground.fail("nothing was found missing: this harness would find nothing anywhere")
    return {
        "id": scenario.id,
        "goal": scenario.goal,
        "about": scenario.about,
        "runs": ground.judged,
        "sent": found.sent,
        "acknowledged": found.acknowledged,
        "lost": len(found.lost),
        "doubled": len(found.doubled),
        "wrong": len(found.wrong),
        "must_lose": scenario.must_lose,
        "seconds": round(monotonic() - began, 1),
        "facts": {name: _rounded(value) for name, value in ground.facts.items()},
        "skipped": ground.skipped,
        "ok": ok,
        "said": ground.failures,
        "findings": [] if scenario.must_lose else _findings(ground),
    }


def _findings(ground: Ground) -> list[str]:
    found = ground.found
    kinds = (("lost", found.lost), ("doubled", found.doubled), ("wrong", found.wrong))
    return [f"{kind}: {text}" for kind, texts in kinds for text in texts[:TOLD]]


def line(result: dict[str, Any]) -> str:
    """Return a scenario's result in a line."""
    facts = " ".join(f"{name}={value}" for name, value in result["facts"].items())
    return (
        f"{verdict(result):8} {result['id']:15} {result['seconds']:6.1f} s  "
        f"sent {result['sent']}, acknowledged {result['acknowledged']}, lost {result['lost']}, "
        f"doubled {result['doubled']}, wrong {result['wrong']}  {facts}"
    )


def verdict(result: dict[str, Any]) -> str:
    """Say in a word what came of a scenario."""
    if not result["ok"]:
        return "NOT OK"
    return "skipped" if result["skipped"] else "ok"


def table(results: Iterable[dict[str, Any]]) -> Table:
    """Return all results for people at a terminal."""
    made = Table("", "goal", "scenario", title="The faults")
    for column in ("sent", "acknowledged", "lost", "doubled", "wrong", "seconds"):
        made.add_column(column, justify="right")
    for result in results:
        lost = f"{result['lost']:,}" + (" (must be)" if result["must_lose"] else "")
        made.add_row(
            verdict(result),
            result["goal"],
            f"{result['id']}: {result['about']}",
            f"{result['sent']:,}",
            f"{result['acknowledged']:,}",
            lost,
            f"{result['doubled']:,}",
            f"{result['wrong']:,}",
            f"{result['seconds']:,}",
        )
    return made


def _rounded(value: object) -> object:
    return round(value, 2) if isinstance(value, float) else value
