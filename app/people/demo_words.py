"""Names and occupations of the synthetic roster. Nobody in it exists."""

from dataclasses import dataclass
from typing import Final

from app.people.model import PositionType, Sex


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN: Final[dict[Sex, tuple[str, ...]]] = {
    "L": _words(
        "Abdul Achmad Aditya Agus Ahmad Aji Akhmad Aldi Alfian Andi Anwar Ardiansyah Arif Arifin "
        "Asep Aswin Bagus Bambang Budi Burhan Chairul Dani Darmawan Dedi Deni Denny Didik Dwi "
        "Edi Eko Encek Erwin Fadli Fahrul Faisal Fajar Fauzi Ferry Firman Gunawan Guntur Hadi "
        "Hairil Hamdan Hamzah Hariyanto Haris Hasan Hendra Heri Hermawan Ibrahim Idris Ilham "
        "Imam Indra Irfan Irwan Iskandar Ismail Jamaluddin Joko Junaidi Kamaruddin Khairul "
        "Kurniawan Lukman Mahmud Marwan Muhammad Mulyadi Mustafa Nanang Norman Nugroho Nur "
        "Purwanto Rahmat Rahman Raden Reza Ridwan Rizal Rizky Rudi Rusdi Rustam Safri Saiful "
        "Samsul Setiawan Slamet Sofyan Sugeng Suharto Sulaiman Supriadi Surya Suryadi Syahrani "
        "Syahril Taufik Teguh Tri Wahyu Wawan Yanto Yudi Yusuf Zainal Zulkifli"
    ),
    "P": _words(
        "Ainun Aisyah Amelia Ana Anggraini Ani Anita Asih Astuti Ayu Azizah Cahaya Citra Dayang "
        "Desi Dewi Diah Dian Dina Eka Elisa Elly Endang Eni Erna Ernawati Esti Etik Evi Fatimah "
        "Fitri Fitriani Hasanah Hasnah Hartati Helda Heni Herlina Ida Ika Ina Indah Indriani Intan "
        "Ira Irma Jamilah Julia Juwita Kartika Khadijah Kurnia Laila Lastri Lestari Lia Lilis Lina "
        "Linda Maria Mariana Maya Mega Melati Mira Misna Murni Nani Nia Nina Ningsih Noor Norma "
        "Novi Nur Nuraini Nurhayati Nurul Puji Puspita Putri Rahma Rahmawati Ratna Reni Retno Rina "
        "Rini Risa Rita Rosita Rukmini Rusmini Salmah Santi Sari Sinta Siti Sri Suci Sulastri "
        "Sumiati Susi Tina Titin Tri Tuti Umi Veni Wahyuni Wati Wulan Yanti Yulia Yuliana Yuni "
        "Zahra Zubaidah"
    ),
}

LAST: Final[dict[Sex, tuple[str, ...]]] = {
    "L": _words(
        "Abdillah Adiputra Afandi Al-Hakim Amrullah Andriansyah Anshari Ardani Azhari Basri "
        "Bahtiar Effendi Fadillah Fahmi Febrianto Fitrianto Firdaus Ghazali Habibi Haryanto "
        "Hidayat Hidayatullah Husaini Irawan Jaya Kusuma Maulana Mahendra Mardani Noor Noviandi "
        "Nugraha Pahlevi Pamungkas Permana Prasetyo Pratama Priyanto Purnomo Putra Ramadhan Rahim "
        "Rahmadi Rasyid Riyadi Sabri Saputra Santoso Sanjaya Setiadi Sudirman Suhardi Sukmana "
        "Sumarno Suprapto Susanto Sutrisno Syahbana Syahputra Syaifullah Tanjung Utomo Wardana "
        "Wibowo Wicaksono Widodo Wijaya Winarno Yulianto Yunus"
    ),
    "P": _words(
        "Agustina Amalia Andriani Anjani Apriliani Ariani Ariyanti Aulia Damayanti Fauziah "
        "Febriyanti Handayani Hapsari Haryati Hasibuan Hastuti Hidayati Indrawati Islamiah Jannah "
        "Kumalasari Kusumawati Latifah Maharani Marlina Maulida Muslimah Mustika Nadia Nirmala "
        "Novianti Novitasari Nurjannah Oktaviani Pertiwi Permatasari Pratiwi Purnamasari Puspasari "
        "Rahayu Rahmadani Rahmaniah Ramadhani Risnawati Rosdiana Rosmala Safitri Salsabila Saputri "
        "Sartika Septiani Setyawati Sriwahyuni Sukmawati Sulistyowati Suryani Susanti Syafitri "
        "Utami Wahidah Wardani Widiastuti Wijayanti Winarti Wulandari Yunita Yuliani Yusriana "
        "Zulaikha"
    ),
}


@dataclass(frozen=True, slots=True)
class Occupation:
    """A position, how usual it is in a kind of unit, and the schooling it asks for."""

    weight: int
    title: str
    type: PositionType
    education: str
    skilled: bool = False
    """Functional with the grades Terampil … Penyelia instead of Ahli Pertama … Madya."""


_OFFICE: Final = (
    Occupation(22, "Pengadministrasi Umum", "pelaksana", "SLTA"),
    Occupation(10, "Pengelola Keuangan", "pelaksana", "D-III"),
    Occupation(10, "Pengelola Barang Milik Daerah", "pelaksana", "D-III"),
    Occupation(9, "Pengelola Data", "pelaksana", "D-III"),
    Occupation(8, "Penyusun Program Anggaran dan Pelaporan", "pelaksana", "S-1"),
    Occupation(8, "Analis Perencanaan", "pelaksana", "S-1"),
    Occupation(7, "Analis Sumber Daya Manusia Aparatur", "fungsional", "S-1"),
    Occupation(6, "Perencana", "fungsional", "S-1"),
    Occupation(6, "Analis Kebijakan", "fungsional", "S-1"),
    Occupation(4, "Pranata Komputer", "fungsional", "S-1"),
    Occupation(4, "Arsiparis", "fungsional", "D-III", skilled=True),
    Occupation(3, "Pranata Humas", "fungsional", "S-1"),
    Occupation(3, "Pengemudi", "pelaksana", "SLTA"),
)
_CLINIC: Final = (
    Occupation(28, "Perawat", "fungsional", "D-III", skilled=True),
    Occupation(24, "Bidan", "fungsional", "D-III", skilled=True),
    Occupation(8, "Dokter", "fungsional", "S-1"),
    Occupation(3, "Dokter Gigi", "fungsional", "S-1"),
    Occupation(6, "Apoteker", "fungsional", "S-1"),
    Occupation(6, "Pranata Laboratorium Kesehatan", "fungsional", "D-III", skilled=True),
    Occupation(5, "Nutrisionis", "fungsional", "D-III", skilled=True),
    Occupation(5, "Perekam Medis", "fungsional", "D-III", skilled=True),
    Occupation(10, "Pengadministrasi Umum", "pelaksana", "SLTA"),
    Occupation(5, "Pengelola Keuangan", "pelaksana", "D-III"),
)
_SCHOOL: Final = (
    Occupation(62, "Guru Kelas", "fungsional", "S-1"),
    Occupation(9, "Guru Pendidikan Agama Islam", "fungsional", "S-1"),
    Occupation(7, "Guru Pendidikan Jasmani", "fungsional", "S-1"),
    Occupation(7, "Guru Taman Kanak-Kanak", "fungsional", "S-1"),
    Occupation(5, "Guru Bahasa Inggris", "fungsional", "S-1"),
    Occupation(7, "Pengadministrasi Sekolah", "pelaksana", "SLTA"),
    Occupation(3, "Pengelola Barang Milik Daerah", "pelaksana", "SLTA"),
)
_ORDER: Final = (
    Occupation(55, "Anggota Polisi Pamong Praja", "fungsional", "SLTA", skilled=True),
    Occupation(20, "Pengadministrasi Umum", "pelaksana", "SLTA"),
    Occupation(8, "Pengelola Keuangan", "pelaksana", "D-III"),
    Occupation(8, "Analis Kebijakan", "fungsional", "S-1"),
)

OCCUPATIONS: Final = {
    "rsud": _CLINIC,
    "puskesmas": _CLINIC,
    "upt_pendidikan": _SCHOOL,
    "satpol_pp": _ORDER,
}
OFFICE_OCCUPATIONS: Final = _OFFICE
"""For every kind of unit that has none of its own."""


@dataclass(frozen=True, slots=True)
class Chief:
    """A structural post: the first people of a unit hold them, top down."""

    title: str
    grade: str
    echelon: str


_LARGE: Final = (
    Chief("Kepala", "JPT Pratama", "II.b"),
    Chief("Sekretaris", "Administrator", "III.a"),
    *(Chief("Kepala Bidang", "Administrator", "III.b") for _ in range(4)),
    *(Chief("Kepala Subbagian", "Pengawas", "IV.a") for _ in range(3)),
)
CHIEFS: Final = {
    "badan": _LARGE,
    "dinas": _LARGE,
    "satpol_pp": _LARGE,
    "inspektorat": (
        Chief("Inspektur", "JPT Pratama", "II.b"),
        Chief("Sekretaris", "Administrator", "III.a"),
        *(Chief("Inspektur Pembantu", "Administrator", "III.a") for _ in range(4)),
    ),
    "sekretariat": (
        Chief("Sekretaris", "JPT Pratama", "II.a"),
        *(Chief("Asisten", "JPT Pratama", "II.b") for _ in range(3)),
        *(Chief("Kepala Bagian", "Administrator", "III.a") for _ in range(6)),
        *(Chief("Kepala Subbagian", "Pengawas", "IV.a") for _ in range(6)),
    ),
    "kecamatan": (
        Chief("Camat", "Administrator", "III.a"),
        Chief("Sekretaris Camat", "Administrator", "III.b"),
        *(Chief("Kepala Seksi", "Pengawas", "IV.a") for _ in range(4)),
    ),
    "rsud": (
        Chief("Direktur", "Administrator", "III.a"),
        *(Chief("Kepala Bidang", "Administrator", "III.b") for _ in range(3)),
    ),
    "puskesmas": (Chief("Kepala Subbagian Tata Usaha", "Pengawas", "IV.b"),),
    "upt_pendidikan": (Chief("Kepala Subbagian Tata Usaha", "Pengawas", "IV.b"),),
}
