"""Staff in the room: copies of accounts and tokens, sessions, wrong tries. All of it in Redis.

Postgres holds the truth about accounts and tokens; a copy is replaced by a later version only, and
the recorder sets right what was missed. Sessions and tries live here alone: they are worth nothing
once they are over. So staff who had access come in, stay in and act while Postgres is away.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final, cast

import orjson

from app.kit.redis import LIBRARY, ms_of
from app.people.staff.model import Account, ApiToken, Role, Scope, Session

Command = Callable[..., Awaitable[Any]]
"""Sends one command to Redis and returns its reply: a line's, or a client's."""

TOKEN_PREFIX: Final = "skt_"  # noqa: S105 - how every token begins
"""So that a script's token which got lost in a file or a log is found by a search."""
IDLE_S: Final = 4 * 3600
WHOLE_DAY_MS: Final = 16 * 3600 * 1000
"""A session ends after so long without a request, and after so long in any case."""
_SEEN_EACH_MS: Final = 60_000
_TRIES_S: Final = 900
_CODES_S: Final = 3600
_STEPS_S: Final = 300
_ACCOUNTS: Final = "staff:accounts"
_TOKENS: Final = "staff:tokens"


def session_id(cookie: str) -> str:
    """Return under which id a cookie's session stands: whoever reads Redis cannot come in by it."""
    return hashlib.sha256(cookie.encode()).hexdigest()[:32]


def token_digest(token: str) -> str:
    """Return what is kept of a script's token."""
    return hashlib.sha256(token.encode()).hexdigest()


class StaffRoom:
    """What the room knows of staff."""

    def __init__(self, command: Command) -> None:
        self._command = command

    async def now_ms(self) -> int:
        """Return the room's time in milliseconds since 1970."""
        return ms_of(await self._command("TIME"))

    # Copies of the record.

    async def account(self, login: str) -> Account | None:
        """Return the copy of an account."""
        text = await self._command("HGET", _ACCOUNTS, login)
        return account_of(text) if text else None

    async def keep_account(self, account: Account) -> None:
        """Take over an account, unless a later version stands."""
        copy = (account.login, account.version, account_text(account))
        await self._command("FCALL", LIBRARY.name("keep_copy"), 1, _ACCOUNTS, *copy)

    async def versions(self) -> dict[str, int]:
        """Return which version of each account stands here."""
        held = await self._command("HVALS", _ACCOUNTS)
        return {one.login: one.version for one in map(account_of, held)}

    async def token(self, token: str) -> ApiToken | None:
        """Return the copy of a script's token, by the token itself."""
        text = await self._command("HGET", _TOKENS, token_digest(token))
        return token_of(text) if text else None

    async def token_named(self, token_id: str) -> ApiToken | None:
        """Return the copy of a script's token by its id."""
        held = map(token_of, await self._command("HVALS", _TOKENS))
        return next((token for token in held if token.id == token_id), None)

    async def keep_token(self, token: ApiToken) -> None:
        """Take over a token."""
        await self._command("HSET", _TOKENS, token.digest, token_text(token))

    async def drop_tokens(self, digests: Iterable[str]) -> None:
        """Let go of tokens that have ended."""
        gone = list(digests)
        if gone:
            await self._command("HDEL", _TOKENS, *gone)

    async def token_digests(self) -> set[str]:
        """Return of which tokens a copy stands here."""
        return set(await self._command("HKEYS", _TOKENS))

    # Sessions.

    async def begin(self, session: Session) -> None:
        """Keep a new session, and find it again by its account."""
        key, index = f"staff:session:{session.id}", f"staff:sessions:{session.login}"
        held = (part for pair in _texts(asdict(session)).items() for part in pair)
        await asyncio.gather(
            self._command("HSET", key, *held),
            self._command("EXPIRE", key, IDLE_S),
            self._command("SADD", index, session.id),
            self._command("EXPIRE", index, WHOLE_DAY_MS // 1000),
        )

    async def session(self, found_id: str) -> Session | None:
        """Return a session that has not run out by itself."""
        held = await self._command("HGETALL", f"staff:session:{found_id}")
        if not isinstance(held, dict):  # a line replies with a flat list
            held = dict(zip(held[::2], held[1::2], strict=True))
        return _session(held) if held else None

    async def amend(self, session: Session, **changed: int | bool) -> None:
        """Write some fields of a session, unless it was ended meanwhile."""
        key, name = f"staff:session:{session.id}", LIBRARY.name("amend")
        flat = (part for pair in _texts(changed).items() for part in pair)
        await self._command("FCALL", name, 1, key, IDLE_S, *flat)

    async def saw(self, session: Session, now: int) -> None:
        """Remember that it is used, once a minute."""
        if now - session.seen_at >= _SEEN_EACH_MS:
            await self.amend(session, seen_at=now)

    async def end(self, session: Session) -> None:
        """End a session; the next request with its cookie finds nothing."""
        await asyncio.gather(
            self._command("DEL", f"staff:session:{session.id}"),
            self._command("SREM", f"staff:sessions:{session.login}", session.id),
        )

    async def sessions(self, login: str) -> list[Session]:
        """Return the sessions of an account, the one that was seen last first."""
        ids = await self._command("SMEMBERS", f"staff:sessions:{login}")
        found = await asyncio.gather(*map(self.session, ids))
        held = [session for session in found if session is not None]
        gone = set(ids) - {session.id for session in held}
        if gone:
            await self._command("SREM", f"staff:sessions:{login}", *gone)
        return sorted(held, key=lambda session: session.seen_at, reverse=True)

    # Wrong tries.

    async def wrong_passwords(self, login: str) -> int:
        """Return how many wrong passwords were tried lately."""
        return int(await self._command("GET", f"staff:tries:{login}") or 0)

    async def count_wrong_password(self, login: str) -> int:
        """Count one more; return how many there are lately."""
        return await self._counted(f"staff:tries:{login}", _TRIES_S)

    async def forgive(self, login: str) -> None:
        """Forget the wrong passwords: the right one was typed."""
        await self._command("DEL", f"staff:tries:{login}")

    async def count_code(self, login: str, device: str) -> int:
        """Count a try with a code, right or wrong, on a known device (empty: on all others)."""
        return await self._counted(f"staff:codes:{login}:{device}", _CODES_S)

    async def forgive_codes(self, login: str, device: str) -> None:
        """Forget the tries with codes: the right one was typed."""
        await self._command("DEL", f"staff:codes:{login}:{device}")

    async def spend_step(self, login: str, step: int) -> bool:
        """Use up a code's time step; False where it was used before."""
        key = f"staff:step:{login}:{step}"
        return bool(await self._command("SET", key, "1", "EX", _STEPS_S, "NX"))

    async def _counted(self, key: str, seconds: int) -> int:
        return int(await self._command("FCALL", LIBRARY.name("count"), 1, key, seconds))


def account_text(account: Account) -> str:
    """Return an account as the room keeps it."""
    return orjson.dumps(account).decode()


def account_of(text: str) -> Account:
    """Read what `account_text` wrote."""
    held = cast("dict[str, Any]", orjson.loads(text))
    scopes = tuple(Scope(**scope) for scope in held["scopes"])
    return Account(**held | {"role": Role(held["role"]), "scopes": scopes})


def token_text(token: ApiToken) -> str:
    """Return a token as the room keeps it."""
    return orjson.dumps(token).decode()


def token_of(text: str) -> ApiToken:
    """Read what `token_text` wrote."""
    held = cast("dict[str, Any]", orjson.loads(text))
    return ApiToken(**held | {"role": Role(held["role"])})


def _texts(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: orjson.dumps(value).decode() for name, value in fields.items()}


def _session(held: Mapping[str, str]) -> Session:
    return Session(**{name: orjson.loads(text) for name, text in held.items()})
