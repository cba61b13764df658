"""Units and services start what `serentak run` starts, by commands that exist, and no more."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from app import installation
from app.commands.running import sentence_of
from app.settings import Settings
from tests.deploy.files import (
    DEPLOY,
    PROJECT,
    SHARED,
    UNITS,
    compose_commands,
    text,
    understood,
    unit,
    variables,
)

OURS = [path for path in UNITS if path.stem != "serentak-valkey"]
EVERY_PROCESS = {"app": ("serve",), **installation._COMMANDS}
PHONES = 12_500


def _name(path: Path) -> str:
    return path.stem.removeprefix("serentak-")


def test_each_process_has_a_unit_that_starts_what_run_starts() -> None:
    started = {_name(path): shlex.split(unit(path)["ExecStart"][0]) for path in OURS}
    wanted = {name: ["/opt/serentak/bin/serentak", *words] for name, words in EVERY_PROCESS.items()}
    assert started == wanted


@pytest.mark.parametrize("path", OURS, ids=_name)
def test_a_unit_starts_a_command_that_exists(path: Path) -> None:
    understood(shlex.split(unit(path)["ExecStart"][0])[1:])


@pytest.mark.parametrize("path", UNITS, ids=_name)
def test_a_unit_belongs_to_the_target_and_to_nobody_powerful(path: Path) -> None:
    wanted = " ".join(unit(DEPLOY / "systemd" / "serentak.target")["Wants"]).split()
    assert path.name in wanted
    assert unit(path)["WantedBy"] == ["serentak.target"]
    assert unit(path)["User"] == ["serentak-valkey" if _name(path) == "valkey" else "serentak"]
    users = (DEPLOY / "systemd" / "sysusers.conf").read_text()
    assert f"u {unit(path)['User'][0]} " in users


def test_only_the_units_that_need_the_keys_are_given_them() -> None:
    with_settings = [path for path in UNITS if "EnvironmentFile" in unit(path)]
    assert with_settings == OURS


def test_what_the_units_share_never_gives_up_and_gains_nothing() -> None:
    shared = unit(SHARED)
    assert shared["Restart"] == ["always"]
    assert shared["StartLimitIntervalSec"] == ["0"]
    assert float(shared["RestartSec"][0]) <= 2
    assert shared["NoNewPrivileges"] == shared["PrivateTmp"] == ["yes"]
    assert shared["ProtectSystem"] == ["strict"]
    assert shared["CapabilityBoundingSet"] == [""]


def test_every_phone_finds_an_open_file() -> None:
    app_files = int(unit(DEPLOY / "systemd" / "serentak-app.service")["LimitNOFILE"][0])
    nginx_files, connections = (
        int(*re.findall(rf"{name} (\d+);", text("nginx.conf")))
        for name in ("worker_rlimit_nofile", "worker_connections")
    )
    in_compose = [
        int(number) for number in re.findall(r"nofile: {soft: (\d+)", text("compose.yaml"))
    ]
    # Through a proxy a phone takes one file of the app and two of the proxy.
    assert min(app_files, connections, *in_compose) > 2 * PHONES
    assert nginx_files >= 2 * connections


def test_the_services_of_compose_start_the_same_and_migrate_before() -> None:
    ours = [words[1:] for words in compose_commands() if words[0] == "serentak"]
    for words in ours:
        understood(words)
    assert sorted(ours) == sorted([["migrate"], *map(list, EVERY_PROCESS.values())])


def test_compose_asks_for_what_its_example_names() -> None:
    asked = set(re.findall(r"\${(\w+)", text("compose.yaml")))
    assert asked == set(variables("compose.env.example"))


def test_compose_sets_settings_that_exist() -> None:
    shared = re.search(r"\n  environment:\n(.*?)\n  #", text("compose.yaml"), re.DOTALL)
    assert shared is not None
    known = {*Settings.documented(), "FORWARDED_ALLOW_IPS"}  # the last one is uvicorn's own
    assert set(re.findall(r"^    (\w+):", shared[1], re.MULTILINE)) <= known


def test_compose_mounts_files_that_exist() -> None:
    mounted = re.findall(r"- \./(\S+?):", text("compose.yaml"))
    assert mounted
    assert [name for name in mounted if not (DEPLOY / name).is_file()] == []


def test_the_image_is_made_of_what_is_let_in() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text("Dockerfile"), re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    let_in = set(re.findall(r"^!(\S+)$", text("Dockerfile.dockerignore"), re.MULTILINE))
    assert sources == let_in
    assert [name for name in sources if not (PROJECT / name).exists()] == []


def test_the_image_runs_as_nobody_in_particular_and_tells_its_health() -> None:
    image = text("Dockerfile")
    assert re.search(r"^USER 10001:10001$", image, re.MULTILINE)
    assert "/health/live" in image
    assert "--require-hashes" in image
    set_there = re.search(r"ENV PATH=/opt/serentak/bin:\$PATH \\\n((?: .*\n)+)", image)
    assert set_there is not None
    named = set(re.findall(r"^    (\w+)=", set_there[1], re.MULTILINE))
    assert {name for name in named if not name.startswith("PYTHON")} <= set(Settings.documented())


def test_a_web_worker_writes_its_log_as_the_other_processes_do(tmp_path: Path) -> None:
    program = "import logging, app.main as m; m.worker(); logging.getLogger('it').warning('said')"
    environment = {"DATA_DIR": str(tmp_path), "LOG_LEVEL": "WARNING"}
    asked = [sys.executable, "-c", program]
    done = subprocess.run(
        asked, env=environment, cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"[\d-]{10} [\d:,]{12} WARNING it: said\n", done.stderr)


def test_a_file_that_cannot_be_written_is_not_taken_for_a_store() -> None:
    refused = PermissionError(13, "Permission denied", "/root/cards.csv")
    assert sentence_of(refused) == "/root/cards.csv cannot be used: Permission denied."
    away = sentence_of(ConnectionRefusedError(111, "Connect call failed"))
    assert away is not None
    assert away.startswith("Postgres cannot be used")
