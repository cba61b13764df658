"""A browser that refuses to keep anything: memory only, and the person is told."""

import pytest
from playwright.async_api import expect

from tests.pages.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WARNING = "Jangan tutup halaman ini: perangkat menolak menyimpan."
REFUSALS = {
    "there is none": "Object.defineProperty(window, 'indexedDB', { value: undefined })",
    "asking for it throws": """Object.defineProperty(window, 'indexedDB', {
        get() { throw new DOMException('refused', 'SecurityError'); } })""",
    "opening throws": """IDBFactory.prototype.open = () => {
        throw new DOMException('refused', 'SecurityError'); }""",
    "opening fails": """IDBFactory.prototype.open = function () {
        const request = new EventTarget();
        request.error = new DOMException('refused', 'InvalidStateError');
        setTimeout(() => {
          const event = new Event('error');
          if (request.onerror) request.onerror(event);
          request.dispatchEvent(event);
        });
        return request; }""",
    "everything throws": """
        for (const name of ['indexedDB', 'localStorage', 'sessionStorage', 'caches'])
        Object.defineProperty(window, name, {
          get() { throw new DOMException('refused', 'SecurityError'); } })""",
}


AGENTS = (
    (
        "Mozilla/5.0 (Linux; Android 12; SM-A125F; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/110.0.0.0 Mobile Safari/537.36 [FBAN/EMA;FBAV/350.0;]"
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/15E148 Instagram 270.0.0.13.83"
    ),
)


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_answers_are_sent_all_the_same(hall: Hall, refusal: str) -> None:
    phone = await hall.phone()
    await phone.page.add_init_script(refusal)
    await phone.sit_down()
    await expect(phone.page.get_by_text(WARNING)).to_be_visible()
    await phone.answer(1, 0)
    await phone.answer(2, 1)
    await phone.is_stored()
    await phone.page.reload()
    await phone.at()
    await phone.reads_everything()
    assert len(phone.shown_answers()) == 2
    await phone.finish()
    await hall.record_holds(phone)


async def test_without_a_network_memory_is_not_called_the_device(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.page.add_init_script(REFUSALS["opening throws"])
    await phone.sit_down()
    await phone.has_settled()
    await phone.loses_network()
    await phone.answer(1, 0)
    await phone.has_unsent(1)
    await expect(phone.page.get_by_text("aman di perangkat")).to_have_count(0)
    await phone.finds_network()
    await phone.is_stored()
    await phone.finish()
    await hall.record_holds(phone)


@pytest.mark.parametrize("agent", AGENTS, ids=["android", "iphone"])
async def test_in_a_chat_apps_browser_the_real_one_is_recommended(hall: Hall, agent: str) -> None:
    phone = await hall.phone(user_agent=agent)
    await phone.open()
    await expect(phone.page.get_by_text("Buka di Chrome atau Safari")).to_be_visible()
