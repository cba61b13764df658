"""Every setting has a default, is documented, and a wrong one is named."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.kit.errors import OpsError
from app.settings import Settings, load

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.documented():
        monkeypatch.delenv(name, raising=False)


def test_every_setting_stands_in_the_readme() -> None:
    table = README.read_text()
    assert [name for name in Settings.documented() if f"`{name}`" not in table] == []


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, purpose in Settings.documented().items() if not purpose] == []


def test_an_empty_environment_is_enough() -> None:
    settings = load()
    assert settings.port == 8000
    assert settings.app_workers == 2
    assert settings.data_dir == Path.cwd() / "data"


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert load().port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("APP_WORKERS", "0"),
        ("DATABASE_URL", "mysql://h/d"),
        ("REDIS_URL", "localhost:6379"),
        ("ALLOW_VOLATILE_REDIS", "perhaps"),
        ("VALKEY_MAXMEMORY", "much"),
        ("FLUSH_ROWS", "-1"),
        ("FLUSH_SECONDS", "0"),
        ("SECURE_COOKIES", "sometimes"),
        ("LOG_LEVEL", "loud"),
        ("TOKEN_KEY", "0123"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(OpsError, match=f"The setting {name} is wrong"):
        load()


def test_no_secret_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIN_KEY", "deadbeef")
    with pytest.raises(OpsError) as refused:
        load()
    assert "deadbeef" not in str(refused.value)
    monkeypatch.setenv("PIN_KEY", "ab" * 32)
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:hush@db/exam")
    assert "abab" not in repr(load())
    assert "hush" not in repr(load())


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        load().port = 1


def test_log_level_is_taken_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "debug")
    assert load().log_level == "DEBUG"


def test_embedded_stores_are_reached_by_socket(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    sockets = settings.socket_dir
    assert settings.postgres_url == f"postgresql+asyncpg://serentak@/serentak?host={sockets}"
    assert settings.redis_address == f"unix://{sockets}/valkey.sock"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("postgres://u:p%40@db:5433/exam", "postgresql+asyncpg://u:p%40@db:5433/exam"),
        ("postgresql://db/exam?sslmode=require", "postgresql+asyncpg://db/exam?ssl=require"),
        ("postgresql+asyncpg://db/exam", "postgresql+asyncpg://db/exam"),
    ],
)
def test_an_external_postgres_is_taken_as_it_is_usually_written(given: str, url: str) -> None:
    assert Settings(database_url=given).postgres_url == url


def test_an_external_redis_replaces_the_embedded_one() -> None:
    assert Settings(redis_url="rediss://room:6380/0").redis_address == "rediss://room:6380/0"


def test_a_socket_path_stays_short_however_deep_the_folder_is(tmp_path: Path) -> None:
    deep = Settings(data_dir=tmp_path / ("deep/" * 30))
    other = Settings(data_dir=tmp_path / ("deep/" * 31))
    assert len(os.fsencode(deep.socket_dir / ".s.PGSQL.5432.lock")) <= 107
    assert deep.socket_dir != other.socket_dir
