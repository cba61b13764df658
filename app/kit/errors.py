"""The two kinds of refusal: a problem a participant reads, and a sentence ops reads."""

from typing import ClassVar


class OpsError(Exception):
    """A sentence in English for ops: what is wrong and what to do. Ends a command with status 1."""


def first_line(error: Exception) -> str:
    """Return what an error is and the first line of what it says, as it stands in a log."""
    said = str(error).splitlines()
    return f"{type(error).__name__}: {said[0] if said else ''}"[:200]


class Problem(Exception):
    """A refused call, as RFC 9457 problem details.

    A subclass names its stable ``type`` (a suffix under ``/problems/``), its status and an
    Indonesian ``detail`` that the participant can act on. ``more`` travels as extension members.
    """

    type: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    detail: ClassVar[str]
    retry_after_s: ClassVar[int | None] = None

    def __init__(
        self, *, detail: str | None = None, retry_after_s: int | None = None, **more: object
    ) -> None:
        super().__init__(self.type)
        self.said = detail or self.detail
        self.come_back_s = retry_after_s or self.retry_after_s
        self.more = {name: value for name, value in more.items() if value is not None}

    def document(self) -> dict[str, object]:
        """Return the problem details as they travel."""
        return {
            "type": f"/problems/{self.type}",
            "title": self.title,
            "status": self.status,
            "detail": self.said,
            **self.more,
        }


class InvalidRequest(Problem):
    """The shape of the request is wrong; ``faults`` holds a JSON pointer and a sentence each."""

    type = "invalid-request"
    status = 422
    title = "Permintaan tidak sesuai"
    detail = "Isi permintaan tidak sesuai. Muat ulang halaman lalu coba lagi."


class TooLarge(Problem):
    """The body is larger than any honest page sends."""

    type = "too-large"
    status = 413
    title = "Kiriman terlalu besar"
    detail = "Kiriman terlalu besar. Jawaban Anda tetap tersimpan di perangkat."


class Busy(Problem):
    """The server is at its limit, or Redis cannot take the change now."""

    type = "busy"
    status = 503
    title = "Server sedang sibuk"
    detail = "Server sedang sibuk. Jawaban Anda tetap di perangkat dan dikirim lagi otomatis."
    retry_after_s = 2


class RoomRecovering(Problem):
    """The room is closed while it is being recovered (or was never opened)."""

    type = "room-recovering"
    status = 503
    title = "Ruang ujian sedang dipulihkan"
    detail = "Ruang ujian sedang dipulihkan. Jawaban Anda aman di perangkat; mohon tunggu sebentar."
    retry_after_s = 3


class NotFound(Problem):
    """Nothing stands under this address."""

    type = "not-found"
    status = 404
    title = "Tidak ditemukan"
    detail = "Alamat atau kode ini tidak ditemukan. Periksa kembali penulisannya."
