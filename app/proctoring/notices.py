"""What a participant reads on the device when staff have done something."""

from typing import Final

from app.proctoring.model import Kind, Order

_SAID: Final[dict[Kind, str]] = {
    "admit": "Anda sudah diterima di ruang ujian. Ujian dapat dimulai pada waktunya.",
    "extend": "Waktu Anda ditambah {minutes} menit.",
    "pause": "Ujian Anda dijeda oleh pengawas. Sisa waktu Anda tidak berkurang.",
    "resume": "Ujian Anda dilanjutkan. Waktu Anda berjalan kembali.",
    "submit": "Ujian Anda dikumpulkan oleh pengawas. Jawaban yang tersimpan tetap dinilai.",
    "reopen": "Ujian Anda dibuka kembali. Waktu Anda {minutes} menit.",
}


def notice(order: Order) -> str:
    """Return the notice of an order, with the reason where one was given; plain text."""
    if order.kind == "message":
        return order.text
    said = _SAID[order.kind].format(minutes=order.minutes)
    if not order.reason:
        return said
    end = "" if order.reason[-1] in ".!?" else "."
    return f"{said} Alasan: {order.reason}{end}"
