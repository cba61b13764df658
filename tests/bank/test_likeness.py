"""No two shipped items are the same, and the rule that says so notices when they are."""

from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from app.bank.model import Item, Option
from app.bank.shipped import shipped_bank
from tests.bank.likeness import near_duplicates

ITEMS = shipped_bank().items
BY_CODE = {item.code: item for item in ITEMS}


class Paraphrase(NamedTuple):
    """A shipped item as a hurried author would write it again: new people, numbers, words."""

    of: str
    stem: str
    key: str
    others: tuple[str, str, str]

    def item(self) -> Item:
        """Return the item that the bank would then have twice."""
        texts = zip("dabc", (self.key, *self.others), strict=True)
        return replace(
            BY_CODE[self.of],
            code=f"{self.of}x",
            stem=self.stem,
            options=tuple(Option(letter, text) for letter, text in texts),
            key="d",
        )


PARAPHRASES = [
    Paraphrase(
        "PM-01",
        "Mesin pencetak di ruang bidang umum mendadak tidak mau mencetak. Langkah pertama "
        "mana yang sebaiknya Anda ambil?",
        "Mengecek kabel daya, sambungan, dan isi kertasnya",
        (
            "Mengecek versi penggerak pencetaknya di komputer",
            "Mengganti tinta serta rolnya dengan yang baru",
            "Mengulang perintah cetak beberapa kali",
        ),
    ),
    Paraphrase(
        "PM-06",
        "Kader posyandu mencatat balita di dusun tanpa sinyal. Fitur mana yang paling "
        "menentukan ketika memilih aplikasinya?",
        "Isian dapat disimpan luring dan dikirim kemudian",
        (
            "Video petunjuk pengisian berkualitas tinggi",
            "Dapat dipakai banyak orang bersamaan",
            "Hasilnya langsung tampil pada peta",
        ),
    ),
    Paraphrase(
        "PM-10",
        "Sebuah badan membeli aplikasi kepegawaian. Lima tahun lagi mungkin diganti, dan "
        "datanya tidak boleh hilang. Syarat apa yang terpenting?",
        "Seluruh data dapat diekspor dalam format terbuka",
        (
            "Celah keamanan ditutup penyedia dalam sepekan",
            "Data dicadangkan setiap malam di dua tempat",
            "Kode sumber dan panduannya diserahkan ke badan itu",
        ),
    ),
    Paraphrase(
        "KK-01",
        "Siti mengikuti rapat daring di ruangan yang bising dan belum mendapat giliran bicara. "
        "Semua wajah diminta terlihat. Bagaimana pengaturannya?",
        "Kamera hidup, mikrofon mati",
        (
            "Kamera hidup, mikrofon hidup",
            "Kamera mati, mikrofon hidup",
            "Kamera mati, mikrofon mati",
        ),
    ),
    Paraphrase(
        "KK-09",
        "Dua pemeriksa dari luar kantor perlu membaca berkas data pegawai selama sepuluh "
        "hari. Bagaimana berkas itu sebaiknya dibagikan?",
        "Hak baca untuk dua alamat surel pemeriksa, sepuluh hari",
        (
            "Hak sunting untuk dua alamat surel pemeriksa",
            "Hak baca untuk semua orang yang memegang tautan",
            "Hak baca untuk semua pegawai kantor pemeriksa",
        ),
    ),
    Paraphrase(
        "KD-02",
        "Empat kali Andi dimintai kode OTP bank. P: kerabat mengirim pesan. Q: ia sendiri "
        "membayar lewat aplikasi bank. R: orang yang mengaku petugas bank menelepon. S: laman bank "
        "terbuka dari tautan surel. Pada keadaan mana kode itu boleh ia isikan?",
        "Pada Q",
        ("Pada P", "Pada R", "Pada S"),
    ),
    Paraphrase(
        "KD-05",
        "Flash disk P milik Anda sendiri, baru dikembalikan teman, dan mau dipakai. Flash disk Q "
        'ditemukan di halaman kantor, bertuliskan "Gaji Pegawai". Apa yang aman dilakukan?',
        "P dipindai antivirus, Q diberikan ke petugas TI",
        (
            "P dan Q dipindai antivirus",
            "P dan Q diberikan ke petugas TI",
            "P diberikan ke petugas TI, Q dipindai antivirus",
        ),
    ),
    Paraphrase(
        "KR-07",
        "Foto sungai berlisensi CC BY-NC. Manakah pemakaian yang sesuai dengan lisensinya?",
        "Brosur gratis yang menyebut pembuat dan lisensi foto",
        (
            "Brosur gratis tanpa menyebut nama pembuatnya",
            "Kaus yang dijual dengan menyebut pembuatnya",
            "Kaus yang dijual setelah warna foto diganti",
        ),
    ),
    Paraphrase(
        "LD-08",
        "Dari tabel 5.000 pegawai dengan kolom unit dan tahun pensiun, Anda hanya ingin melihat "
        "pegawai Dinas Pendidikan, dan yang pensiun lebih dahulu harus di atas. Apa caranya?",
        "Memfilter kolom unit, mengurutkan kolom pensiun",
        (
            "Memfilter kolom unit, memfilter kolom pensiun",
            "Mengurutkan kolom unit, memfilter kolom pensiun",
            "Mengurutkan kolom unit, mengurutkan kolom pensiun",
        ),
    ),
    Paraphrase(
        "LD-09",
        "Puskesmas A memeriksa 30 pasien, rata-rata 12 menit; puskesmas B 90 pasien, "
        "rata-rata 4 menit. Dilaporkan bahwa rata-rata keduanya 8 menit. Bagaimana laporan "
        "itu dinilai?",
        "Salah, sebab jumlah pasiennya berbeda; mestinya 6 menit",
        (
            "Benar, sebab 8 adalah rata-rata dari 12 dan 4",
            "Salah, sebab yang ramai menentukan; mestinya 4 menit",
            "Belum bisa dinilai, sebab waktu tiap pasien tidak ada",
        ),
    ),
]


def test_no_two_items_are_the_same_or_nearly() -> None:
    assert near_duplicates(ITEMS) == set()


def test_no_option_stands_in_two_items() -> None:
    texts = Counter(option.text.lower() for item in ITEMS for option in item.options)
    assert [text for text, times in texts.items() if times > 1] == []


def test_paraphrases_of_shipped_items_are_noticed() -> None:
    again = [paraphrase.item() for paraphrase in PARAPHRASES]
    expected = {(paraphrase.of, f"{paraphrase.of}x") for paraphrase in PARAPHRASES}
    assert near_duplicates([*ITEMS, *again]) == expected


def test_an_old_stem_and_an_old_key_among_new_options_are_noticed() -> None:
    new = PARAPHRASES[1].item()
    old_stem = replace(BY_CODE["KK-24"], code="KK-24x", options=new.options)
    old_key = replace(BY_CODE["KD-17"], code="KD-17x", stem=new.stem)
    found = near_duplicates([*ITEMS, old_stem, old_key])
    assert {("KK-24", "KK-24x"), ("KD-17", "KD-17x")} <= found
