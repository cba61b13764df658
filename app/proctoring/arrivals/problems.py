"""What is refused at the door. Problem details."""

from app.kit.errors import Problem


class EventOver(Problem):
    """Nobody can begin any more."""

    type = "event-over"
    status = 409
    title = "Kegiatan sudah selesai"
    detail = "Kegiatan ini sudah ditutup. Peserta baru tidak dapat memulai lagi."


class NotDrawable(Problem):
    """The room was primed by an older version: it does not hold what forms are drawn from."""

    type = "not-drawable"
    status = 503
    title = "Naskah belum dapat disusun"
    detail = (
        "Ruang ujian belum memuat kisi-kisi, sehingga naskah peserta baru belum dapat disusun. "
        "Minta operator menambahkan peserta ini dari server."
    )
    retry_after_s = 30


class TurnedSince(Problem):
    """The room was given another PIN after this action's."""

    type = "turned-since"
    status = 409
    title = "PIN ruang sudah diganti lagi"
    detail = "PIN ruang ini sudah diganti lagi sesudahnya. Mintalah PIN yang baru."
