"""Staff in the record. Times are milliseconds since 1970."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.kit.postgres import metadata

_ROLE = "role IN ('admin', 'operator', 'author', 'proctor', 'viewer')"

staff_accounts = Table(
    "staff_accounts",
    metadata,
    Column("login", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("scopes", JSONB, nullable=False),
    Column("password", Text, nullable=False),  # a hint and argon2id's text
    Column("is_temporary", Boolean, nullable=False),
    Column("factor", Text, nullable=False),  # sealed; empty where there is none
    Column("is_active", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint(_ROLE, name="role"),
)

staff_tokens = Table(
    "staff_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("made_by", ForeignKey("staff_accounts.login"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("made_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),  # moved forward when it is ended before its time
    CheckConstraint(_ROLE, name="role"),
)
