"""Answers in the record: every accepted change once, and what stands for each item."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
)

from app.kit.postgres import metadata

# Wide columns first, so that no row carries padding: a change costs about 64 bytes here.
answer_log = Table(
    "answer_log",
    metadata,
    Column("sitting", BigInteger, primary_key=True, autoincrement=False),
    Column("rev", BigInteger, primary_key=True, autoincrement=False),
    Column("ms", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("item", Integer),
    Column("event", SmallInteger, primary_key=True, autoincrement=False),
    Column("flagged", Boolean, nullable=False),
    Column("kind", String(1), nullable=False),
    Column("value", Text, nullable=False),
    postgresql_partition_by="LIST (event)",
)

# No foreign keys on the two hot tables: the recorder knows sittings and items by heart, and a check
# a row would cost as much as the row.
answers = Table(
    "answers",
    metadata,
    Column("sitting", BigInteger, primary_key=True, autoincrement=False),
    Column("rev", BigInteger, nullable=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("event", SmallInteger, primary_key=True, autoincrement=False),
    Column("flagged", Boolean, nullable=False),
    Column("value", Text, nullable=False),
    # A newer answer finds room beside the older one, and the index need not be told.
    postgresql_with={"fillfactor": 70},
)

late_answers = Table(
    "late_answers",
    metadata,
    Column("event", SmallInteger, primary_key=True),
    Column("sitting", BigInteger, primary_key=True),
    Column("rev", BigInteger, primary_key=True),
    Column("item", Integer, ForeignKey("items.id"), nullable=False),
    Column("value", Text, nullable=False),
    Column("flagged", Boolean, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    # When the chief decided it; one that is neither waits.
    Column("accepted_at", BigInteger),
    Column("rejected_at", BigInteger),
)

flush_mark = Table(
    "flush_mark",
    metadata,
    Column("event", SmallInteger, ForeignKey("events.number"), primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("ms", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    # The room's time when the flusher last saw it in order: from here an outage is counted.
    Column("stamp", BigInteger, nullable=False),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event", SmallInteger, ForeignKey("events.number"), nullable=False),
    Column("partition", SmallInteger, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("ms", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("sitting", BigInteger),
    Column("line", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
