"""The audit log as people read it: filtered, page by page, in words, and its head."""

import re

import pytest

from app.pages.receipt import local_time
from app.people.audit_log.chain import chain_key, head_text
from app.people.audit_log.model import Actor, Entry
from app.people.audit_log.store import append, newest
from app.people.staff.model import Role
from tests.exam import EVENT, Exam
from tests.pages.staff.window import Window
from tests.people.staff.builders import hired, seated

pytestmark = pytest.mark.asyncio(loop_scope="module")

AUGUST = 1_691_110_807_000  # 4 August 2023, 09.00.07 WITA
TITLE = "Indeks Kompetensi Digital"


async def wrote(exam: Exam, *entries: Entry) -> str:
    """Append entries; return the head that stands then."""
    async with exam.stores.record.begin() as conn:
        await append(conn, chain_key(exam.stores.secrets.staff), entries)
        return head_text(*await newest(conn))


async def reader(exam: Exam, role: Role = Role.OPERATOR) -> Window:
    factor = role is Role.ADMIN
    return Window(exam).sits_as(await seated(exam, await hired(exam, role, factor=factor)))


def numbers(window: Window) -> list[int]:
    return [int(found) for found in re.findall(r"· no\. (\d+)</p>", window.reply.text)]


async def test_an_entry_is_told_in_words_with_before_and_after(day: Exam) -> None:
    budi = Actor("budi", "operator", "192.0.2.20")
    head = await wrote(
        day,
        budi.did(
            "account.change",
            AUGUST,
            whom="account:made",
            why="pindah <b>ruang</b>",
            before={"role": "viewer", "is_active": False, "scopes": []},
            after={
                "role": "proctor",
                "is_active": True,
                "scopes": [{"event": EVENT, "kind": "event", "name": ""}],
            },
        ),
        budi.did(
            "sitting.extend",
            AUGUST,
            whom="sitting:0123456789ab",
            before={"state": "open", "extra_ms": 0, "deadline": AUGUST},
            after={"state": "open", "extra_ms": 600_000, "deadline": AUGUST + 600_000},
        ),
        budi.did("thing.unknown", AUGUST, whom="whatever", after={"odd": [1, {"a": None}]}),
    )
    window = await reader(day)
    await window.open("/staf/catatan?siapa=BUDI")
    for said in (
        "Mengubah akun — akun made".replace(" — ", " "),
        "4 Agustus 2023 pukul 09.00.07 WITA · budi , operator (panitia) · dari 192.0.2.20",
        "Peran: pemantau → menjadi pengawas",
        "Keadaan: ditutup → menjadi aktif",
        f"Batas: – → menjadi seluruh {TITLE}",
        "Alasan: pindah <b>ruang</b>",
        "Menambah waktu peserta 0123456789ab",
        "Waktu tambahan: tidak ada → menjadi 10 menit",
        f"Batas waktu: {local_time(AUGUST, 'WITA')} → menjadi 4 Agustus 2023 pukul 09.10.07 WITA",
        "thing.unknown",
        "odd: 1, a: –",
    ):
        assert said in window.text
    assert "Keadaan: sedang mengerjakan" not in window.text  # it did not change
    assert 'href="/staf/akun/made"' in window.reply.text
    assert head in window.text
    assert f"Nomor terakhir {head.partition(':')[0]}" in window.text


async def test_filters_narrow_it_and_stay_on_the_page(day: Exam) -> None:
    cici, dedi = Actor("cici", "admin"), Actor("dedi", "operator")
    await wrote(
        day,
        cici.did("account.create", AUGUST, whom="account:satu"),
        cici.did("token.make", AUGUST, whom="token:abc"),
        dedi.did("account.create", AUGUST, whom="account:dua"),
    )
    window = await reader(day)
    for query, wanted in (
        ("siapa=cici", {"akun satu", "token abc"}),
        ("siapa=cici&apa=account.", {"akun satu"}),
        ("kepada=dua", {"akun dua"}),
        ("kepada=token:abc", {"token abc"}),
        ("siapa=cici&dari=2023-08-04&sampai=2023-08-04", {"akun satu", "token abc"}),
        (
            "siapa=cici&dari=2023-08-04&dari_jam=09:00&sampai=2023-08-04&sampai_jam=09.00",
            {"akun satu", "token abc"},
        ),
        ("siapa=cici&dari=2023-08-04&dari_jam=09:01", set()),
        ("siapa=cici&sampai=2023-08-04&sampai_jam=08:59", set()),
        ("siapa=%00cici", {"akun satu", "token abc"}),
        ("siapa=nobody", set()),
        ("siapa=cici&dari=0001-01-01&sampai=9999-12-31", {"akun satu", "token abc"}),
    ):
        await window.open(f"/staf/catatan?{query}")
        assert window.status == 200
        found = {name for name in ("akun satu", "token abc", "akun dua") if name in window.text}
        assert found == wanted, query
        assert ("Tidak ada catatan yang cocok" in window.text) is (not wanted)
    await window.open("/staf/catatan?siapa=cici&apa=account.&dari=2023-08-04")
    held = window.page.forms[-1].fields
    assert {("siapa", "cici"), ("apa", "account."), ("dari", "2023-08-04")} <= set(held)


@pytest.mark.parametrize(
    "query", ["dari=kemarin", "sampai=2023-02-30", "dari=2023-08-04&dari_jam=25:00"]
)
async def test_what_is_no_day_is_said(day: Exam, query: str) -> None:
    window = await reader(day)
    await window.open(f"/staf/catatan?{query}")
    assert window.status == 400
    assert "Tanggal ditulis 2023-08-04" in window.page.ids["salah"]


async def test_it_is_read_page_by_page_to_its_beginning(day: Exam) -> None:
    many = Actor("many", "operator")
    await wrote(
        day, *(many.did("session.begin", AUGUST + n, whom="account:many") for n in range(120))
    )
    window = await reader(day)
    await window.open("/staf/catatan?siapa=many")
    seen = numbers(window)
    assert len(seen) == 50
    while (
        found := re.search(r'href="(/staf/catatan\?[^"]*sebelum=\d+)"', window.reply.text)
    ) is not None:
        await window.open(found[1].replace("&amp;", "&"))
        seen += numbers(window)
        assert "Yang terbaru" in window.text
    assert len(seen) == 120
    assert seen == sorted(seen, reverse=True)
    await window.open("/staf/catatan?siapa=many&sebelum=x")
    assert numbers(window) == seen[:50]


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.PROCTOR, Role.VIEWER])
async def test_others_read_their_own_lines_whatever_they_ask_for(day: Exam, role: Role) -> None:
    await wrote(day, Actor("rahasia", "admin").did("account.create", AUGUST, whom="account:x"))
    staffer = await hired(day, role)
    mine = Actor(staffer.account.login, role).did("session.begin", AUGUST, whom="account:me")
    await wrote(day, mine)
    window = Window(day).sits_as(await seated(day, staffer))
    for query in ("", "?siapa=rahasia", "?kepada=x"):
        await window.open(f"/staf/catatan{query}")
        assert "Anda melihat tindakan Anda sendiri" in window.text
        assert "rahasia" not in re.sub(r"<input[^>]*>", "", window.reply.text)
    assert "siapa" not in window.page.forms[-1].names
    await window.open("/staf/catatan")
    assert staffer.account.login in window.text
    assert 'href="/staf/akun/' not in window.reply.text
