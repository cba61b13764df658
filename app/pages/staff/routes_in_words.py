"""The table of rights in words: what each of its lines lets somebody do."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from app.people.staff.model import Role
from app.people.staff.rights import RULES, Reach, Rule

_API: Final = "/api/v1/staff"

# What can be done, and the lines of the table by which: of the pages, of the calls.
_ACTS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "Masuk dan akun sendiri": {
        "Membuka beranda": ("GET /staf",),
        "Melihat siapa yang masuk": (f"GET {_API}/session",),
        "Menunjukkan kode faktor kedua": (
            *("GET /staf/kode", "POST /staf/kode", f"POST {_API}/session/code"),
        ),
        "Memastikan diri dengan kata sandi": (f"POST {_API}/session/proof",),
        "Mengganti kata sandi sendiri": (
            *("GET /staf/sandi", "POST /staf/sandi", f"PUT {_API}/password"),
        ),
        "Menyiapkan faktor kedua": ("GET /staf/faktor-kedua", f"POST {_API}/factor"),
        "Memasang faktor kedua": ("POST /staf/faktor-kedua", f"PUT {_API}/factor"),
        "Melihat sesi sendiri": ("GET /staf/sesi", f"GET {_API}/sessions"),
        "Mengakhiri semua sesi sendiri yang lain": ("POST /staf/sesi/lain/akhiri",),
        "Mengakhiri sebuah sesi": (
            *("POST /staf/sesi/{session}/akhiri", f"DELETE {_API}/sessions/{{session}}"),
        ),
        "Keluar": ("POST /staf/keluar", f"DELETE {_API}/session"),
    },
    "Akun staf": {
        "Melihat daftar akun": ("GET /staf/akun", f"GET {_API}/accounts"),
        "Melihat sebuah akun": (
            *("GET /staf/akun/{login}", f"GET {_API}/accounts/{{login}}"),
            f"GET {_API}/accounts/{{login}}/sessions",
        ),
        "Menyiapkan akun baru": ("GET /staf/akun-baru",),
        "Membuat akun": ("POST /staf/akun", f"POST {_API}/accounts"),
        "Mengubah, menutup, atau membuka lagi sebuah akun": (
            *("POST /staf/akun/{login}", f"PATCH {_API}/accounts/{{login}}"),
        ),
        "Memberi kata sandi sementara yang baru": (
            *("POST /staf/akun/{login}/sandi", f"POST {_API}/accounts/{{login}}/password"),
        ),
        "Menghapus faktor kedua sebuah akun": (
            *("POST /staf/akun/{login}/faktor-kedua", f"DELETE {_API}/accounts/{{login}}/factor"),
        ),
    },
    "Papan pantau": {
        "Melihat papan pantau": (
            *("GET /staf/papan/{event}", f"GET {_API}/events/{{event}}/board"),
            f"GET {_API}/events/{{event}}/board/stream",
        ),
        "Mengunduh daftar yang belum mulai": (f"GET {_API}/events/{{event}}/missing.xlsx",),
        "Mencari peserta dengan NIP": (f"POST {_API}/events/{{event}}/find",),
        "Menambah waktu, menjeda, mengirim pesan, mengumpulkan, membuka kembali": (
            f"POST {_API}/events/{{event}}/acts",
        ),
        "Melihat catatan seorang peserta": (f"GET {_API}/events/{{event}}/sittings/{{sitting}}",),
        "Menerima atau menolak jawaban terlambat (ketua)": (f"POST {_API}/events/{{event}}/late",),
        "Melihat gangguan jaringan dan server": (f"GET {_API}/events/{{event}}/outages",),
        "Mengganti waktu karena gangguan, sebagai ketua": (
            f"POST {_API}/events/{{event}}/outages/{{outage}}/credit",
        ),
        "Menambah peserta yang datang tanpa terdaftar": (f"POST {_API}/events/{{event}}/walk-ins",),
        "Mengganti PIN sebuah ruang": (f"POST {_API}/events/{{event}}/rooms/{{room}}/pin",),
    },
    "Token untuk skrip": {
        "Melihat token": ("GET /staf/token", f"GET {_API}/tokens"),
        "Membuat token": ("POST /staf/token", f"POST {_API}/tokens"),
        "Mengakhiri token": ("POST /staf/token/{token}/akhiri", f"DELETE {_API}/tokens/{{token}}"),
    },
    "Hak dan catatan": {
        "Membaca tabel hak ini": ("GET /staf/hak", f"GET {_API}/rights"),
        "Membaca catatan": ("GET /staf/catatan", f"GET {_API}/audit-log"),
    },
}
_REACHES: Final[dict[Reach, str]] = {Reach.ALL: "semua", Reach.OWN: "miliknya", Reach.NONE: "–"}
_REST: Final = "Lainnya"
_PLACES: Final = {
    line: (group, act)
    for group, acts in _ACTS.items()
    for act, lines in acts.items()
    for line in lines
}


class Right(NamedTuple):
    """Something that can be done, how far each role reaches, whether the password is asked for."""

    act: str
    reach: dict[Role, Reach]
    proves: bool

    def word(self, role: Role) -> str:
        """Return how far a role reaches; where that is no question, whether it does it at all."""
        if self.reach[role] is Reach.ALL and Reach.OWN not in self.reach.values():
            return "ya"
        return _REACHES[self.reach[role]]


def act_of(line: str) -> str:
    """Return what a line of the table, ``GET /staf``, lets somebody do; itself without words."""
    return _place(line)[1]


def rights(rules: Iterable[Rule] = RULES.values()) -> dict[str, list[Right]]:
    """Return what staff may do by its group; lines that say the same of one act are one."""
    found: dict[str, list[Right]] = {group: [] for group in (*_ACTS, _REST)}
    for rule in rules:
        if rule.audience == "staff":
            group, act = _place(line_of(rule))
            right = Right(act, rule.reach, rule.proves)
            if right not in found[group]:
                found[group].append(right)
    order = {
        act: number for number, act in enumerate(act for acts in _ACTS.values() for act in acts)
    }
    for lines in found.values():
        lines.sort(key=lambda right: order.get(right.act, len(order)))
    return {group: lines for group, lines in found.items() if lines}


def without_words(rules: Iterable[Rule] = RULES.values()) -> list[str]:
    """Return the lines of the table for which there are no words yet."""
    staffs = [line_of(rule) for rule in rules if rule.audience == "staff"]
    return [line for line in staffs if line not in _PLACES]


def line_of(rule: Rule) -> str:
    """Return by which words a line of the table is known."""
    return f"{rule.method} {rule.path}"


def _place(line: str) -> tuple[str, str]:
    return _PLACES.get(line, (_REST, line))
