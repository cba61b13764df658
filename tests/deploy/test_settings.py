"""The example of the settings names each that an installation may need, and no other."""

import shlex
from pathlib import Path

import pytest

from app.settings import Settings, load
from tests.deploy.files import DEPLOY, text, variables

# Of the embedded Valkey, and of rooms that may lose answers: neither has business on the day.
NOT_FOR_THE_DAY = {"VALKEY_MAXMEMORY", "ALLOW_VOLATILE_REDIS"}


def test_the_example_names_every_setting_and_only_settings() -> None:
    assert set(variables("env.example")) == set(Settings.documented()) - NOT_FOR_THE_DAY


def test_the_example_is_taken_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.documented():
        monkeypatch.delenv(name, raising=False)
    for name, value in variables("env.example").items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.data_dir == Path("/var/lib/serentak")
    assert settings.postgres_url.startswith("postgresql+asyncpg://serentak@/serentak?host=")
    assert settings.redis_address == "unix:///run/serentak-valkey/valkey.sock"
    assert settings.secure_cookies == "always"


def test_what_is_commented_out_shows_the_default() -> None:
    shown = {
        name: value
        for name, value in variables("env.example").items()
        if f"\n#{name}=" in text("env.example")
    }
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert shown == {name: str(defaults[name]) for name in shown}


@pytest.mark.parametrize("name", ["env.example", "compose.env.example"])
def test_systemd_compose_and_the_shell_read_the_same(name: str) -> None:
    """None of them needs quotes, and none finds something to expand."""
    for variable, value in variables(name).items():
        assert shlex.split(f"{variable}={value}") == [f"{variable}={value}"]
        assert "$" not in value


def test_the_shells_door_takes_the_settings_of_the_services() -> None:
    script = (DEPLOY / "systemd" / "serentak").read_text()
    assert "/etc/serentak/serentak.env" in script
    assert script.rstrip().endswith('/opt/serentak/bin/serentak "$@"')
