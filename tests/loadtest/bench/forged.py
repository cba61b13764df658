"""Figures that no server made."""

from typing import Any

from loadtest.bench.cost import Cost, Round
from tests.loadtest.builders import MACHINE


def cost(us: float, *, recorded_us: float = 0.0, generator: float = 0.2) -> Cost:
    """A thousand operations in a second, of ``us`` each: two thirds the app's, a third Valkey's."""
    cpu_s = us / 1000
    return Cost(
        operations=1000,
        cpu_s={"app": cpu_s * 2 / 3, "valkey": cpu_s / 3, "flusher": 0.001},
        seconds=1.0,
        drained_cpu_s={"app": cpu_s, "postgres": (recorded_us - us) / 1000},
        generator_s=generator,
    )


def empty(us: float = 100.0, *, generator: float = 0.2) -> Cost:
    return Cost(1000, {"empty": us / 1000}, 1.0, generator_s=generator)


def turn(
    us: float, recorded_us: float = 0.0, *, generator: float = 0.2, log_bytes: float | None = 400.0
) -> Round:
    return Round(empty(), cost(us, recorded_us=recorded_us, generator=generator), log_bytes)


def operation(recorded: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields
    parts = {"app": 40.0, "valkey": 20.0, "flusher": 10.0, "postgres": 5.0}
    rest = {"a_second": 5000.0, "ratio": 1.2, "generator": 0.2, "void": False}
    return {**parts, "recorded": recorded, **rest, **more}


def bench(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields
    """A document in which everything is met."""
    known = {
        "machine": {
            **MACHINE,
            "cpu": "Forged",
            "memory_gb": 8.0,
            "kernel": "6.1",
            "python": "3.11.7",
            "postgres": "18.6",
            "valkey": "9.1",
            "locust": "2.47.0",
            "file_system": "ext4",
        },
        "cpu_share_elsewhere": 0.02,
        "short": False,
        "empty_us": 100.0,
        "save_ratio": 0.9,
        "save_ratio_with_flush": 1.3,
        "rounds": [turn(90, 130).describe()] * 5,
        "redis_disk_bytes_a_save": 400.0,
        "operations_us": {
            "save": operation(100.0),
            "beat": operation(50.0),
            "login": operation(600.0),
            "start": operation(300.0),
            "form": operation(100.0),
        },
        "redis_bytes_a_sitting": 2000,
        "redis_bytes_a_waiting_change": 50.0,
        "answers_a_sitting": 50,
        "postgres_bytes_a_change": 120.0,
        "postgres_bytes_an_answer": 80.0,
        "disk_free_gb": 10.0,
        "drain_rows_s": 50_000,
        "drain_us_a_row": {"flusher": 10.0, "postgres": 8.0, "valkey": 1.0},
        "save_us_by_sittings": {"1000": 60.0, "100000": 61.0},
        "flat_ratio": 1.017,
        "from_nothing_s": 12.0,
        "stop_s": 0.5,
        "again_s": 2.5,
        "prime_s": 6.0,
        "primed": 12_500,
        "configuration": {
            "web processes": 1,
            "partitions": 4,
            "connections": 64,
            "Valkey": {"appendfsync": "always", "save": "", "maxmemory": "1000000000"},
            "Postgres": {"fsync": "on"},
        },
    }
    return known | more
