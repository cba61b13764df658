"""What a page's form sent, and whether it was a page of this very session."""

import hashlib
import hmac
import secrets
from collections.abc import Container, Sequence
from typing import Final, cast
from urllib.parse import parse_qsl

from fastapi import Request

from app.kit.errors import InvalidRequest
from app.kit.web import body_of
from app.people.staff.guard import cookie_of
from app.people.staff.problems import ForeignRequest, Unfit

MARK: Final = "asal"
"""The field by which a form shows from whose page it comes."""
TEXT_MOST: Final = 500
_FORM: Final = "serentak.form"
_FIELDS_MOST: Final = 1500
_TYPE: Final = "application/x-www-form-urlencoded"
_NONCE_BYTES: Final = 8


class Form:
    """The fields of a form in their order; a name may come more than once."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self.pairs = list(pairs)

    def text(self, name: str, most: int = TEXT_MOST) -> str:
        """Return what was typed, up to so many letters; empty where the field did not come."""
        return next((value for field, value in self.pairs if field == name), "")[:most]

    def required(self, name: str, sentence: str) -> str:
        """Return what was typed.

        Raises:
            Unfit: nothing was; the sentence says what is missing.
        """
        typed = self.text(name)
        if not typed.strip():
            raise Unfit(detail=sentence, field=name)
        return typed

    def chosen(self, name: str, among: Container[str], sentence: str) -> str:
        """Return what was chosen.

        Raises:
            Unfit: nothing was, or nothing of this choice; the sentence asks for it.
        """
        value = self.text(name)
        if value not in among:
            raise Unfit(detail=sentence, field=name)
        return value

    def all(self, name: str) -> list[str]:
        """Return every value under a name, as of boxes that were ticked."""
        return [value for field, value in self.pairs if field == name]

    def has(self, name: str) -> bool:
        """Tell whether the field came at all."""
        return any(field == name for field, _ in self.pairs)

    def number(self, name: str) -> int:
        """Return a number; 0 where none was typed."""
        typed = self.text(name, 12).strip()
        return int(typed) if typed.isascii() and typed.isdigit() else 0


async def read_form(request: Request) -> Form:
    """Read what was sent, once; `form_of` gives it from then on.

    Raises:
        TooLarge, InvalidRequest: it is larger than any form of ours, or has more fields.
    """
    held = request.scope.get(_FORM)
    if held is None:
        held = request.scope[_FORM] = Form(await _pairs(request))
    return cast("Form", held)


def form_of(request: Request) -> Form:
    """Return what was sent; no fields where nothing was read."""
    return cast("Form", request.scope.get(_FORM) or Form())


def form_mark(request: Request) -> str:
    """Return what the forms of this reply carry.

    Each reply's is another one, so that nobody finds it out by how well a page compresses.
    """
    nonce = secrets.token_hex(_NONCE_BYTES)
    return f"{nonce}.{_mac(request, nonce)}"


def require_own_form(request: Request) -> None:
    """Refuse a form that no page of this session has made.

    Where no cookie speaks, but a script's token or nobody, there is nothing to be misused.

    Raises:
        ForeignRequest: another page made it, or one of a session before.
    """
    if cookie_of(request) is None or request.headers.get("authorization"):
        return
    nonce, _, mac = form_of(request).text(MARK).partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(request, nonce).encode()):
        raise ForeignRequest


def _mac(request: Request, nonce: str) -> str:
    key = hashlib.sha256(f"form|{cookie_of(request) or ''}".encode()).digest()
    return hmac.digest(key, nonce.encode(), hashlib.sha256).hex()


async def _pairs(request: Request) -> list[tuple[str, str]]:
    body = await body_of(request)
    if not request.headers.get("content-type", "").startswith(_TYPE):
        return []
    try:
        text = body.decode("ascii")  # all else is escaped in it
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_MOST)
    except ValueError:
        raise InvalidRequest(
            detail="Isian ini tidak dapat dibaca. Muat ulang, lalu ulangi."
        ) from None
