"""Sittings, seals and receipts in the record, and the room's log of what is not an answer."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from app.kit.postgres import metadata

sittings = Table(
    "sittings",
    metadata,
    Column("event", SmallInteger, ForeignKey("events.number"), primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("participant_id", Integer, ForeignKey("participants.id"), nullable=False),
    Column("partition", SmallInteger, nullable=False),
    Column("unit_id", Integer, ForeignKey("org_units.id"), nullable=False),
    Column("wave_id", Integer, ForeignKey("waves.id")),
    Column("room_id", Integer, ForeignKey("rooms.id")),
    Column("card", SmallInteger, nullable=False, server_default=text("1")),
    # Came without standing on the list that was imported.
    Column("walk_in", Boolean, nullable=False, server_default=text("false")),
    # From here on the flusher writes, from the log: the last transition of the sitting.
    Column("state", String(1), nullable=False, server_default=text("'n'")),
    Column("gen", BigInteger, nullable=False, server_default=text("0")),
    Column("device", Text),
    Column("started_at", BigInteger),
    Column("deadline", BigInteger),
    Column("left_ms", BigInteger),
    Column("extra_ms", BigInteger, nullable=False, server_default=text("0")),
    Column("seal", Integer, nullable=False, server_default=text("0")),
    Column("seal_epoch", Integer, nullable=False, server_default=text("0")),
    Index("ix_sittings_event_partition", "event", "partition"),
    Index("uq_sittings_event_participant_id", "event", "participant_id", unique=True),
)

seals = Table(
    "seals",
    metadata,
    Column("event", SmallInteger, primary_key=True),
    Column("sitting", BigInteger, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("seal", Integer, primary_key=True),
    Column("sealed_at", BigInteger, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sealed_by", Text, nullable=False),
    Column("log_ms", BigInteger, nullable=False),
    Column("log_seq", Integer, nullable=False),
    # When the record's own answers were found to have the digest that was sealed.
    Column("recorded_at", BigInteger),
    Column("replaced", Boolean, nullable=False, server_default=text("false")),
    # When scoring was done with it: its result stands, or a person must look first.
    Column("scored_at", BigInteger),
    ForeignKeyConstraint(["event", "sitting"], ["sittings.event", "sittings.id"]),
    # What waits for the scorer: recorded without a score, or replaced with one.
    Index(
        "ix_seals_to_score",
        "event",
        "sitting",
        postgresql_where=text("recorded_at IS NOT NULL AND replaced = (scored_at IS NOT NULL)"),
    ),
)

receipts = Table(
    "receipts",
    metadata,
    Column("event", SmallInteger, primary_key=True),
    Column("sitting", BigInteger, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("seal", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["event", "sitting", "epoch", "seal"],
        ["seals.event", "seals.sitting", "seals.epoch", "seals.seal"],
    ),
)

room_log = Table(
    "room_log",
    metadata,
    Column("event", SmallInteger, ForeignKey("events.number"), primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("ms", BigInteger, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(1), nullable=False),
    Column("sitting", BigInteger),
    Column("detail", Text, nullable=False),
    Index("ix_room_log_event_sitting", "event", "sitting"),
)
