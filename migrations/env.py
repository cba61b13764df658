"""Alembic's environment: the connection comes from the command that migrates."""

from typing import Any

from alembic import context

from app.kit.postgres import metadata
from app.wiring import TABLES

assert TABLES


def is_ours(_: Any, name: str | None, kind: str, reflected: bool, __: Any) -> bool:
    """Leave out the partitions of answer_log, which are made an event at a time."""
    return not (kind == "table" and reflected and str(name).startswith("answer_log_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=is_ours,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
