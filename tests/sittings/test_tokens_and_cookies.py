"""Who a request speaks for: a bearer token, or a cookie that is scoped to its sitting."""

import asyncio
from dataclasses import replace
from http.cookies import SimpleCookie

import httpx
import pytest

from tests.exam import API, Device, Exam, app_on
from tests.refusals import refusal
from tests.sittings.staff import seated

pytestmark = pytest.mark.asyncio(loop_scope="module")

INVALID = (401, "token-invalid")
CALLS = [
    ("GET", ""),
    ("GET", "/form"),
    ("POST", "/start"),
    ("POST", "/answers"),
    ("POST", "/reconcile"),
    ("POST", "/submit"),
    ("POST", "/claim"),
    ("POST", "/late"),
    ("POST", "/logout"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_every_call_wants_the_token_of_its_own_sitting(
    day: Exam, method: str, path: str
) -> None:
    device, other = day.newcomer(), day.newcomer()
    await device.login()
    await other.login()
    url = f"{API}/sittings/{device.sitting}{path}"
    forged = device.token[:-1] + ("A" if device.token[-1] != "A" else "B")
    for token in (other.token, forged, "", "v1", "null"):
        headers = {"Authorization": f"Bearer {token}"}
        assert refusal(await day.http.request(method, url, headers=headers)) == INVALID
    for headers in ({}, {"Authorization": "Basic abc"}, {"Cookie": f"serentak={other.token}"}):
        assert refusal(await day.http.request(method, url, headers=headers)) == INVALID


async def test_a_token_does_not_open_another_address(day: Exam) -> None:
    device = await seated(day)
    for sitting in ("0123456789ab", device.sitting.upper(), device.sitting[:-1], "%00"):
        assert refusal(await replace(device, sitting=sitting).call("GET", "")) == INVALID


async def entered_by_cookie(day: Exam, device: Device, url: str = "") -> httpx.Response:
    body = {"nip": device.nip, "pin": device.pin, "device": device.nonce, "cookie": True}
    return await day.http.post(f"{url}{API}/login", json=body)


async def test_a_browser_gets_a_cookie_and_no_token(day: Exam) -> None:
    reply = await entered_by_cookie(day, day.newcomer())
    day.http.cookies.clear()
    sitting = reply.json()["sitting"]
    assert "token" not in reply.json()
    cookie = SimpleCookie(reply.headers["set-cookie"])["serentak"]
    assert cookie["path"] == f"{API}/sittings/{sitting}"
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "strict"
    assert not cookie["secure"]
    assert int(cookie["max-age"]) == 2 * 24 * 3600  # a killed browser keeps it
    assert not cookie["domain"]


async def test_over_tls_the_cookie_is_secure(day: Exam) -> None:
    reply = await entered_by_cookie(day, day.newcomer(), "https://exam.test")
    day.http.cookies.clear()
    assert SimpleCookie(reply.headers["set-cookie"])["serentak"]["secure"]


async def test_two_people_in_one_browser_do_not_mix(day: Exam) -> None:
    one, other = day.newcomer(), day.newcomer()
    sittings = [(await entered_by_cookie(day, who)).json()["sitting"] for who in (one, other)]
    assert len(day.http.cookies.jar) == 2
    held = await asyncio.gather(
        *(day.http.get(f"{API}/sittings/{sitting}") for sitting in sittings)
    )
    assert [reply.json()["sitting"] for reply in held] == sittings

    gone = await day.http.post(f"{API}/sittings/{sittings[0]}/logout")
    assert gone.status_code == 204
    assert refusal(await day.http.get(f"{API}/sittings/{sittings[0]}")) == INVALID
    assert (await day.http.get(f"{API}/sittings/{sittings[1]}")).status_code == 200
    day.http.cookies.clear()


async def test_a_claim_by_cookie_renews_the_cookie(day: Exam) -> None:
    device = day.newcomer()
    sitting = (await entered_by_cookie(day, device)).json()["sitting"]
    url = f"{API}/sittings/{sitting}"
    claimed = await day.http.post(f"{url}/claim", json={"device": "another-tab"})
    assert "token" not in claimed.json()
    assert (await day.http.get(url)).json()["gen"] == claimed.json()["gen"]
    day.http.cookies.clear()


async def test_a_bearer_comes_before_a_cookie(day: Exam) -> None:
    device = day.newcomer()
    await entered_by_cookie(day, device)
    again = replace(device, nonce="other")
    await again.login()
    assert (await again.call("GET", "")).status_code == 200
    day.http.cookies.clear()


async def test_no_reply_with_a_sitting_is_kept_by_a_cache(day: Exam) -> None:
    device = await seated(day)
    for method, path in (("GET", ""), ("POST", "/start"), ("POST", "/submit")):
        assert (await device.call(method, path, {})).headers["cache-control"] == "no-store"


async def test_always_secure_cookies_where_the_setting_says_so(day: Exam) -> None:
    always = day.settings.model_copy(update={"secure_cookies": "always"})
    async with app_on(always) as http:
        reply = await entered_by_cookie(replace(day, http=http), day.newcomer())
        assert SimpleCookie(reply.headers["set-cookie"])["serentak"]["secure"]
