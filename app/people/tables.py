"""The roster in the record.

``demo`` keeps two registers apart: the invented units and people of demo events never meet real
ones, not even under the same code or number.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from app.kit.postgres import metadata
from app.people.nip import LENGTH

org_units = Table(
    "org_units",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent_id", ForeignKey("org_units.id"), index=True),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("code", "demo"),
)

participants = Table(
    "participants",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("nip", String(LENGTH), nullable=False),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("unit_id", ForeignKey("org_units.id"), nullable=False, index=True),
    Column("sex", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("education", Text),
    Column("position_type", Text),
    Column("position", Text),
    Column("grade", Text),
    Column("echelon", Text),
    Column("rank", Text),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("nip", "demo"),
    CheckConstraint("status IN ('PNS', 'PPPK', 'NON_ASN')", name="status"),
    CheckConstraint("sex IN ('L', 'P')", name="sex"),
)
