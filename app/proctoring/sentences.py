"""What is wrong with an order, or why it failed: to a shell in English, on the board in Indonesian.

A sentence a line; what stands in braces is given where it is said.
"""

from typing import Final, NamedTuple


class Said(NamedTuple):
    """The same sentence twice."""

    english: str
    indonesian: str


KINDS: Final = {
    "admit": "Terima",
    "hold": "Tahan",
    "extend": "Tambah waktu",
    "message": "Kirim pesan",
    "pause": "Jeda",
    "resume": "Lanjutkan",
    "submit": "Kumpulkan",
    "reopen": "Buka kembali",
    "device": "Perangkat baru",
    "undo": "Urungkan",
    "card": "Kartu baru",
    "flag": "Catatan",
}
"""What the board calls an act."""

_SENTENCES: Final = {
    # What an order needs
    "action": Said(
        "The action id {given!r} will not do: 1 to 40 letters, digits and . _ @ + : -",
        "Nomor tindakan {given!r} tidak sesuai: 1 sampai 40 huruf, angka, tanda (. _ @ + : -).",
    ),
    "actor": Said(
        "The name of who does it {given!r} will not do: 1 to 40 letters, digits and . _ @ + : -",
        "Nama pelaku {given!r} tidak sesuai: 1 sampai 40 huruf, angka, tanda (. _ @ + : -).",
    ),
    "minutes-needed": Said("{kind} needs minutes.", "{act}: sebutkan berapa menit."),
    "minutes-too-much": Said("{kind} takes no minutes.", "{act} tidak memakai jumlah menit."),
    "minutes-bounds": Said(
        "{minutes} minutes will not do: 1 to {most}.",
        "{minutes} menit tidak dapat: pilih 1 sampai {most} menit.",
    ),
    "text-needed": Said("{kind} needs text.", "{act}: tulis teksnya dahulu."),
    "text-too-much": Said("{kind} takes no text.", "{act} tidak memakai teks pesan."),
    "undoes-needed": Said(
        "{kind} needs the id of the act that is taken back.",
        "{act}: sebutkan nomor tindakan yang dibatalkan.",
    ),
    "undoes-too-much": Said("{kind} takes back nothing.", "{act} tidak membatalkan tindakan lain."),
    "reason-needed": Said(
        "{kind} needs a reason; the participant reads it too.",
        "{act}: tulis alasannya dahulu; peserta juga membacanya.",
    ),
    "reason-too-much": Said(
        "{kind} takes no reason: say it in the text.",
        "{act} tidak memakai alasan: tulis di dalam teksnya.",
    ),
    "category-needed": Said("{kind} needs a category.", "{act}: pilih kategorinya dahulu."),
    "category-too-much": Said("{kind} takes no category.", "{act} tidak memakai kategori."),
    "severity-needed": Said("{kind} needs a severity.", "{act}: pilih tingkatnya dahulu."),
    "severity-too-much": Said("{kind} takes no severity.", "{act} tidak memakai tingkat."),
    "card-one": Said(
        "A card is one person's: name one sitting.",
        "Kartu baru hanya untuk satu peserta: pilih satu peserta.",
    ),
    "text-unprintable": Said(
        "The text holds a sign that cannot be printed: {sign}.",
        "Pesan memuat tanda yang tidak dapat ditampilkan: {sign}.",
    ),
    "text-empty": Said("The text is empty.", "Pesan masih kosong."),
    "text-long": Said(
        "The text is {length} letters long, {most} at the most.",
        "Pesan terlalu panjang: {length} huruf, paling banyak {most}.",
    ),
    "remark-unprintable": Said(
        "The remark holds a sign that cannot be printed: {sign}.",
        "Catatan memuat tanda yang tidak dapat ditampilkan: {sign}.",
    ),
    "remark-empty": Said("The remark is empty.", "Catatan masih kosong."),
    "remark-long": Said(
        "The remark is {length} letters long, {most} at the most.",
        "Catatan terlalu panjang: {length} huruf, paling banyak {most}.",
    ),
    "reason-unprintable": Said(
        "The reason holds a sign that cannot be printed: {sign}.",
        "Alasan memuat tanda yang tidak dapat ditampilkan: {sign}.",
    ),
    "reason-empty": Said("The reason is empty.", "Alasan masih kosong."),
    "reason-long": Said(
        "The reason is {length} letters long, {most} at the most.",
        "Alasan terlalu panjang: {length} huruf, paling banyak {most}.",
    ),
    # Whom it is for
    "everybody-where": Said(
        "Name the event in which everybody is meant.",
        "Sebutkan kegiatan yang semua pesertanya dimaksud.",
    ),
    "event-unnamed": Said(
        "Name the event; in the room: {there}.",
        "Sebutkan kegiatannya; yang ada di ruang ujian: {there}.",
    ),
    "event-unknown": Said(
        "The event {name!r} is not in the room; in the room: {there}.",
        "Kegiatan {name!r} tidak ada di ruang ujian; yang ada: {there}.",
    ),
    "nobody": Said("Nobody sits in {where}.", "Tidak ada peserta di {place}."),
    "no-sitting": Said(
        "{name!r} is no sitting: it has 12 letters and digits.",
        "{name!r} bukan nomor peserta: terdiri dari 12 huruf dan angka.",
    ),
    "sitting-unknown": Said(
        "There is no sitting {name} in {event}.",
        "Peserta {name} tidak ada dalam kegiatan ini.",
    ),
    "no-nip": Said(
        "This is no NIP: it has 18 digits.", "Ini bukan NIP: NIP terdiri dari 18 angka."
    ),
    "nip-unknown": Said(
        "Nobody with this NIP takes part in {event}.",
        "NIP ini tidak terdaftar dalam kegiatan.",
    ),
    "several": Said(
        "Several are called {name!r}: say {either}.",
        "Ada beberapa yang bernama {name!r}: sebutkan {salah_satu}.",
    ),
    "unknown-unit": Said("There is no unit {name!r}.", "Unit {name!r} tidak ada."),
    "unknown-unit-alike": Said(
        "There is no unit {name!r}. Did you mean {either}?",
        "Unit {name!r} tidak ada. Mungkin maksud Anda {salah_satu}?",
    ),
    "unknown-room": Said("There is no room {name!r}.", "Ruang {name!r} tidak ada."),
    "unknown-room-alike": Said(
        "There is no room {name!r}. Did you mean {either}?",
        "Ruang {name!r} tidak ada. Mungkin maksud Anda {salah_satu}?",
    ),
    "unknown-wave": Said("There is no wave {name!r}.", "Gelombang {name!r} tidak ada."),
    "unknown-wave-alike": Said(
        "There is no wave {name!r}. Did you mean {either}?",
        "Gelombang {name!r} tidak ada. Mungkin maksud Anda {salah_satu}?",
    ),
    # Why it failed
    "closed": Said(
        "the room is closed, it is being recovered",
        "Ruang ujian sedang dipulihkan. Coba lagi sebentar.",
    ),
    "unknown": Said("the room does not know the sitting", "Peserta ini tidak ada di ruang ujian."),
    "moved": Said(
        "somebody else changed it each time it was looked at",
        "Ujian ini terus diubah pihak lain saat diproses. Coba lagi.",
    ),
    "full": Said(
        "the sitting has as many as it may have",
        "Jumlah terbanyak untuk peserta ini sudah tercapai.",
    ),
    "away": Said("Redis went away", "Server sempat tidak terjangkau. Coba lagi."),
    "key-missing": Said(
        "{sentence}",
        "Kunci bukti pengumpulan yang lama tidak ada di server. Hubungi tim teknis.",
    ),
    "refused": Said(
        "{sentence}",
        "Ruang ujian menolak perubahan ini. Coba lagi; bila berulang, hubungi tim teknis.",
    ),
}


def said(what: str, **parts: object) -> Said:
    """Return a sentence with its parts; a ``kind`` is named as the board names it, too."""
    if "kind" in parts:
        parts["act"] = KINDS[str(parts["kind"])]
    return Said(*(sentence.format(**parts) for sentence in _SENTENCES[what]))
