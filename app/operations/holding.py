"""Who is held back, as the room's log tells it: by the words for what happened. Pure."""

from collections.abc import Iterable
from typing import Final

HELD: Final = "hold"
"""Also what a reflow says of whom it finds held back."""
RELEASED: Final = "reflow"
"""What a reflow says of anybody else: what the record had before it may have been taken back."""
TOLD_AGAIN: Final = (HELD, RELEASED)


def is_held(whys: Iterable[str]) -> bool:
    """Tell whether somebody is held back after these, the oldest first.

    An act can be taken back while it is the last: then it is as it was before that one.
    """
    before = now = False
    for why in whys:
        match why:
            case "undo-hold" | "undo-admit":
                now = before
            case "hold":
                before, now = now, True
            case "admit" | "reflow":
                before, now = now, False
            case _:  # what else happened holds nobody back, and releases nobody
                pass
    return now
