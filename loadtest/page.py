"""The run as a page of its own: opens from disk, needs no network, can be printed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from loadtest.plot import Plot, plot
from loadtest.scenarios import SCENARIOS
from loadtest.show import audit_lines, remarks

CALLS = ("login", "start", "form", "answers", "submit")
FINE_BELOW_MS = 10
SERVER = ("app", "valkey", "flusher", "postgres")  # each with a colour of its own
NESTED = (dict, list, str, bool)

_templates: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["grouped"] = lambda number: f"{number:,}"
_templates.filters["ms"] = lambda ms: f"{ms:,.0f} ms" if ms >= FINE_BELOW_MS else f"{ms} ms"
_templates.filters["minutes"] = lambda s: f"{round(s) // 60}:{round(s) % 60:02d} min"


def render(known: Mapping[str, Any]) -> str:
    """Return the page of a run's document."""
    scenario = SCENARIOS[known["scenario"]]
    return _templates.get_template("run.html").render(
        known=known,
        title=scenario.title,
        scores=scenario.scores,
        plots=plots(known["timeline"]),
        audit=audit_lines(known["audit"]),
        remarks=remarks(known),
        figures={
            name: value
            for name, value in known.items()
            if value is not None and not isinstance(value, NESTED)
        },
    )


def plots(course: Mapping[str, Any]) -> list[Plot]:
    """Return the plots of a run's course over time."""
    at_s = course["at_s"]
    by_name = course["p99_ms_by_name"]
    latencies = {name: course[f"{name}_ms"] for name in ("p50", "p95", "p99")}
    people = {name.replace("_", " "): course[name] for name in ("arrived", "open", "handed_in")}
    refused = {"busy": course["busy"], "failed": course["failed"]}
    return [
        plot("Sittings", "people", at_s, people),
        plot("Throughput", "a second", at_s, {n: course[n] for n in ("requests", "saves")}),
        plot("Latency since due", "ms", at_s, latencies, logarithmic=True),
        plot(
            *("99th percentile by call", "ms", at_s),
            {name: by_name[name] for name in CALLS if name in by_name},
            logarithmic=True,
        ),
        plot("Record behind the room", "s", at_s, {"oldest entry": course["lag_s"]}),
        plot("Record behind the room", "entries", at_s, {"waiting": course["lag_entries"]}),
        plot("CPU, one on top of the other", "cores", at_s, _cpu(course), stacked=True),
        plot(
            *("Load generator late", "ms", at_s),
            {"99 % within": course["woke_p99_ms"]},
            logarithmic=True,
        ),
        plot("Refused for a while, and failed", "a second", at_s, refused),
    ]


def _cpu(course: Mapping[str, Any]) -> dict[str, list[float | None]]:
    """Return who used the cores: the server's processes, the load generator, and whatever else."""
    server = course["cpu_server"]
    lines = {name: server[name] for name in SERVER if name in server}
    rest = [column for name, column in server.items() if name not in SERVER]
    if rest:
        lines["rest of the server"] = [sum(values) for values in zip(*rest, strict=True)]
    lines["load generator"] = course["cpu_locust"]
    return lines | {"everything else": course["cpu_other"]}
