"""What a password must withstand; and passwords that are given for a start."""

import secrets
from typing import Final

from zxcvbn import zxcvbn

from app.people.staff.passwords import PASSWORD_LEAST, PASSWORD_MOST
from app.people.staff.problems import WeakPassword

# A server that answers 3,000 tries a second would need years for these, day and night.
_GUESSES_LOG10: Final = 11
_ALPHABET: Final = "23456789abcdefghjkmnpqrstvwxyz"
_GROUPS: Final = 4
_RECKONED: Final = 72  # letters: reckoning longer ones takes seconds, and they are long enough
_OF_THE_TRADE: Final = ("serentak", "ujian", "peserta", "pengawas", "admin", "kukar", "bkpsdm")


def require_strong(password: str, *about: str) -> None:
    """Refuse a password that can be guessed; ``about``: login and name, which others know.

    Raises:
        WeakPassword: says in a sentence what to do.
    """
    if len(password) < PASSWORD_LEAST:
        raise WeakPassword(
            detail=f"Kata sandi terlalu pendek: paling sedikit {PASSWORD_LEAST} huruf."
        )
    if len(password) > PASSWORD_MOST:
        raise WeakPassword(
            detail=f"Kata sandi terlalu panjang: paling banyak {PASSWORD_MOST} huruf."
        )
    reckoned = zxcvbn(password[:_RECKONED], user_inputs=[*_OF_THE_TRADE, *about])
    if reckoned["guesses_log10"] < _GUESSES_LOG10:
        raise WeakPassword


def given_password() -> str:
    """Return a password for a start, about 78 bits, in groups that can be read out."""
    letters = [secrets.choice(_ALPHABET) for _ in range(4 * _GROUPS)]
    return "-".join("".join(letters[n : n + 4]) for n in range(0, len(letters), 4))
