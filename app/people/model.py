"""Work units and the people in them, as plain values."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Sex = Literal["L", "P"]
"""Laki-laki, perempuan: the letters the personnel system uses."""

Status = Literal["PNS", "PPPK", "NON_ASN"]
"""Permanent civil servant, contract civil servant, other staff (see `app.people.nip`)."""

PositionType = Literal["struktural", "fungsional", "pelaksana"]


@dataclass(frozen=True, slots=True)
class OrgUnit:
    """One node of the unit tree. Codes are the personnel system's and never change; names may."""

    code: str
    name: str
    kind: str
    parent: str | None = None
    """Code of the unit above; None for the root."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A person of the roster, before the record gives them a number. None: it was not said."""

    nip: str
    """18 digits, always text: a spreadsheet number keeps only 15."""
    name: str
    status: Status
    unit: str
    """Code of the work unit."""
    sex: Sex
    birth_date: date
    education: str | None = None
    position_type: PositionType | None = None
    position: str | None = None
    grade: str | None = None
    """Level of the position: ``Administrator``, ``Ahli Muda`` …"""
    echelon: str | None = None
    rank: str | None = None
    """I/a–IV/e for PNS, I–XVII for PPPK."""
