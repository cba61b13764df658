"""Passwords: argon2id in a few threads of its own, behind a hint that costs nothing.

A right password always enters, so every try must be looked at, a million wrong ones too; at 20 ms
each they would keep the owner waiting for hours. So ten bits of a keyed digest stand before the
argon2 text: of 1,024 wrong tries one gets as far as argon2. Whoever holds the database without
STAFF_KEY learns nothing by them; whoever holds both has ten bits less to guess.
"""

import asyncio
import hashlib
import hmac
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.kit.errors import Busy

T = TypeVar("T")

PASSWORD_LEAST: Final = 12
PASSWORD_MOST: Final = 200
_HINT_BITS: Final = 10
_HINT_DIGITS: Final = 3
_THREADS: Final = 2
_WAITING_MOST: Final = 200
# OWASP's least for argon2id: 19 MiB, two passes, one lane; about 20 ms.
_MEMORY_KIB: Final = 19456
_PASSES: Final = 2


class Passwords:
    """Keeps and checks passwords; one is made at the start of a process."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"password hint", hashlib.sha256)
        self._hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="password")
        self._waiting = 0
        self._nobody: str | None = None

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def keep(self, login: str, password: str) -> str:
        """Return what is kept of a password: the hint and argon2's text."""
        text = await self._in_thread(lambda: self._hasher.hash(_plain(password)))
        return f"{self._hint(login, password):0{_HINT_DIGITS}x}{text}"

    async def fits(self, login: str, password: str, kept: str | None) -> bool:
        """Tell whether it is the password; ``kept`` None: there is no such account.

        Takes as long either way, so that nobody learns which accounts there are.

        Raises:
            Busy: when too many are being checked already.
        """
        if len(password) > PASSWORD_MOST:
            return False
        held = await self._stranger(login) if kept is None else kept
        hint, text = held[:_HINT_DIGITS], held[_HINT_DIGITS:]
        if hint != f"{self._hint(login, password):0{_HINT_DIGITS}x}":
            return False
        fits = await self._in_thread(lambda: self._verified(text, _plain(password)))
        return fits and kept is not None

    async def _stranger(self, login: str) -> str:
        """Return what a password of nobody's would be kept as, another for every login."""
        if self._nobody is None:
            self._nobody = await self._in_thread(lambda: self._hasher.hash("nobody"))
        return f"{self._hint(login, 'nobody'):0{_HINT_DIGITS}x}{self._nobody}"

    def _verified(self, text: str, password: str) -> bool:
        try:
            return self._hasher.verify(text, password)
        except (VerificationError, InvalidHashError):
            return False

    def _hint(self, login: str, password: str) -> int:
        mac = hmac.digest(self._key, f"{login}|{_plain(password)}".encode(), hashlib.sha256)
        return int.from_bytes(mac[:2], "big") >> (16 - _HINT_BITS)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING_MOST:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _plain(password: str) -> str:
    """Return a password in one form, however the keyboard composed its letters."""
    return unicodedata.normalize("NFC", password).encode(errors="replace").decode()
