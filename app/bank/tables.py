"""Instruments and items in the record."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.kit.postgres import metadata

instruments = Table(
    "instruments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("framework", Text, nullable=False),
    Column("document", JSONB, nullable=False),  # the whole file: what scores are computed from
)

domains = Table(
    "domains",
    metadata,
    Column("instrument_id", Text, primary_key=True),
    Column("instrument_version", Integer, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("weight", Numeric, nullable=False),
    Column("ordinal", SmallInteger, nullable=False),
    ForeignKeyConstraint(
        ["instrument_id", "instrument_version"], ["instruments.id", "instruments.version"]
    ),
)

competences = Table(
    "competences",
    metadata,
    Column("instrument_id", Text, primary_key=True),
    Column("instrument_version", Integer, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("domain_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("ordinal", SmallInteger, nullable=False),
    ForeignKeyConstraint(
        ["instrument_id", "instrument_version", "domain_code"],
        ["domains.instrument_id", "domains.instrument_version", "domains.code"],
    ),
)

media = Table(
    "media",
    metadata,
    Column("id", Text, primary_key=True),  # a digest of the body
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("domain_code", Text, nullable=False),
    Column("competence_code", Text, nullable=False),
    Column("difficulty", Text, nullable=False),
    Column("stem", Text, nullable=False),
    Column("options", JSONB, nullable=False),
    Column("key", JSONB, nullable=False),
    Column("weight", Numeric, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("media", JSONB(none_as_null=True)),  # as in the form: id, alt, width, height
    CheckConstraint("length(code) <= 8", name="code"),
    CheckConstraint("difficulty IN ('mudah', 'sedang', 'sulit')", name="difficulty"),
)
