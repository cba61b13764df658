"""Somebody who turns up and is not on the list: what must be said of them, and what need not."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from app.kit.errors import OpsError
from app.people.model import Participant, Sex, Status
from app.people.nip import OWN_NUMBERS, NipError, parse_nip


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be added; what is None stands in the roster already, or in the number."""

    nip: str
    name: str | None = None
    unit: str | None = None
    status: Status | None = None
    sex: Sex | None = None
    birth_date: date | None = None


def described(newcomer: Newcomer, held: Participant | None) -> Participant:
    """Put together what is said now, what the roster holds, and what the number tells.

    Raises:
        OpsError: that is not enough, or the number fits no status.
    """
    said: dict[str, Any] = {
        name: value
        for name in ("name", "unit", "status", "sex", "birth_date")
        if (value := getattr(newcomer, name)) is not None
    }
    if held is not None:
        return replace(held, **said)
    whole: dict[str, Any] = {"name": None, "unit": None, "sex": None, "birth_date": None}
    whole |= _of_number(newcomer.nip, newcomer.status) | said
    lacking = [f"--{name.replace('_', '-')}" for name, value in whole.items() if value is None]
    if lacking:
        raise OpsError(f"The roster does not know {newcomer.nip}: say {', '.join(lacking)} too.")
    return Participant(nip=newcomer.nip, **whole)


def _of_number(text: str, status: Status | None) -> dict[str, Any]:
    """Return what a number tells of the person; without a status, the one that it fits.

    Raises:
        OpsError: it fits none.
    """
    if status == "NON_ASN" or (status is None and text.startswith(OWN_NUMBERS)):
        if not text.startswith(OWN_NUMBERS):
            raise OpsError(f"Numbers of staff without a NIP begin with {OWN_NUMBERS}, not {text}.")
        return {"status": "NON_ASN"}
    tried: tuple[Literal["PNS", "PPPK"], ...] = (status,) if status else ("PNS", "PPPK")
    for one in tried:
        with suppress(NipError):
            nip = parse_nip(text, one)
            return {"status": one, "sex": nip.sex, "birth_date": nip.birth_date}
    raise OpsError(f"{text} is no number of a {' or '.join(tried)}: see its dates and sex.")
