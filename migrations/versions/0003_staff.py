"""Staff: accounts and the tokens of their scripts.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ROLE = "role IN ('admin', 'operator', 'author', 'proctor', 'viewer')"


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "staff_accounts",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("is_temporary", sa.Boolean(), nullable=False),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(_ROLE, name=op.f("ck_staff_accounts_role")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_staff_accounts")),
    )
    op.create_table(
        "staff_tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(_ROLE, name=op.f("ck_staff_tokens_role")),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["staff_accounts.login"],
            name=op.f("fk_staff_tokens_made_by_staff_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_staff_tokens_digest")),
    )
    op.create_index(op.f("ix_staff_tokens_made_by"), "staff_tokens", ["made_by"])
