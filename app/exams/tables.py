"""Events, waves and rooms in the record. Times are milliseconds since 1970 by the room's clock."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.kit.postgres import metadata

events = Table(
    "events",
    metadata,
    Column("number", SmallInteger, Identity(), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("instrument_id", Text, nullable=False),
    Column("instrument_version", Integer, nullable=False),
    Column("blueprint", JSONB, nullable=False),
    Column("opens_at", BigInteger, nullable=False),
    Column("closes_at", BigInteger, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("grace_ms", BigInteger, nullable=False),
    Column("partitions", SmallInteger, nullable=False),
    Column("target", Integer, nullable=False),  # the denominator of participation
    Column("room_pin", Boolean, nullable=False),
    Column("primed_at", BigInteger),
    ForeignKeyConstraint(
        ["instrument_id", "instrument_version"], ["instruments.id", "instruments.version"]
    ),
    CheckConstraint("mode IN ('open', 'hall')", name="mode"),
    CheckConstraint("opens_at < closes_at", name="window"),
    CheckConstraint("partitions > 0", name="partitions"),
)

waves = Table(
    "waves",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("event", ForeignKey("events.number"), nullable=False),
    Column("name", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    UniqueConstraint("event", "name"),
    CheckConstraint("starts_at < ends_at", name="window"),
)

rooms = Table(
    "rooms",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("event", ForeignKey("events.number"), nullable=False),
    Column("wave_id", ForeignKey("waves.id")),
    Column("venue", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("pin_hash", Text),
    UniqueConstraint("event", "wave_id", "venue", "name", postgresql_nulls_not_distinct=True),
)
