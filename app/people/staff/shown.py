"""Accounts, sessions and tokens as the calls show them: without any secret."""

from dataclasses import asdict
from typing import Any

from app.people.staff.model import Account, ApiToken, Session, Visitor


def shown_account(account: Account) -> dict[str, Any]:
    """Return an account as `AccountShown`."""
    return {
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "scopes": [asdict(scope) for scope in account.scopes],
        "active": account.is_active,
        "temporary_password": account.is_temporary,
        "second_factor": bool(account.factor),
        "version": account.version,
    }


def shown_session(session: Session, visitor: Visitor) -> dict[str, Any]:
    """Return a session as `SessionShown`, to this visitor."""
    return {
        "id": session.id,
        "began_at": session.began_at,
        "seen_at": session.seen_at,
        "where": session.where,
        "agent": session.agent,
        "own": visitor.session is not None and session.id == visitor.session.id,
    }


def shown_token(token: ApiToken) -> dict[str, Any]:
    """Return a token as `TokenShown`, without itself."""
    return {name: value for name, value in asdict(token).items() if name != "digest"}
