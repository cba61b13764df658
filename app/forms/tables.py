"""Forms in the record: what could be drawn again is kept all the same, as evidence."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text

from app.kit.postgres import metadata

pools = Table(
    "pools",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("listing", Text, nullable=False),  # what forms were drawn from, see pool.py
)

forms = Table(
    "forms",
    metadata,
    Column("event", ForeignKey("events.number"), primary_key=True),
    Column("sitting", BigInteger, primary_key=True, autoincrement=False),
    Column("form_id", Text, nullable=False),
    Column("blueprint_version", Integer, nullable=False),
    Column("pool", ForeignKey("pools.digest"), nullable=False),
    Column("layout", Text, nullable=False),
)
