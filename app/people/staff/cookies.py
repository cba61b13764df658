"""The two cookies of staff: of a session, and of a device that is known."""

from typing import Final

from fastapi import Request, Response

from app.people.staff.guard import COOKIE
from app.people.staff.live import WHOLE_DAY_MS

_DEVICE: Final = "serentak-perangkat"
_DEVICE_S: Final = 90 * 24 * 3600


def keep_session(request: Request, response: Response, cookie: str) -> None:
    """Have the browser keep a session, no longer than it may last."""
    _set(request, response, COOKIE, cookie, WHOLE_DAY_MS // 1000)


def keep_device(request: Request, response: Response, device: str) -> None:
    """Have the browser keep by what it is known: who guesses elsewhere slows nobody here."""
    _set(request, response, _DEVICE, device, _DEVICE_S)


def device_of(request: Request) -> str:
    """Return by what the browser says that it is known; empty where it says nothing."""
    return request.cookies.get(_DEVICE, "")


def forget(response: Response) -> None:
    """Have the browser forget the session."""
    response.delete_cookie(COOKIE, path="/")


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    # Lax: who follows a link to the board from a message is in; what changes something is asked
    # for by our own pages alone, see guard.py.
    response.set_cookie(
        name,
        value,
        path="/",
        max_age=seconds,
        httponly=True,
        secure=request.state.secure_cookies or request.url.scheme == "https",
        samesite="lax",
    )
