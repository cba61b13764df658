"""Python's search for garbage in cycles, told not to search what stays and not to search often."""

import gc
from typing import Final

_NEW_OBJECTS: Final = 20_000


def search_seldom() -> None:
    """Call it when a process has made what it works with.

    What a request makes is gone by itself when it is answered; cycles are few (a connection and its
    transport). Python looks for them after each 700 new objects, which at thousands of requests a
    second and thousands of open connections costs a sixth of a save.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 10)
