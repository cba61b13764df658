"""The roster in the record."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Integer,
    String,
    Table,
    Text,
)

from app.kit.postgres import metadata
from app.people.nip import LENGTH

org_units = Table(
    "org_units",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent_id", ForeignKey("org_units.id"), index=True),
)

participants = Table(
    "participants",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("nip", String(LENGTH), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("unit_id", ForeignKey("org_units.id"), nullable=False, index=True),
    Column("sex", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("education", Text, nullable=False),
    Column("position_type", Text, nullable=False),
    Column("position", Text, nullable=False),
    Column("grade", Text),
    Column("echelon", Text),
    Column("rank", Text),
    CheckConstraint("status IN ('PNS', 'PPPK', 'NON_ASN')", name="status"),
    CheckConstraint("sex IN ('L', 'P')", name="sex"),
)
