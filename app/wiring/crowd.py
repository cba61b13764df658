"""In which order requests wait outside when a web process is at its limit.

A login goes through the event loop about three times, a save twice: neither is to take a second. Of
logins and what follows them no more is in work than a late process finishes soon, of boards and
reports half as much, of what people have done already twice as much. Saves have a queue of their
own (app/answers/buffer.py), and are not in work here. The counts are for a process that stood
still for a moment: 300 phones that knocked meanwhile are not to be sent away for that.
"""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from app.kit.crowd import Crowd, Limit

_SITTING: Final = "/api/v1/sittings/[^/]+"
_STAFF: Final = "/staf(/.*)?|/api/v1/staff/.*"  # a few, who are needed when it is crowded
_DONE: Final = Limit(in_work=1000, turn_s=0.07, share=2.0)  # what people have done already
_ASKED: Final = Limit(in_work=1000, turn_s=math.inf)  # or a slow process would be called a dead one
_IN: Final = Limit(in_work=300, turn_s=0.04, share=1.0)
_PAGE: Final = Limit(in_work=1000, turn_s=math.inf)  # a page without one of its modules is no page
_OTHERS: Final = Limit(in_work=100, turn_s=0.03, share=0.5)  # receipts, boards, reports


@asynccontextmanager
async def watched_crowd() -> AsyncIterator[Crowd]:
    """Provide the crowd of a web process."""
    crowd = Crowd(
        [
            (f"{_SITTING}/(submit|late|reconcile|claim|answers)", _DONE),
            (f"/api/v1/login|{_SITTING}(/start|/form|/logout)?|{_STAFF}", _IN),
            ("/health/.*", _ASKED),
            ("/static/.*|/ujian/[^/]+|/sw\\.js|/", _PAGE),
        ],
        others=_OTHERS,
    )
    watching = asyncio.create_task(crowd.watch())
    try:
        yield crowd
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
