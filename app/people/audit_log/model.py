"""One entry of the audit log: who did what, on whom, why, from where, and what it changed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act of staff. Pseudonyms alone: a sitting's id stands where a NIP would tell too much.

    ``at``: milliseconds since 1970, by the room's clock where the room can be asked. ``source``
    names the entry wherever it comes from: the same one again is not written twice.
    """

    at: int
    who: str
    """An account's login, ``token:<name>`` of a script, ``shell:<user>``; empty: nobody is known."""
    role: str
    """Under which role it was done; ``ops`` from a shell; empty where nobody is known."""
    what: str
    """A word and a verb, ``account.change``, ``sitting.extend``, ``session.begin``."""
    whom: str = ""
    """What it was done to: ``account:<login>``, ``sitting:<id>``, ``event:<id>``."""
    why: str = ""
    where: str = ""
    """The address it came from; empty from a shell."""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    """What it changed, each as JSON can say it; no password, no key, no NIP."""
    source: str = field(default_factory=lambda: f"direct:{secrets.token_hex(12)}")
