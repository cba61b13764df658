"""RESULTS.md says what the harnesses found, what they did not, and what was not run."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from loadtest.report import __main__ as module
from loadtest.report.__main__ import main, render
from loadtest.report.lines import SOURCES
from tests.loadtest.bench.forged import bench
from tests.loadtest.report.forged import boards, day, faults, full_day, played


def rows(text: str, source: str) -> list[list[str]]:
    """Return the cells of the table of goals that a document has."""
    lines = (line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| "))
    return [cells for cells in lines if cells[0] == source and len(cells) == 6]


def written(**documents: dict[str, Any]) -> str:
    return render(documents, "")


def test_a_goal_is_met_or_short_with_its_reason() -> None:
    reasons = '[day]\n"server CPU a participant" = "Of {{ day.machine.cores }} cores."\n'
    assert rows(written(day=full_day()), "day") == [
        ["day", "S2", "server CPU a participant", "at most 15 ms", "14.0 ms", "met"]
    ]
    assert "What falls short" not in written(day=full_day())
    short = render({"day": full_day(met=False)}, reasons)
    assert rows(short, "day")[0][-1] == "**short**"
    assert "- **server CPU a participant** (day, S2): 23.7 ms, asked at most 15 ms. Of 2 c" in short
    assert "asked at most 15 ms. Not explained yet." in written(day=full_day(met=False))


def test_what_was_not_run_is_said_to_be_missing() -> None:
    assert "**Not run:** day, doors, deadline, boards, hold, overload, faults." in written(
        bench=bench()
    )
    everything = dict.fromkeys(("day", "doors", "deadline", "hold", "overload"), full_day())
    told = written(**everything, boards=boards(), bench=bench(), faults=faults())
    assert "Not run" not in told


def test_the_boards_stand_there_with_what_they_cost() -> None:
    told = written(boards=boards())
    assert "| boards of a unit | 9,000 | 600 | 1100 | 1400 |" in told
    assert "400.0 µs without and 408.0 beside them: 1.02 ×" in told
    assert "Valkey among them 100.0 and 108.0." in told
    assert rows(told, "boards")[0][1] == "S7"
    elsewhere = boards(path_us_ratio=None, path_us_without=None, path_us_beside=None)
    assert "of its own" not in written(boards=elsewhere)


def test_a_short_form_is_marked_as_such_and_needs_no_reason() -> None:
    told = written(
        day=day(),
        bench=bench(short=True, save_ratio=9.0),
        faults=faults(played("kill-redis", facts={"kills": 4}), quick=True),
    )
    assert "**Short form, which proves less:** day, bench, faults." in told
    verdicts = {cells[2]: cells[5] for source in SOURCES for cells in rows(told, source)}
    assert verdicts["a save, acknowledged, in empty routes"] == "**short** (short form)"
    assert verdicts["draining"] == "met (short form)"
    assert verdicts["kill-redis"] == "**short** (short form)"
    assert "| day (short form) |" in told
    assert "What falls short" not in told
    full = written(day=full_day(), bench=bench(), faults=faults())
    assert "short form" not in full.lower()


def test_every_number_is_a_documents() -> None:
    told = written(bench=bench(save_ratio=1.0123, drain_rows_s=51_234, answers_a_sitting=47))
    for number in ("1.012 ×", "51,234 rows/s", "A sitting of 47 answers", "400.0 bytes in Redis"):
        assert number in told


def test_no_number_was_typed_into_the_page() -> None:
    template = (Path(module.__file__).parent / "results.md.jinja").read_text(encoding="utf-8")
    typed = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|p50 / p95 / p99", "", template, flags=re.DOTALL)
    assert re.findall(r".*\d.*", typed) == []


def test_capacity_stands_there_for_the_reference_day_and_for_its_roster() -> None:
    told = written(bench=bench())
    assert "| 10,303 people at once |" in told
    assert "| 12,500 people at once |" in told
    assert "| saves | a second | 143 | 20,000 | 140 |" in told
    assert "| Redis, memory | MB | 25 | 1,000 | 40 |" in told


def test_void_figures_are_called_void() -> None:
    operations = bench()["operations_us"] | {"save": {"void": True, "generator": 0.95}}
    told = written(bench=bench(empty_us=None, save_ratio=None, operations_us=operations))
    assert "| save | void | void | void | void | void | void | void |" in told
    assert "10,303 people at once: void" in told
    assert "**short**" in rows(told, "bench")[0]
    assert "wrk never more than 95 % of one core" in told


def test_a_run_whose_generator_set_the_pace_is_void() -> None:
    assert "60 % |" in written(day=full_day(generator_busiest=0.6))
    assert "99 % (**void:** it set the pace) |" in written(day=full_day(generator_busiest=0.99))


def test_a_document_of_another_machine_or_version_is_told_of() -> None:
    elsewhere = bench()["machine"] | {"cores": 64, "fsync_ms": 9.9}
    told = written(day=full_day(), bench=bench(machine=elsewhere))
    assert "Measured elsewhere or of other versions: bench (cores 64)." in told
    assert "Measured elsewhere" not in written(day=full_day(), bench=bench())


def test_the_hold_tells_what_people_at_natural_pace_cost() -> None:
    hold = full_day(server_cpu_s=120.0, load_s=600.0)
    assert "used 0.2 of 2 cores: they would fit 10.0 times" in written(bench=bench(), hold=hold)


def test_a_broken_scenario_and_a_skipped_one_are_told_of() -> None:
    told = written(faults=faults(played("rolling", ok=False), played("disk-full", skipped="no")))
    table = [line for line in told.splitlines() if line.startswith(("| rolling ", "| disk-full "))]
    assert [line.rsplit("|", 2)[1].strip() for line in table] == ["skipped: no", "**broken**"]
    assert "as it must lose" in told


def test_where_no_harness_was_run_there_is_nothing_to_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "RESULTS", tmp_path)
    monkeypatch.setattr(module, "WRITTEN", tmp_path / "RESULTS.md")
    assert main() == 1
    assert "no harness has left a document" in capsys.readouterr().out
    assert not module.WRITTEN.exists()


def test_what_the_harnesses_left_is_read_and_what_else_lies_there_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "RESULTS", tmp_path)
    monkeypatch.setattr(module, "WRITTEN", tmp_path / "RESULTS.md")
    (tmp_path / "bench.json").write_bytes(orjson.dumps(bench()))
    (tmp_path / "notes.json").write_text("{}")
    assert main() == 0
    assert "# Results" in module.WRITTEN.read_text()


def test_a_reason_that_will_not_do_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "RESULTS", tmp_path)
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "WRITTEN", tmp_path / "RESULTS.md")
    (tmp_path / "bench.json").write_bytes(orjson.dumps(bench()))
    (tmp_path / "reasons.toml").write_text('[bench]\n"typo" = "Slow."\n')
    assert main() == 1
    assert "bench has no goal 'typo'" in capsys.readouterr().out
    assert not module.WRITTEN.exists()
