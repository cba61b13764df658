"""What ops reads when something is missing: one sentence and status 1, never a trace."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.kit import secrets
from app.settings import Settings
from tests.databases import admin


def said(*command: str, **environment: str) -> tuple[int, str]:
    """Run a command; return its status and all it said."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("command", "store"),
    [(("audit", "kukar-2023"), "REDIS_URL"), (("results", "kukar-2023"), "DATABASE_URL")],
)
def test_a_store_that_is_away_is_named(
    tmp_path: Path, command: tuple[str, ...], store: str
) -> None:
    secrets.create_missing(Settings(data_dir=tmp_path))
    status, text = said(*command, DATA_DIR=str(tmp_path), DATABASE_URL="", REDIS_URL="")
    assert status == 1
    assert text.startswith("serentak: ")
    assert store in text
    assert "Traceback" not in text


@pytest.mark.asyncio
async def test_an_empty_postgres_asks_for_the_migration(settings: Settings) -> None:
    await admin(settings.postgres_url, "CREATE DATABASE nothing_yet")
    url = f"postgresql://serentak@/nothing_yet?host={settings.socket_dir}"
    status, text = said("results", "kukar-2023", DATA_DIR=str(settings.data_dir), DATABASE_URL=url)
    assert (status, text) == (
        1,
        "serentak: Postgres has no schema yet: run `serentak migrate`.\n",
    )


def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    status, text = said("audit", "kukar-2023", DATA_DIR=str(tmp_path))
    assert status == 1
    assert "token.key is missing: run `serentak migrate`" in text
