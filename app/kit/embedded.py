"""The servers that this machine runs for itself: those that no setting says are elsewhere."""

from typing import TYPE_CHECKING

from app.kit import own_postgres, own_valkey

if TYPE_CHECKING:
    from app.kit.children import Child
    from app.settings import Settings


def servers(settings: "Settings") -> "list[Child]":
    """Return Postgres and Valkey as children, without those given by DATABASE_URL and REDIS_URL.

    Raises:
        OpsError: where a program is missing or cannot be run.
    """
    wanted = []
    if not settings.database_url:
        wanted.append(own_postgres.child(settings))
    if not settings.redis_url:
        wanted.append(own_valkey.child(settings))
    return wanted
