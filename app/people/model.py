"""Work units and the people in them, as plain values."""

from collections.abc import Mapping
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


def hung(held: Mapping[str, str | None], wanted: Mapping[str, str]) -> dict[str, str | None]:
    """Return the parents that units (by code) are given, without any circle.

    ``held``: as the tree is; ``wanted``: what is to be above what. A unit that would come to stand
    below itself becomes a root.
    """
    tree = dict(held) | dict.fromkeys(wanted)
    for code, parent in wanted.items():
        above: str | None = parent
        while above is not None and above != code:
            above = tree.get(above)
        if above is None:
            tree[code] = parent
    return {code: tree[code] for code in wanted}


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
