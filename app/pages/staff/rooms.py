"""All pages of staff, as the web app mounts them: each module has a ``router``."""

from typing import Final

from app.pages.staff import (
    account,
    accounts,
    board,
    entering,
    log,
    own,
    rights,
    sessions,
    start,
    tokens,
)

ROUTED: Final = (start, board, entering, own, sessions, rights, log, accounts, account, tokens)
