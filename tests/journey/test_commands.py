"""What ops reads when something is missing: one sentence and status 1, never a trace."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.bank.shipped import CONTENT, shipped_bank
from app.kit import secrets
from app.settings import Settings
from tests.databases import admin, copy_of


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


@pytest.mark.asyncio
async def test_a_bank_comes_in_whole_or_not_at_all(
    settings: Settings, schema: str, tmp_path: Path
) -> None:
    async with copy_of(settings.postgres_url, schema) as name:
        url = f"postgresql://serentak@/{name}?host={settings.socket_dir}"
        stores = {"DATA_DIR": str(settings.data_dir), "DATABASE_URL": url}
        folder = Path(shutil.copytree(CONTENT, tmp_path / "bank"))
        file = folder / "items" / "keamanan-digital.toml"
        whole = file.read_text()
        file.write_text(whole.replace('competence = "4.', 'competence = "9.'))
        status, text = said("bank", "import", str(folder), **stores)
        assert status == 1
        assert text.startswith("serentak: 30 faults in the bank:\n")
        assert text.count("keamanan-digital.toml, KD-") == 30
        file.write_text(whole)
        status, text = said("bank", "import", str(folder), **stores)
        items = len(shipped_bank().items)
        assert (status, text) == (
            0,
            f"instrument kukar-2023 version 1: new\nitems: {items} new, 0 revised, 0 unchanged\n",
        )


def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    status, text = said("audit", "kukar-2023", DATA_DIR=str(tmp_path))
    assert status == 1
    assert "token.key is missing: run `serentak migrate`" in text
