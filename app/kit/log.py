"""How log lines are written. None ever holds a NIP, a PIN or a token."""

import logging

from app.settings import Settings

_OTHERS = ("alembic", "asyncio", "httpx")


def write_log(settings: Settings) -> None:
    """Write lines of LOG_LEVEL and above to standard error; libraries only when they warn."""
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name in _OTHERS:
        logging.getLogger(name).setLevel(logging.WARNING)
