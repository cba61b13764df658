"""The installation's secrets: made once by ``migrate``, or given by the environment.

They are part of the backup: without them no token is valid, no card fits, no form can be drawn
again and no receipt can be checked.
"""

import hashlib
import hmac
import os
import secrets as entropy
from dataclasses import dataclass
from pathlib import Path

from app.kit.errors import OpsError
from app.settings import Settings

NAMES = ("token", "pin", "nip", "form", "staff", "receipt")
_BYTES = 32
PIN_DIGITS = 12
DOOR_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys of 32 bytes each. ``receipt_keys`` maps a key's id to its Ed25519 seed."""

    token: bytes
    pin: bytes
    nip: bytes
    form: bytes
    staff: bytes
    receipt_keys: dict[str, bytes]
    receipt_key_id: str


def create_missing(settings: Settings) -> list[str]:
    """Make the secret files that neither the environment nor the folder holds; name those made."""
    made: list[str] = []
    for name in NAMES:
        if _given(settings, name):
            continue
        path = _path(settings, name)
        if path.exists():
            continue
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(entropy.token_hex(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)  # never over a file that another process made meanwhile
        except FileExistsError:
            continue
        finally:
            draft.unlink()
        made.append(name)
    return made


def load(settings: Settings) -> Secrets:
    """Read all secrets.

    Raises:
        OpsError: when one is missing or is not 64 hexadecimal digits.
    """
    keys = {name: _read(settings, name) for name in NAMES}
    signing = {_key_id(keys["receipt"]): keys["receipt"]}
    for old in sorted(settings.secrets_dir.glob("receipt-*.key")):  # retired, still answered for
        seed = _parse(old.read_text(), str(old))
        signing[_key_id(seed)] = seed
    return Secrets(
        token=keys["token"],
        pin=keys["pin"],
        nip=keys["nip"],
        form=keys["form"],
        staff=keys["staff"],
        receipt_keys=signing,
        receipt_key_id=_key_id(keys["receipt"]),
    )


def card_pin(pin_key: bytes, sitting: str, card: int) -> str:
    """Return the 12 digits of a card: derived, so that it is printed again and stored nowhere."""
    mac = hmac.digest(pin_key, f"card|{sitting}|{card}".encode(), hashlib.sha256)
    return f"{int.from_bytes(mac[:16], 'big') % 10**PIN_DIGITS:0{PIN_DIGITS}d}"


def in_fours(pin: str) -> str:
    """Return a card's PIN as it is printed and read out: in groups of four."""
    return " ".join(pin[at : at + 4] for at in range(0, len(pin), 4))


def door_pin(pin_key: bytes, event: str, room: str, action: str) -> str:
    """Return the 6 digits that an action gave to a room: the same action gives the same ones."""
    mac = hmac.digest(pin_key, f"door|{event}|{room}|{action}".encode(), hashlib.sha256)
    return f"{int.from_bytes(mac[:16], 'big') % 10**DOOR_DIGITS:0{DOOR_DIGITS}d}"


def pin_hash(pin_key: bytes, sitting: str, pin: str) -> str:
    """Return the keyed hash under which a PIN (of a card or a room) is held, 32 hex digits."""
    return hmac.digest(pin_key, f"pin|{sitting}|{pin}".encode(), hashlib.sha256)[:16].hex()


def _given(settings: Settings, name: str) -> str:
    value: str = getattr(settings, f"{name}_key")
    return value


def _path(settings: Settings, name: str) -> Path:
    return settings.secrets_dir / f"{name}.key"


def _read(settings: Settings, name: str) -> bytes:
    given = _given(settings, name)
    if given:
        return _parse(given, f"{name.upper()}_KEY")
    path = _path(settings, name)
    try:
        return _parse(path.read_text(), str(path))
    except FileNotFoundError:
        sentence = (
            f"The secret {path} is missing: run `serentak migrate` once on one node and copy "
            f"{settings.secrets_dir} to the others, or set {name.upper()}_KEY."
        )
        raise OpsError(sentence) from None


def _parse(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        sentence = f"{where} must hold {2 * _BYTES} hexadecimal digits."
        raise OpsError(sentence)
    return key


def _key_id(seed: bytes) -> str:
    return hashlib.sha256(b"receipt key id" + seed).hexdigest()[:8]
