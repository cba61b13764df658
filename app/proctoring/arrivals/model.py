"""Somebody at the door: what the desk types of them, as the roster would have it. Pure."""

from contextlib import suppress
from typing import Final

from app.people.model import Participant
from app.people.nip import OWN_NUMBERS, NipError, own_number, parse_nip, whole_number
from app.people.roster_cells import CellFault, bare, date_of, person_name, sex_of
from app.people.staff.problems import Unfit

_UNKNOWN: Final = "Pegawai non-ASN: isi juga jenis kelamin dan tanggal lahir."


def at_the_door(
    unsafe_nip: str, unsafe_name: str, unit: str, unsafe_sex: str = "", unsafe_born: str = ""
) -> Participant:
    """Return the person; a NIP tells sex and birth date, a number of the agency's own does not.

    Raises:
        Unfit: names the field that will not do, and why.
    """
    try:
        nip = whole_number(unsafe_nip)
        if nip.startswith(OWN_NUMBERS):
            return _without_nip(nip, _name(unsafe_name), unit, unsafe_sex, unsafe_born)
        with suppress(NipError):
            pns = parse_nip(nip, "PNS")
            return Participant(nip, _name(unsafe_name), "PNS", unit, pns.sex, pns.birth_date)
        pppk = parse_nip(nip, "PPPK")
        return Participant(nip, _name(unsafe_name), "PPPK", unit, pppk.sex, pppk.birth_date)
    except NipError as fault:
        raise Unfit(detail=str(fault), field="nip") from None


def _name(unsafe_name: str) -> str:
    try:
        return person_name(bare(unsafe_name))
    except CellFault as fault:
        raise Unfit(detail=str(fault), field="name") from None


def _without_nip(nip: str, name: str, unit: str, unsafe_sex: str, unsafe_born: str) -> Participant:
    if not unsafe_sex or not unsafe_born:
        raise Unfit(detail=_UNKNOWN, field="birth_date" if unsafe_sex else "sex")
    try:
        sex = sex_of(unsafe_sex)
    except CellFault as fault:
        raise Unfit(detail=str(fault), field="sex") from None
    try:
        born = date_of(bare(unsafe_born))
    except CellFault as fault:
        raise Unfit(detail=str(fault), field="birth_date") from None
    return Participant(own_number(nip), name, "NON_ASN", unit, sex, born)
