"""What a participant reads on the device when staff have done something."""

from typing import Final

from app.proctoring.model import Kind, LastAct, Order

_MINUTE_MS: Final = 60_000

_SAID: Final[dict[Kind, str]] = {
    "admit": "Anda sudah diterima di ruang ujian. Ujian dapat dimulai pada waktunya.",
    "extend": "Waktu Anda ditambah {minutes} menit.",
    "pause": "Ujian Anda dijeda oleh pengawas. Sisa waktu Anda tidak berkurang.",
    "resume": "Ujian Anda dilanjutkan. Waktu Anda berjalan kembali.",
    "submit": "Ujian Anda dikumpulkan oleh pengawas. Jawaban yang tersimpan tetap dinilai.",
    "reopen": "Ujian Anda dibuka kembali. Waktu Anda {minutes} menit.",
    "hold": "Mohon tunggu, ujian Anda belum dapat dimulai. Pengawas akan membukanya untuk Anda.",
    "device": "Ujian Anda dipindahkan ke perangkat lain. Jawaban yang tersimpan tidak hilang.",
}
_UNDONE: Final[dict[str, str]] = {
    "admit": "Mohon tunggu, ujian Anda belum dapat dimulai. Pengawas akan membukanya untuk Anda.",
    "hold": "Anda tidak perlu menunggu pengawas lagi. Ujian dapat dimulai pada waktunya.",
    "extend": "Tambahan waktu {minutes} menit dibatalkan. Sisa waktu di layar sudah disesuaikan.",
    "pause": "Jeda dibatalkan. Waktu Anda berjalan kembali.",
    "resume": "Ujian Anda dijeda kembali oleh pengawas. Sisa waktu Anda tidak berkurang.",
    "submit": "Pengumpulan dibatalkan, ujian Anda dibuka kembali dengan sisa waktu semula.",
}
_UNDONE_BEFORE: Final[dict[tuple[str, str], str]] = {
    ("hold", "n"): "Anda tidak ditahan lagi. Tunggu sampai pengawas menerima Anda.",
    ("submit", "p"): "Pengumpulan dibatalkan. Ujian Anda masih dijeda; sisa waktu Anda tetap.",
}
"""Where it depends on the state before what was undone."""


def notice(order: Order) -> str:
    """Return the notice of an order, with the reason where one was given; plain text."""
    if order.kind == "message":
        return order.text
    return _with_reason(order, _SAID[order.kind].format(minutes=order.minutes))


def notice_of_undoing(order: Order, last: LastAct) -> str:
    """Return the notice of an undoing; empty where this cannot be undone."""
    text = _UNDONE_BEFORE.get((last.kind, last.before)) or _UNDONE.get(last.kind, "")
    return text and _with_reason(order, text.format(minutes=last.number // _MINUTE_MS))


def _with_reason(order: Order, said: str) -> str:
    if not order.reason:
        return said
    end = "" if order.reason[-1] in ".!?" else "."
    return f"{said} Alasan: {order.reason}{end}"
