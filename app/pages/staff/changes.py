"""What an entry of the audit log changed, in words: a line a thing, before and after."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from app.pages.receipt import local_time
from app.pages.staff.routes_in_words import act_of
from app.pages.staff.times import span
from app.pages.staff.words import role_name
from app.people.audit_log.model import Entry
from app.people.staff.model import Scope
from app.settings import TimeZone

_NAMES: Final[dict[str, str]] = {
    "name": "Nama",
    "role": "Peran",
    "scopes": "Batas",
    "is_active": "Keadaan",
    "is_temporary": "Kata sandi",
    "second_factor": "Faktor kedua",
    "wrong_before": "Salah sebelumnya",
    "wrong_tries": "Percobaan salah",
    "own": "Sesi sendiri",
    "where": "Alamat",
    "route": "Yang diminta",
    "ends_at": "Berlaku sampai",
    "state": "Keadaan",
    "deadline": "Batas waktu",
    "extra_ms": "Waktu tambahan",
    "left_ms": "Sisa waktu",
    "seal": "Segel",
    "action": "Nomor tindakan",
    "undoes": "Tindakan yang dibatalkan",
    "category": "Kategori",
    "severity": "Tingkat",
    "counted": "Jawaban yang ikut dihitung",
    "unit": "Unit",
    "room": "Ruang",
    "card": "Nomor kartu",
    "new": "Baru",
    "epoch": "Masa ruang",
    "recorded": "Tercatat sampai",
    "first": "Baris pertama",
    "last": "Baris terakhir",
    "head": "Kepala catatan",
    "sittings": "Peserta",
    "created": "Baru di ruang",
}
_ORDER: Final = {name: number for number, name in enumerate(_NAMES)}
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "is_active": ("aktif", "ditutup"),
    "is_temporary": ("sementara", "pilihan sendiri"),
    "second_factor": ("ada", "belum ada"),
}
_STATES: Final[dict[str, str]] = {
    "assigned": "terdaftar",
    "admitted": "boleh mulai",
    "open": "sedang mengerjakan",
    "paused": "dijeda",
    "sealed": "dikumpulkan",
    "recorded": "tercatat",
    "scored": "dinilai",
    "absent": "tidak hadir",
}
_CATEGORIES: Final[dict[str, str]] = {
    "conduct": "perilaku",
    "identity": "identitas",
    "device": "perangkat",
    "network": "jaringan",
    "question": "soal",
    "other": "lainnya",
}
_SEVERITIES: Final = {1: "ringan", 2: "sedang", 3: "berat"}
_NOTHING: Final = "–"


class Changed(NamedTuple):
    """One thing: its name, and what it was and is; ``was`` empty where nothing stood before."""

    name: str
    was: str
    now: str


def changed(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    zone: TimeZone,
    bounds: Mapping[Scope, str],
) -> list[Changed]:
    """Return what differs, and what is said without anything before it.

    ``bounds``: what accounts are bound to, in words.
    """
    lines = []
    for name in sorted({*before, *after}, key=_place):
        was = _said(name, before[name], zone, bounds) if name in before else ""
        now = _said(name, after[name], zone, bounds) if name in after else ""
        if was != now and (was or now != _NOTHING):
            lines.append(Changed(_NAMES.get(name, name), was, now or _NOTHING))
    return lines


def scopes_in(entries: Iterable[Entry]) -> set[Scope]:
    """Return what accounts are bound to by these entries, before or after."""
    said = [one.get("scopes", ()) for entry in entries for one in (entry.before, entry.after)]
    return {scope for scopes in said for scope in _scopes(scopes)}


def _place(name: str) -> tuple[int, str]:
    return _ORDER.get(name, len(_ORDER)), name


def _scopes(held: object) -> list[Scope]:
    """Return the bounds of an entry; what is none of ours is left out."""
    found = []
    for one in held if isinstance(held, list) else ():
        with suppress(TypeError):
            found.append(Scope(**one))
    return found


def _said(name: str, value: object, zone: TimeZone, bounds: Mapping[Scope, str]) -> str:
    match value:
        case None | "" | []:
            said = _NOTHING
        case bool():
            yes, no = _WORDS.get(name, ("ya", "tidak"))
            said = yes if value else no
        case int() if name == "deadline" or name.endswith("_at"):
            said = local_time(value, zone)
        case int() if name.endswith("_ms"):
            said = span(value) if value else "tidak ada"
        case int() if name == "severity":
            said = _SEVERITIES.get(value, str(value))
        case str():
            said = _TEXTS.get(name, str)(value)
        case list() if name == "scopes":
            said = ", ".join(bounds.get(scope, scope.name) for scope in _scopes(value))
        case list():
            said = ", ".join(_said("", one, zone, bounds) for one in value)
        case Mapping():
            parts = (f"{key}: {_said(str(key), one, zone, bounds)}" for key, one in value.items())
            said = ", ".join(parts) or _NOTHING
        case _:
            said = str(value)
    return said


_TEXTS: Final[dict[str, Callable[[str], str]]] = {
    "role": role_name,
    "route": act_of,
    "state": lambda state: _STATES.get(state, state),
    "category": lambda category: _CATEGORIES.get(category, category),
}
