"""One result a sitting, with the version of the instrument that it was measured by."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.kit.postgres import metadata
from app.scoring.model import STORED_DIGITS

results = Table(
    "results",
    metadata,
    Column("event", SmallInteger, ForeignKey("events.number"), primary_key=True),
    Column("sitting", BigInteger, primary_key=True, autoincrement=False),
    Column("seal", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("instrument_id", Text, nullable=False),
    Column("instrument_version", Integer, nullable=False),
    # digest of the keys and weights of the bank as it was
    Column("key_digest", Text, nullable=False),
    # null where the instrument's missing policy leaves no index
    Column("index", Numeric(30, STORED_DIGITS)),
    Column("band", Text),
    # by area: score and fraction as exact text ("2.5", "1/2") or null, answered, items
    Column("domains", JSONB, nullable=False),
    Column("points", Numeric(30, STORED_DIGITS), nullable=False),
    Column("maximum", Numeric(30, STORED_DIGITS), nullable=False),
    Column("scored_at", BigInteger, nullable=False),
    ForeignKeyConstraint(["event", "sitting"], ["sittings.event", "sittings.id"]),
    ForeignKeyConstraint(
        ["instrument_id", "instrument_version"], ["instruments.id", "instruments.version"]
    ),
)
