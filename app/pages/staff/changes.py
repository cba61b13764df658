"""What an entry of the audit log changed, in words: a line a thing, before and after."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from app.pages.receipt import local_time
from app.pages.staff.times import span
from app.pages.staff.words import role_name
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
    "unit": "Unit",
    "room": "Ruang",
    "card": "Nomor kartu",
    "new": "Baru",
    "epoch": "Masa ruang",
    "recorded": "Tercatat sampai",
    "first": "Baris pertama",
    "last": "Baris terakhir",
    "head": "Kepala catatan",
}
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
_NOTHING: Final = "–"


class Changed(NamedTuple):
    """One thing: its name, and what it was and is; ``was`` empty where nothing stood before."""

    name: str
    was: str
    now: str


def changed(
    before: Mapping[str, Any], after: Mapping[str, Any], zone: TimeZone, titles: Mapping[str, str]
) -> list[Changed]:
    """Return what differs, and what is said without anything before it.

    ``titles``: of the events that are known.
    """
    lines = []
    for name in dict.fromkeys((*before, *after)):
        was = _said(name, before[name], zone, titles) if name in before else ""
        now = _said(name, after[name], zone, titles) if name in after else ""
        if was != now:
            lines.append(Changed(_NAMES.get(name, name), was, now or _NOTHING))
    return lines


def scope_name(scope: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Return what an account is bound to, as the audit log has it."""
    event = titles.get(str(scope.get("event")), str(scope.get("event")))
    match scope.get("kind"):
        case "unit":
            return f"unit {scope.get('name')} ({event})"
        case "room":
            return f"ruang {scope.get('name')} ({event})"
        case _:
            return f"seluruh {event}"


def _said(name: str, value: object, zone: TimeZone, titles: Mapping[str, str]) -> str:
    match value:
        case None | "" | [] | {}:
            return _NOTHING
        case bool():
            yes, no = _WORDS.get(name, ("ya", "tidak"))
            return yes if value else no
        case int() if name == "deadline" or name.endswith("_at"):
            return local_time(value, zone)
        case int() if name.endswith("_ms"):
            return span(value) if value else "tidak ada"
        case str():
            return _TEXTS.get(name, str)(value)
        case list() if name == "scopes":
            return ", ".join(scope_name(one, titles) for one in value if isinstance(one, Mapping))
        case list():
            return ", ".join(_said("", one, zone, titles) for one in value)
        case Mapping():
            parts = (f"{key}: {_said(str(key), one, zone, titles)}" for key, one in value.items())
            return ", ".join(parts)
        case _:
            return str(value)


_TEXTS: Final[dict[str, Callable[[str], str]]] = {
    "role": role_name,
    "state": lambda state: _STATES.get(state, state),
}
