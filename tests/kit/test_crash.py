"""A crash point kills once, at the pass that was ordered, and is nothing at all unarmed."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.kit import crash

APP = Path(crash.__file__).parents[1]
PASSES = """
import sys
from app.kit.crash import crash_point
for n in range(4):
    crash_point("flush-said")
    crash_point("batch-due")
    print(n, flush=True)
"""


def passing(order: str | None) -> "subprocess.CompletedProcess[str]":
    env = {name: value for name, value in os.environ.items() if name != "CRASH_AT"}
    if order is not None:
        env["CRASH_AT"] = order
    return subprocess.run(
        [sys.executable, "-c", PASSES], env=env, capture_output=True, text=True, check=False
    )


def test_unarmed_nothing_happens() -> None:
    assert crash.crash_point is crash.unarmed
    assert passing(None).stdout.split() == ["0", "1", "2", "3"]


def test_it_dies_at_the_pass_that_was_ordered(tmp_path: Path) -> None:
    done = passing(f"batch-due:3:{tmp_path / 'note'}")
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == ["0", "1"]


def test_it_dies_once_whoever_is_started_again(tmp_path: Path) -> None:
    order = f"batch-due:1:{tmp_path / 'note'}"
    assert passing(order).returncode == -signal.SIGKILL
    assert passing(order).returncode == 0
    assert (tmp_path / "note").read_text().startswith("batch-due ")


def test_a_point_that_does_not_exist_cannot_be_armed() -> None:
    with pytest.raises(ValueError, match="no crash point: typo"):
        crash.armed("typo:1:/nowhere")


def test_every_point_stands_at_one_place_of_the_code() -> None:
    code = "\n".join(path.read_text() for path in APP.rglob("*.py"))
    assert sorted(re.findall(r'\bcrash_point\("([a-z-]+)"\)', code)) == sorted(crash.POINTS)
