"""The tables of the first version.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "answer_log",
        sa.Column("sitting", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rev", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("event", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sitting", "rev", "event", name=op.f("pk_answer_log")),
        postgresql_partition_by="LIST (event)",
    )
    op.create_table(
        "answers",
        sa.Column("sitting", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sitting", "item", "event", name=op.f("pk_answers")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "instruments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("framework", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_instruments")),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("domain_code", sa.Text(), nullable=False),
        sa.Column("competence_code", sa.Text(), nullable=False),
        sa.Column("difficulty", sa.Text(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("key", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("weight", sa.Numeric(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column(
            "media", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.CheckConstraint(
            "difficulty IN ('mudah', 'sedang', 'sulit')", name=op.f("ck_items_difficulty")
        ),
        sa.CheckConstraint("length(code) <= 8", name=op.f("ck_items_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("code", name=op.f("uq_items_code")),
    )
    op.create_table(
        "media",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_table(
        "org_units",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["org_units.id"], name=op.f("fk_org_units_parent_id_org_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_units")),
        sa.UniqueConstraint("code", "demo", name=op.f("uq_org_units_code_demo")),
    )
    op.create_index(op.f("ix_org_units_parent_id"), "org_units", ["parent_id"], unique=False)
    op.create_table(
        "domains",
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("weight", sa.Numeric(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id", "instrument_version"],
            ["instruments.id", "instruments.version"],
            name=op.f("fk_domains_instrument_id_instrument_version_instruments"),
        ),
        sa.PrimaryKeyConstraint(
            "instrument_id", "instrument_version", "code", name=op.f("pk_domains")
        ),
    )
    op.create_table(
        "events",
        sa.Column("number", sa.SmallInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("blueprint", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("grace_ms", sa.BigInteger(), nullable=False),
        sa.Column("partitions", sa.SmallInteger(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("room_pin", sa.Boolean(), nullable=False),
        sa.Column("primed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("mode IN ('open', 'hall')", name=op.f("ck_events_mode")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_events_window")),
        sa.CheckConstraint("partitions > 0", name=op.f("ck_events_partitions")),
        sa.ForeignKeyConstraint(
            ["instrument_id", "instrument_version"],
            ["instruments.id", "instruments.version"],
            name=op.f("fk_events_instrument_id_instrument_version_instruments"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_events")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
    )
    op.create_table(
        "late_answers",
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("sitting", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_late_answers_item_items")),
        sa.PrimaryKeyConstraint("event", "sitting", "rev", name=op.f("pk_late_answers")),
    )
    op.create_table(
        "participants",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("nip", sa.String(length=18), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("education", sa.Text(), nullable=True),
        sa.Column("position_type", sa.Text(), nullable=True),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("echelon", sa.Text(), nullable=True),
        sa.Column("rank", sa.Text(), nullable=True),
        sa.Column("demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("sex IN ('L', 'P')", name=op.f("ck_participants_sex")),
        sa.CheckConstraint(
            "status IN ('PNS', 'PPPK', 'NON_ASN')", name=op.f("ck_participants_status")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["org_units.id"], name=op.f("fk_participants_unit_id_org_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint("nip", "demo", name=op.f("uq_participants_nip_demo")),
    )
    op.create_index(op.f("ix_participants_unit_id"), "participants", ["unit_id"], unique=False)
    op.create_table(
        "competences",
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("domain_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id", "instrument_version", "domain_code"],
            ["domains.instrument_id", "domains.instrument_version", "domains.code"],
            name=op.f("fk_competences_instrument_id_instrument_version_domain_code_domains"),
        ),
        sa.PrimaryKeyConstraint(
            "instrument_id", "instrument_version", "code", name=op.f("pk_competences")
        ),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sitting", sa.BigInteger(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event"], ["events.number"], name=op.f("fk_dead_letter_event_events")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
    )
    op.create_table(
        "flush_mark",
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event"], ["events.number"], name=op.f("fk_flush_mark_event_events")
        ),
        sa.PrimaryKeyConstraint("event", "partition", name=op.f("pk_flush_mark")),
    )
    op.create_table(
        "pools",
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("blueprint_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("listing", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["events.number"], name=op.f("fk_pools_event_events")),
        sa.PrimaryKeyConstraint("event", "blueprint_version", name=op.f("pk_pools")),
    )
    op.create_table(
        "forms",
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("sitting", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("blueprint_version", sa.Integer(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["events.number"], name=op.f("fk_forms_event_events")),
        sa.ForeignKeyConstraint(
            ["event", "blueprint_version"],
            ["pools.event", "pools.blueprint_version"],
            name=op.f("fk_forms_event_blueprint_version_pools"),
        ),
        sa.PrimaryKeyConstraint("event", "sitting", name=op.f("pk_forms")),
    )
    op.create_table(
        "room_log",
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("sitting", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event"], ["events.number"], name=op.f("fk_room_log_event_events")
        ),
        sa.PrimaryKeyConstraint(
            "event", "partition", "epoch", "ms", "seq", name=op.f("pk_room_log")
        ),
    )
    op.create_index("ix_room_log_event_sitting", "room_log", ["event", "sitting"], unique=False)
    op.create_table(
        "roster_log",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("sitting", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event"], ["events.number"], name=op.f("fk_roster_log_event_events")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_log")),
    )
    op.create_index("ix_roster_log_event_sitting", "roster_log", ["event", "sitting"], unique=False)
    op.create_table(
        "waves",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_waves_window")),
        sa.ForeignKeyConstraint(["event"], ["events.number"], name=op.f("fk_waves_event_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
        sa.UniqueConstraint("event", "name", name=op.f("uq_waves_event_name")),
    )
    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=True),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["events.number"], name=op.f("fk_rooms_event_events")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_rooms_wave_id_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint(
            "event",
            "wave_id",
            "venue",
            "name",
            name=op.f("uq_rooms_event_wave_id_venue_name"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "sittings",
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("card", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("walk_in", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.String(length=1), server_default=sa.text("'n'"), nullable=False),
        sa.Column("gen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("left_ms", sa.BigInteger(), nullable=True),
        sa.Column("extra_ms", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("seal", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("seal_epoch", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["event"], ["events.number"], name=op.f("fk_sittings_event_events")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_sittings_participant_id_participants"),
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_sittings_room_id_rooms")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["org_units.id"], name=op.f("fk_sittings_unit_id_org_units")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_sittings_wave_id_waves")),
        sa.PrimaryKeyConstraint("event", "id", name=op.f("pk_sittings")),
    )
    op.create_index("ix_sittings_event_partition", "sittings", ["event", "partition"], unique=False)
    op.create_index(
        "uq_sittings_event_participant_id", "sittings", ["event", "participant_id"], unique=True
    )
    op.create_table(
        "results",
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("sitting", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seal", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("key_digest", sa.Text(), nullable=False),
        sa.Column("index", sa.Numeric(precision=30, scale=15), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("domains", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("points", sa.Numeric(precision=30, scale=15), nullable=False),
        sa.Column("maximum", sa.Numeric(precision=30, scale=15), nullable=False),
        sa.Column("scored_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event", "sitting"],
            ["sittings.event", "sittings.id"],
            name=op.f("fk_results_event_sitting_sittings"),
        ),
        sa.ForeignKeyConstraint(["event"], ["events.number"], name=op.f("fk_results_event_events")),
        sa.ForeignKeyConstraint(
            ["instrument_id", "instrument_version"],
            ["instruments.id", "instruments.version"],
            name=op.f("fk_results_instrument_id_instrument_version_instruments"),
        ),
        sa.PrimaryKeyConstraint("event", "sitting", name=op.f("pk_results")),
    )
    op.create_table(
        "seals",
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("sitting", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seal", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("sealed_by", sa.Text(), nullable=False),
        sa.Column("log_ms", sa.BigInteger(), nullable=False),
        sa.Column("log_seq", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=True),
        sa.Column("replaced", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("scored_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event", "sitting"],
            ["sittings.event", "sittings.id"],
            name=op.f("fk_seals_event_sitting_sittings"),
        ),
        sa.PrimaryKeyConstraint("event", "sitting", "epoch", "seal", name=op.f("pk_seals")),
    )
    op.create_index(
        "ix_seals_to_score",
        "seals",
        ["event", "sitting"],
        unique=False,
        postgresql_where=sa.text("recorded_at IS NOT NULL AND replaced = (scored_at IS NOT NULL)"),
    )
    op.create_table(
        "receipts",
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("sitting", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seal", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event", "sitting", "epoch", "seal"],
            ["seals.event", "seals.sitting", "seals.epoch", "seals.seal"],
            name=op.f("fk_receipts_event_sitting_epoch_seal_seals"),
        ),
        sa.PrimaryKeyConstraint("event", "sitting", "epoch", "seal", name=op.f("pk_receipts")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("receipts")
    op.drop_index("ix_seals_to_score", table_name="seals")
    op.drop_table("seals")
    op.drop_table("results")
    op.drop_index("uq_sittings_event_participant_id", table_name="sittings")
    op.drop_index("ix_sittings_event_partition", table_name="sittings")
    op.drop_table("sittings")
    op.drop_table("rooms")
    op.drop_table("waves")
    op.drop_index("ix_roster_log_event_sitting", table_name="roster_log")
    op.drop_table("roster_log")
    op.drop_index("ix_room_log_event_sitting", table_name="room_log")
    op.drop_table("room_log")
    op.drop_table("forms")
    op.drop_table("pools")
    op.drop_table("flush_mark")
    op.drop_table("dead_letter")
    op.drop_table("competences")
    op.drop_index(op.f("ix_participants_unit_id"), table_name="participants")
    op.drop_table("participants")
    op.drop_table("late_answers")
    op.drop_table("events")
    op.drop_table("domains")
    op.drop_index(op.f("ix_org_units_parent_id"), table_name="org_units")
    op.drop_table("org_units")
    op.drop_table("media")
    op.drop_table("items")
    op.drop_table("instruments")
    op.drop_table("answers")
    op.drop_table("answer_log")
