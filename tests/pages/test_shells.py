"""The pages of an exam as they leave the server: what they let in, name and weigh."""

import gzip
import re

import httpx
import pytest

from app.main import create_app
from tests.exam import Exam, app_on

SITTING = "0123456789ab"
HTML = {"Accept": "text/html,application/xhtml+xml"}
SHELLS = ["/", f"/ujian/{SITTING}"]
PAGES = [*SHELLS, "/receipts/nobody", "/nowhere", "/ujian/nobody"]

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def shown(exam: Exam, path: str) -> httpx.Response:
    """Ask for a page as a browser does."""
    return await exam.http.get(path, headers=HTML)


def loaded(page: str) -> list[str]:
    """Return every address that a page names for the browser to load."""
    return re.findall(r'<(?:script|link)\b[^>]*?(?:src|href)="([^"]+)"', page)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_lets_in_nothing_foreign(day: Exam, path: str) -> None:
    page = await shown(day, path)
    policy = {
        name: set(allowed)
        for name, *allowed in map(str.split, page.headers["content-security-policy"].split(";"))
    }
    assert policy.pop("default-src") == {"'none'"}
    assert policy.pop("base-uri") == policy.pop("frame-ancestors") == {"'none'"}
    assert {name for name, allowed in policy.items() if allowed != {"'self'"}} == set()
    assert {
        "script-src",
        "style-src",
        "img-src",
        "connect-src",
        "worker-src",
        "form-action",
    } <= set(policy)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "geolocation=()" in page.headers["permissions-policy"]
    assert "cross-origin-opener-policy" not in page.headers  # browsers complain without TLS
    page = await shown(day, f"https://exam.test{path}")
    assert page.headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_no_script_and_no_style_in_it(day: Exam, path: str) -> None:
    page = (await shown(day, path)).text
    assert re.search(r"<style|\sstyle=|\son\w+=|javascript:", page) is None
    assert not any(re.findall(r"<script\b[^>]*>(.*?)</script>", page, re.DOTALL))
    assert [address for address in loaded(page) if not address.startswith("/")] == []


@pytest.mark.parametrize("path", SHELLS)
async def test_all_that_a_page_loads_is_there(day: Exam, path: str) -> None:
    page = (await shown(day, path)).text
    files = [address for address in loaded(page) if address.startswith("/static/")]
    assert {address.rpartition(".")[2] for address in files} >= {"js", "css"}
    for address in files:
        assert (await day.http.get(address)).status_code == 200, address


async def test_a_page_is_asked_for_again_and_sent_once(day: Exam) -> None:
    page = await shown(day, SHELLS[1])
    assert page.headers["cache-control"] == "no-cache"
    held = {**HTML, "If-None-Match": page.headers["etag"]}
    again = await day.http.get(SHELLS[1], headers=held)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == page.headers["content-security-policy"]


async def test_a_page_is_compressed_for_who_takes_it(day: Exam) -> None:
    packed = await day.http.get("/", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    plain = await day.http.get("/", headers={"Accept-Encoding": "br, gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 6, mtime=0))
    assert packed.headers["etag"] != plain.headers["etag"]


async def test_the_shell_of_a_sitting_is_the_same_for_everybody(day: Exam) -> None:
    other = "zyxwvtsrqpnm"
    mine, theirs = [(await shown(day, f"/ujian/{one}")).text for one in (SITTING, other)]
    assert SITTING in mine
    assert mine.replace(SITTING, other) == theirs


async def test_the_login_page_names_the_open_events(day: Exam) -> None:
    page = (await shown(day, "/")).text
    assert "Indeks Kompetensi Digital" in page
    assert 'data-room-pin="false"' in page


async def test_pages_open_while_the_room_is_away(day: Exam) -> None:
    away = day.settings.model_copy(update={"redis_url": "unix:///nowhere/valkey.sock"})
    async with app_on(away, ready=False) as client:
        assert [(await client.get(path)).status_code for path in SHELLS] == [200, 200]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/ujian/nobody", "/ujian/0123456789AB", "/ujian/", "/static/x/y.js"]
)
async def test_people_read_what_is_wrong_with_an_address(day: Exam, path: str) -> None:
    page = await shown(day, path)
    assert page.status_code == 404
    assert "Halaman tidak ditemukan" in page.text
    assert 'href="/"' in page.text


async def test_programs_get_problem_details(day: Exam) -> None:
    for path, headers in (("/nowhere", {}), ("/api/v1/nowhere", HTML), ("/ujian/nobody", {})):
        refused = await day.http.get(path, headers=headers)
        assert refused.status_code == 404
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"] == "/problems/not-found"


async def test_pages_are_no_part_of_the_protocol(day: Exam) -> None:
    described = create_app(day.settings).openapi()["paths"]
    assert [path for path in described if not path.startswith(("/api/v1/", "/health/"))] == []
