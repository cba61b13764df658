import pytest

from tests.exam import Exam


@pytest.mark.asyncio
async def test_the_first_page_names_the_event_and_loads_nothing_from_elsewhere(exam: Exam) -> None:
    page = await exam.http.get("/")
    assert page.status_code == 200
    assert "Indeks Kompetensi Digital" in page.text
    assert "Siap menerima jawaban" in page.text
    assert "//" not in page.text.replace("<!doctype", "")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
