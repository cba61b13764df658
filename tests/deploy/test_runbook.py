"""What the runbook tells people to type exists, and its questions to Postgres have answers."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncEngine

from app.commands.act import _scope
from app.proctoring.model import order
from app.settings import Settings
from tests.deploy.files import DEPLOY, PROJECT, UNITS, commands_in, serentak_in, text, understood

PAGES = ["RUNBOOK.md", "README.md"]
COMMANDS = [words for page in PAGES for words in serentak_in(page)]
QUESTIONS = re.findall(r'psql serentak -c "(.*?)"', text("RUNBOOK.md"))


@pytest.fixture(autouse=True)
def _files_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roster.csv").touch()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_of_the_pages_exists_with_its_options(words: list[str]) -> None:
    name, given = understood(words)
    if name == "act":
        narrower = {whom: given[whom] for whom in ("sitting", "nip", "unit", "room")}
        scope = _scope(given["event"], **narrower)
        told = {name: given[name] for name in ("minutes", "text", "reason")}
        order(given["kind"], scope, action="a1", actor="ops", **told)


def test_the_runbook_shows_every_command_that_a_bad_day_needs() -> None:
    shown = {words[0] for words in serentak_in("RUNBOOK.md")}
    assert {"act", "audit", "recover", "reflow", "card", "roster", "prime", "results"} <= shown


@pytest.mark.asyncio
@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_question_to_postgres_fits_the_schema(question: str, record: AsyncEngine) -> None:
    async with record.connect() as conn:
        assert (await conn.execute(sql(question.replace("::int", "\\:\\:int")))).all() == []


def test_units_that_the_pages_name_exist() -> None:
    named = {
        word
        for page in PAGES
        for line in commands_in(page)
        if line.startswith("systemctl")
        for word in re.findall(r"\bserentak-\w+", line)
    }
    assert named
    assert named <= {path.stem for path in UNITS}


def test_files_that_the_pages_name_exist() -> None:
    named = {
        word.rstrip("*")
        for page in PAGES
        for line in commands_in(page)
        for word in re.findall(r"(?<!\S)deploy/\S+", line)
    }
    assert named
    assert [name for name in named if not list(PROJECT.glob(f"{name.rstrip('/')}*"))] == []


def test_the_readme_lists_every_file() -> None:
    page = text("README.md")
    top = [path.name for path in DEPLOY.iterdir() if path.name not in {"README.md", "__pycache__"}]
    hidden = {"Dockerfile.dockerignore"}
    assert [name for name in top if name not in page and name not in hidden] == []


def test_a_variable_that_the_drill_changes_is_a_setting() -> None:
    changed = re.findall(r"s#\^(\w+)=", text("RUNBOOK.md"))
    assert len(changed) == 3
    assert set(changed) <= set(Settings.documented())
