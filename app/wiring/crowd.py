"""In which order requests wait outside when a web process is at its limit.

A worker does about a thousand logins a second, so 250 in work are a quarter of a second's wait.
Saves have a queue of their own (app/answers/buffer.py), which is longer than any of these.
"""

from typing import Final

from app.kit.crowd import Crowd

_SITTING: Final = "/api/v1/sittings/[^/]+"

CROWD: Final = Crowd(
    [
        (f"{_SITTING}/(submit|late|reconcile|claim|answers)", 1000),
        (f"/api/v1/login|{_SITTING}(/start|/form|/logout)?", 250),
        ("/health/.*", 250),
    ],
    others=100,  # pages, receipts, boards, reports
)
