"""Alembic's environment: the connection comes from the command that migrates."""

from alembic import context
from sqlalchemy.schema import SchemaItem

from app.wiring.schema import METADATA


def is_ours(
    _: SchemaItem,
    name: str | None,
    kind: str,
    reflected: bool,  # noqa: FBT001 - Alembic's signature
    __: SchemaItem | None,
) -> bool:
    """Leave out the partitions of answer_log, which are made an event at a time."""
    return not (kind == "table" and reflected and str(name).startswith("answer_log_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_object=is_ours,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
