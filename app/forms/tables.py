"""Forms in the record: what could be drawn again is kept all the same, as evidence."""

from sqlalchemy import BigInteger, Column, ForeignKey, ForeignKeyConstraint, Integer, Table, Text

from app.kit.postgres import metadata

pools = Table(
    "pools",
    metadata,
    Column("event", ForeignKey("events.number"), primary_key=True),
    Column("blueprint_version", Integer, primary_key=True, autoincrement=False),
    Column("listing", Text, nullable=False),  # what all its forms are drawn from, see pool.py
)

forms = Table(
    "forms",
    metadata,
    Column("event", ForeignKey("events.number"), primary_key=True),
    Column("sitting", BigInteger, primary_key=True, autoincrement=False),
    Column("form_id", Text, nullable=False),
    Column("blueprint_version", Integer, nullable=False),
    Column("layout", Text, nullable=False),
    ForeignKeyConstraint(
        ["event", "blueprint_version"], ["pools.event", "pools.blueprint_version"]
    ),
)
