"""What stands in code and logs, in the words of the people who read it."""

import re
from collections.abc import Mapping
from typing import Final

from app.people.staff.model import ROLE_NAMES, Role

ROLE_TASKS: Final[dict[Role, str]] = {
    Role.ADMIN: "Mengatur akun, token, dan seluruh pemasangan. Wajib memakai faktor kedua.",
    Role.OPERATOR: "Menyiapkan dan menjalankan kegiatan; membuat akun pengawas dan pemantau.",
    Role.AUTHOR: "Menulis butir soal dan kisi-kisi.",
    Role.PROCTOR: "Mengawasi peserta pada kegiatan, unit, atau ruang yang ditetapkan.",
    Role.VIEWER: "Melihat keadaan dan hasil, tidak mengubah apa pun.",
}

_BROWSERS: Final = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet")),
    *(("UCBrowser", "UC Browser"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox")),
    *(("CriOS", "Chrome"), ("; wv)", "Aplikasi"), ("Chrome/", "Chrome")),
    *(("Safari/", "Safari"),),
)
_SYSTEMS: Final = (
    *(("Android", "ponsel Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Windows", "Windows"), ("CrOS", "Chromebook"), ("Mac OS X", "Mac"), ("Linux", "Linux")),
)
_PROGRAM: Final = re.compile(r"[A-Za-z][A-Za-z0-9 ._-]{0,30}")


def role_name(role: str) -> str:
    """Return a role in words; of an unknown one what stands there."""
    return ROLE_NAMES[Role(role)] if role in set(Role) else role


def device_name(agent: str) -> str:
    """Return browser and machine in words, ``Chrome di ponsel Android``, by a user agent."""
    browser = _first(agent, _BROWSERS)
    system = _first(agent, _SYSTEMS)
    if browser and system:
        return f"{browser} di {system}"
    if browser or system:
        return browser or f"Peramban di {system}"
    program = _PROGRAM.match(agent)
    return f"Program {program[0].strip()}" if program else "Perangkat yang tidak dikenal"


# Who reads the audit log reads these.

_ACTS: Final[dict[str, str]] = {
    "session.begin": "Masuk",
    "session.end": "Mengakhiri sesi",
    "session.refused": "Percobaan masuk yang salah",
    "access.refused": "Ditolak: tidak berwenang",
    "account.create": "Membuat akun",
    "account.change": "Mengubah akun",
    "account.give-password": "Memberi kata sandi sementara",
    "account.choose-password": "Memilih kata sandi sendiri",
    "account.choose-factor": "Memasang faktor kedua",
    "account.drop-factor": "Menghapus faktor kedua",
    "token.make": "Membuat token skrip",
    "token.end": "Mengakhiri token skrip",
    "sitting.admit": "Mengizinkan peserta mulai",
    "sitting.extend": "Menambah waktu",
    "sitting.message": "Mengirim pesan",
    "sitting.pause": "Menjeda ujian",
    "sitting.resume": "Melanjutkan ujian",
    "sitting.submit": "Mengumpulkan ujian",
    "sitting.reopen": "Membuka ujian kembali",
    "sitting.hold": "Menahan peserta di depan pintu",
    "sitting.device": "Mengakhiri perangkat peserta",
    "sitting.undo-admit": "Membatalkan izin mulai",
    "sitting.undo-hold": "Membatalkan penahanan",
    "sitting.undo-extend": "Membatalkan tambahan waktu",
    "sitting.undo-pause": "Membatalkan jeda",
    "sitting.undo-resume": "Membatalkan kelanjutan",
    "sitting.undo-submit": "Membatalkan pengumpulan",
    "sitting.card": "Menerbitkan kartu baru",
    "sitting.flag": "Mencatat kejadian",
    "sitting.late-accept": "Menerima jawaban terlambat",
    "sitting.late-reject": "Menolak jawaban terlambat",
    "card.reissue": "Menerbitkan kartu baru",
    "room.pin": "Mengganti PIN ruang",
    "roster.add": "Menambah peserta",
    "roster.move": "Memindahkan peserta",
    "roster.import": "Memuat daftar peserta",
    "bank.import": "Memuat bank soal",
    "event.create": "Membuat kegiatan",
    "event.prime": "Membuka ruang kegiatan",
    "event.recover": "Memulihkan ruang kegiatan",
    "event.reflow": "Mengirim ulang ke catatan",
    "event.credit": "Mengganti waktu karena gangguan",
    "event.score": "Menilai kegiatan",
    "audit-log.cut": "Baris catatan hilang",
    "audit-log.restored": "Menjelaskan catatan yang dipulihkan",
    "audit-log.unreadable": "Baris yang tidak terbaca",
}
KINDS: Final[dict[str, str]] = {
    "session.": "Masuk dan sesi",
    "access.": "Yang ditolak",
    "account.": "Akun staf",
    "token.": "Token skrip",
    "sitting.": "Tindakan pada peserta",
    "card.": "Kartu peserta",
    "roster.": "Daftar peserta",
    "room.": "Ruang",
    "bank.": "Bank soal",
    "event.": "Kegiatan",
    "audit-log.": "Catatan itu sendiri",
}
"""Beginnings of what was done, to choose from."""
_THINGS: Final[dict[str, str]] = {
    "account": "akun",
    "token": "token",
    "session": "sesi",
    "sitting": "peserta",
    "event": "kegiatan",
    "unit": "unit",
    "room": "ruang",
    "instrument": "instrumen",
    "shell": "server, oleh",
    "process": "server, proses",
}


def act_name(what: str) -> str:
    """Return what was done, in words; of an unknown one what stands there."""
    return _ACTS.get(what, what)


def thing_name(whom: str, titles: Mapping[str, str]) -> str:
    """Return who it was, or what it was done to; ``titles``: of the events that are known."""
    kind, colon, name = whom.partition(":")
    if not colon:
        return whom
    if kind == "event":
        return f"kegiatan {titles.get(name, name)}"
    return f"{_THINGS.get(kind, kind)} {name}"


def _first(text: str, among: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in among if sign in text), "")
