"""The files under deploy/, read as whoever uses them would; commands, as the shell takes them."""

import json
import re
import shlex
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from typer.main import get_command

from app.cli import app

PROJECT = Path(__file__).parents[2]
DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("serentak-*.service"))
SHARED = DEPLOY / "systemd" / "serentak-.service.d" / "common.conf"

_FENCED = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")


def text(name: str) -> str:
    return (DEPLOY / name).read_text()


def unit(path: Path) -> dict[str, list[str]]:
    """Return what a unit says, by name, a value a line."""
    said: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text().splitlines():
        name, is_said, value = line.partition("=")
        if is_said and not line.startswith("#"):
            said[name].append(value)
    return said


def variables(name: str) -> dict[str, str]:
    """Return the variables of an environment file, those that are commented out with them."""
    lines = re.findall(r"^#?([A-Z_]+)=(\S*)$", text(name), re.MULTILINE)
    return dict(lines)


def options(name: str, between: str) -> dict[str, str]:
    """Return the settings of a server's file: name, what stands between, value."""
    lines = (line.partition(between) for line in text(name).splitlines() if line[:1] not in "# ")
    return {name.strip(): value.strip().strip("'\"") for name, _, value in lines if name}


def compose_commands() -> list[list[str]]:
    """Return each service's command; they are written as JSON lists."""
    lists = re.findall(r"^    command: (\[.*?\])$", text("compose.yaml"), re.MULTILINE | re.DOTALL)
    return [json.loads(one) for one in lists]


def commands_in(name: str) -> Iterator[str]:
    """Yield the commands of a page: each line of its shell blocks, each span of code."""
    page = text(name)
    for block in _FENCED.findall(page):
        yield from block.replace("\\\n", " ").splitlines()
    for span in _SPAN.findall(_FENCED.sub("", page)):
        yield span.replace("\\|", "|")


def serentak_in(name: str) -> list[list[str]]:
    """Return the words after `serentak` of each of our own commands that a page shows in full."""
    whole = (line for line in commands_in(name) if "…" not in line.partition("#")[0])
    words = (shlex.split(line, comments=True) for line in whole if line.startswith("serentak "))
    return [given[1:] for given in words]


def understood(words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Parse a command as the shell's door does; return its name and what it was given.

    Raises:
        ClickException: where there is no such command, argument or option.
    """
    command: Any = get_command(app)
    args, parent, name = list(words), None, "serentak"
    while True:
        context = command.make_context(name, args, parent=parent)
        if not hasattr(command, "resolve_command"):
            return name, context.params
        left = [*context._protected_args, *context.args]
        parent = context
        name, command, args = command.resolve_command(context, left)
