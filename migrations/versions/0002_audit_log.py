"""The audit log takes the place of the roster's own.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it, with a head that stands before the first row."""
    texts = ("who", "role", "what", "whom", "why", "where", "before", "after", "source")
    op.create_table(
        "audit_log",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_log")),
        sa.UniqueConstraint("source", name=op.f("uq_audit_log_source")),
    )
    op.create_index("ix_audit_log_who_number", "audit_log", ["who", "number"], unique=False)
    op.create_index("ix_audit_log_whom_number", "audit_log", ["whom", "number"], unique=False)
    head = op.create_table(
        "audit_head",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("one", name=op.f("ck_audit_head_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_audit_head")),
    )
    op.bulk_insert(head, [{"number": 0, "hash": bytes(32)}])
    op.drop_index("ix_roster_log_event_sitting", table_name="roster_log")
    op.drop_table("roster_log")


def downgrade() -> None:
    """Bring the roster's log back, empty, and drop the audit log."""
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
    op.drop_table("audit_head")
    op.drop_index("ix_audit_log_whom_number", table_name="audit_log")
    op.drop_index("ix_audit_log_who_number", table_name="audit_log")
    op.drop_table("audit_log")
