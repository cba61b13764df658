"""What an installation may set, read once from the environment and then frozen.

A setting's environment name is its field's name in upper case. The README's table of settings is
checked against the fields and their descriptions.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.kit.errors import OpsError

# A Unix socket's path is limited to 107 bytes; the longest name below is "/.s.PGSQL.5432.lock".
_LONGEST_SOCKET_DIR = 107 - len("/.s.PGSQL.5432.lock")

TimeZone = Literal["WIB", "WITA", "WIT"]
"""The three of Indonesia, UTC+7 to UTC+9; none has a summer time."""
UTC_OFFSETS: Final[dict[TimeZone, int]] = {"WIB": 7, "WITA": 8, "WIT": 9}
"""In hours."""
Key = Annotated[str, Field(pattern=r"^([0-9a-fA-F]{64})?$", repr=False)]


class Settings(BaseSettings):
    """One frozen object, made by ``load`` and passed to whoever needs it."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    host: str = Field(
        default="127.0.0.1", min_length=1, description="Address the web server listens on."
    )
    port: int = Field(
        default=8000, ge=1, le=65535, description="TCP port the web server listens on."
    )
    data_dir: Path = Field(
        default=Path("data"),
        description="Folder of all that is kept: stores, secrets, pid files.",
    )
    app_workers: int = Field(default=2, ge=1, le=64, description="Web processes; about one a core.")
    database_url: str = Field(
        default="",
        pattern=r"^(postgres(ql)?(\+asyncpg)?://.+)?$",
        repr=False,
        description="External Postgres (15 or newer), `postgresql://...`; empty: embedded.",
    )
    redis_url: str = Field(
        default="",
        pattern=r"^((redis|rediss|unix)://.+)?$",
        repr=False,
        description="External Redis (7.0 or newer) or Valkey, `redis://...`; empty: embedded.",
    )
    allow_volatile_redis: bool = Field(
        default=False,
        description="Open the room on a Redis that may lose answers; never on the day.",
    )
    valkey_maxmemory: str = Field(
        default="2gb",
        pattern=r"^[1-9][0-9]*([kmgKMG][bB]?)?$",
        description="Memory limit of the embedded Valkey; at the limit it refuses, never forgets.",
    )
    flush_rows: int = Field(
        default=5000,
        ge=1,
        le=100_000,
        description="Log entries recorded in Postgres at most in one batch.",
    )
    flush_seconds: float = Field(
        default=1.0, gt=0, le=60, description="Seconds an entry waits for its batch to fill."
    )
    secure_cookies: Literal["auto", "always", "never"] = Field(
        default="auto", description="Mark cookies Secure: `auto` where the request came over TLS."
    )
    time_zone: TimeZone = Field(
        default="WITA", description="In which times of day are said: WIB, WITA or WIT."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severe log line that is written."
    )
    token_key: Key = Field(
        default="", description="Key of the participants' tokens, 64 hex digits."
    )
    pin_key: Key = Field(default="", description="Key of the card PINs, 64 hex digits.")
    nip_key: Key = Field(default="", description="Key that hides NIPs in Redis, 64 hex digits.")
    form_key: Key = Field(
        default="", description="Key that the forms are drawn with, 64 hex digits."
    )
    staff_key: Key = Field(
        default="",
        description="Key of the staff's second factors and the audit log's chain, 64 hex digits.",
    )
    receipt_key: Key = Field(
        default="", description="Ed25519 seed that signs receipts, 64 hex digits."
    )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, given: Path) -> Path:
        return given.expanduser().resolve()

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, given: object) -> object:
        return given.upper() if isinstance(given, str) else given

    @property
    def run_dir(self) -> Path:
        """Folder of the pid files, one a process."""
        return self.data_dir / "run"

    @property
    def secrets_dir(self) -> Path:
        """Folder of the keys that the environment does not give."""
        return self.data_dir / "secrets"

    @property
    def socket_dir(self) -> Path:
        """Folder of the embedded servers' sockets; elsewhere where the path grew too long."""
        inside = self.data_dir / "sockets"
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_DIR:
            return inside
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"serentak-{digest}"

    @property
    def postgres_url(self) -> str:
        """Where the record is, as SQLAlchemy takes it."""
        if not self.database_url:
            return f"postgresql+asyncpg://serentak@/serentak?host={quote(str(self.socket_dir))}"
        given = urlsplit(self.database_url)
        # asyncpg calls libpq's "sslmode" by another name.
        query = [("ssl" if k == "sslmode" else k, v) for k, v in parse_qsl(given.query)]
        return urlunsplit(given._replace(scheme="postgresql+asyncpg", query=urlencode(query)))

    @property
    def redis_address(self) -> str:
        """Where the room is, as redis-py takes it."""
        return self.redis_url or f"unix://{quote(str(self.socket_dir))}/valkey.sock"

    @classmethod
    def documented(cls) -> dict[str, str]:
        """Return each setting's environment name and what it is for, in the order of the README."""
        fields = cls.model_fields.items()
        return {name.upper(): field.description or "" for name, field in fields}


def load() -> Settings:
    """Read the settings from the environment.

    Raises:
        OpsError: naming the first setting that does not fit and what would.
    """
    try:
        return Settings()
    except ValidationError as refused:
        raise OpsError(_sentence(refused)) from None


def _sentence(refused: ValidationError) -> str:
    """Say which setting is wrong and what fits; never the value, which may be a password or key."""
    fault = refused.errors(include_input=False, include_url=False)[0]
    name = str(fault["loc"][0])
    field = Settings.model_fields[name]
    wants = re.sub(r"^(Input|String) should ", "it should ", fault["msg"])
    if fault["type"] == "string_pattern_mismatch":
        wants = "it is not of the form that is described"
    return f"The setting {name.upper()} is wrong: {wants} ({field.description})"
