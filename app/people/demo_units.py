"""The 94 work units of the demo event: kinds and numbers as published, names as commonly used.

The sizes are invented: schools and clinics large, districts small, adding up to any total.
"""

from typing import Final

from app.people.model import OrgUnit

ROOT: Final = OrgUnit("00", "Pemerintah Kabupaten Kutai Kartanegara", "pemda")

DISTRICTS: Final = (
    "Anggana",
    "Kembang Janggut",
    "Kenohan",
    "Kota Bangun",
    "Loa Janan",
    "Loa Kulu",
    "Marang Kayu",
    "Muara Badak",
    "Muara Jawa",
    "Muara Kaman",
    "Muara Muntai",
    "Muara Wis",
    "Samboja",
    "Sanga-Sanga",
    "Sebulu",
    "Tabang",
    "Tenggarong",
    "Tenggarong Seberang",
)

AGENCIES: Final = (
    "Badan Perencanaan Pembangunan Daerah",
    "Badan Pengelolaan Keuangan dan Aset Daerah",
    "Badan Pendapatan Daerah",
    "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
    "Badan Penanggulangan Bencana Daerah",
    "Badan Kesatuan Bangsa dan Politik",
    "Badan Riset dan Inovasi Daerah",
)

EDUCATION_OFFICE: Final = "Dinas Pendidikan dan Kebudayaan"
HEALTH_OFFICE: Final = "Dinas Kesehatan"

OFFICES: Final = (
    EDUCATION_OFFICE,
    HEALTH_OFFICE,
    "Dinas Pekerjaan Umum",
    "Dinas Pertanahan dan Penataan Ruang",
    "Dinas Perumahan dan Kawasan Permukiman",
    "Dinas Sosial",
    "Dinas Transmigrasi dan Tenaga Kerja",
    "Dinas Pemberdayaan Perempuan dan Perlindungan Anak",
    "Dinas Ketahanan Pangan",
    "Dinas Lingkungan Hidup dan Kehutanan",
    "Dinas Kependudukan dan Pencatatan Sipil",
    "Dinas Pemberdayaan Masyarakat dan Desa",
    "Dinas Pengendalian Penduduk dan Keluarga Berencana",
    "Dinas Perhubungan",
    "Dinas Komunikasi dan Informatika",
    "Dinas Koperasi dan Usaha Kecil Menengah",
    "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
    "Dinas Kepemudaan dan Olahraga",
    "Dinas Kearsipan dan Perpustakaan",
    "Dinas Kelautan dan Perikanan",
    "Dinas Pariwisata",
    "Dinas Pertanian dan Peternakan",
    "Dinas Perkebunan",
    "Dinas Perindustrian dan Perdagangan",
)

HOSPITALS: Final = (
    "RSUD Aji Muhammad Parikesit",
    "RSUD Aji Batara Agung Dewa Sakti",
    "RSUD Dayaku Raja",
)

SCHOOL_UNITS: Final = (
    *(f"UPT Pendidikan Kecamatan {district}" for district in DISTRICTS),
    "UPT Sanggar Kegiatan Belajar Tenggarong",
    "UPT Sanggar Kegiatan Belajar Samboja",
)

_ROOMS: Final = (
    ("sekretariat", ("Sekretariat Daerah", "Sekretariat DPRD")),
    ("inspektorat", ("Inspektorat Daerah",)),
    ("badan", AGENCIES),
    ("dinas", OFFICES),
    ("satpol_pp", ("Satuan Polisi Pamong Praja",)),
    ("kecamatan", tuple(f"Kecamatan {district}" for district in DISTRICTS)),
    ("rsud", HOSPITALS),
    ("puskesmas", tuple(f"Puskesmas {district}" for district in DISTRICTS)),
    ("upt_pendidikan", SCHOOL_UNITS),
)

_WEIGHT_OF_KIND: Final = {
    "sekretariat": 150,
    "inspektorat": 75,
    "badan": 75,
    "dinas": 95,
    "satpol_pp": 160,
    "kecamatan": 42,
    "rsud": 330,
    "puskesmas": 72,
    "upt_pendidikan": 290,
}
_WEIGHT_OF_UNIT: Final = {
    "Sekretariat Daerah": 260,
    "RSUD Aji Muhammad Parikesit": 560,
    EDUCATION_OFFICE: 190,
    HEALTH_OFFICE: 170,
    "UPT Pendidikan Kecamatan Tenggarong": 720,
    "UPT Pendidikan Kecamatan Tenggarong Seberang": 480,
    "UPT Pendidikan Kecamatan Muara Wis": 130,
    "UPT Pendidikan Kecamatan Tabang": 170,
    "UPT Sanggar Kegiatan Belajar Tenggarong": 45,
    "UPT Sanggar Kegiatan Belajar Samboja": 30,
}


def demo_units() -> list[OrgUnit]:
    """Return the root and its 94 units, parents before children.

    Clinics and hospitals stand below the health office, schools below the education office.
    """
    units = [ROOT]
    for number, (kind, names) in enumerate(_ROOMS, start=1):
        for ordinal, name in enumerate(names, start=1):
            units.append(OrgUnit(f"{number:02d}.{ordinal:02d}", name, kind, ROOT.code))
    code_of = {unit.name: unit.code for unit in units}
    above = {
        "rsud": code_of[HEALTH_OFFICE],
        "puskesmas": code_of[HEALTH_OFFICE],
        "upt_pendidikan": code_of[EDUCATION_OFFICE],
    }
    return [
        OrgUnit(unit.code, unit.name, unit.kind, above.get(unit.kind, unit.parent))
        for unit in units
    ]


def unit_sizes(units: list[OrgUnit], total: int) -> dict[str, int]:
    """How many people each unit has (code → number), by weight and largest remainder.

    Everybody works below the root, so it has none. Raises `ValueError` when there are fewer
    people than units: an empty unit would vanish from every report.
    """
    weights = {
        unit.code: _WEIGHT_OF_UNIT.get(unit.name, _WEIGHT_OF_KIND[unit.kind])
        for unit in units
        if unit.parent is not None
    }
    spare = total - len(weights)
    if spare < 0:
        message = f"{total} people cannot fill {len(weights)} units."
        raise ValueError(message)
    whole = sum(weights.values())
    sizes = {code: 1 + spare * weight // whole for code, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda code: (-(spare * weights[code] % whole), code))
    for code in by_remainder[: total - sum(sizes.values())]:
        sizes[code] += 1
    return sizes
