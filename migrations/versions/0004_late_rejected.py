"""Late answers: when the chief rejected one.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("late_answers", sa.Column("rejected_at", sa.BigInteger(), nullable=True))
