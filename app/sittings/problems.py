"""How a sitting refuses, in words that a participant can act on."""

from app.kit.errors import Problem


class BadCredentials(Problem):
    """NIP, PIN or room PIN does not fit; one sentence for all, so that nothing is given away."""

    type = "bad-credentials"
    status = 401
    title = "NIP atau PIN tidak cocok"
    detail = "NIP atau PIN tidak cocok. Periksa angka pada kartu peserta, lalu coba lagi."


class Throttled(Problem):
    """Too many wrong tries on this account; a right PIN still enters."""

    type = "throttled"
    status = 429
    title = "Terlalu banyak percobaan"
    detail = "Terlalu banyak percobaan keliru. Periksa kartu Anda; PIN yang benar tetap diterima."
    retry_after_s = 60


class ChooseEvent(Problem):
    """The card fits several open events."""

    type = "choose-event"
    status = 409
    title = "Pilih kegiatan"
    detail = "Anda terdaftar pada beberapa kegiatan. Pilih kegiatan yang akan diikuti."


class SupersededDevice(Problem):
    """Another device took the sitting over."""

    type = "superseded-device"
    status = 409
    title = "Dilanjutkan di perangkat lain"
    detail = (
        "Ujian ini dilanjutkan di perangkat lain. Jawaban yang belum terkirim dari perangkat ini "
        "tetap disimpan terpisah."
    )


class RecoveredClaim(Problem):
    """The room was recovered; the device claims its sitting without a PIN."""

    type = "recovered-claim"
    status = 409
    title = "Ruang ujian telah dipulihkan"
    detail = "Ruang ujian telah dipulihkan. Perangkat menyambung kembali dengan sendirinya."


class NotOpen(Problem):
    """Not yet: the event has not opened, or the participant is not admitted."""

    type = "not-open"
    status = 403
    title = "Ujian belum dibuka"
    detail = "Ujian belum dibuka untuk Anda. Tunggu waktunya, atau hubungi pengawas."


class Closed(Problem):
    """The time is over."""

    type = "closed"
    status = 403
    title = "Waktu ujian telah berakhir"
    detail = "Waktu ujian telah berakhir. Jawaban yang belum terkirim disimpan sebagai terlambat."


class Sealed(Problem):
    """Already handed in."""

    type = "sealed"
    status = 403
    title = "Ujian sudah dikumpulkan"
    detail = "Ujian sudah dikumpulkan. Jawaban yang menyusul disimpan sebagai terlambat."


class Paused(Problem):
    """A proctor paused the sitting; its clock stands still."""

    type = "paused"
    status = 403
    title = "Ujian dijeda"
    detail = "Ujian Anda sedang dijeda oleh pengawas. Sisa waktu Anda tidak berkurang."
