from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from app.kit.errors import Busy
from app.kit.web import BODY_MOST, answer_with_problems, body_of, read_body, reply
from tests.refusals import problem, refusal

pytestmark = pytest.mark.asyncio


class Named(BaseModel):
    name: str
    parts: list[int] = []


@pytest_asyncio.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    answer_with_problems(app)

    @app.post("/size")
    async def size(request: Request) -> Response:
        return reply(len(await body_of(request)))

    @app.post("/named")
    async def named(request: Request) -> Response:
        return reply((await read_body(request, Named)).name)

    @app.get("/busy")
    async def busy() -> Response:
        raise Busy

    @app.get("/broken")
    async def broken() -> Response:
        raise RuntimeError("a secret of ours")

    there = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=there, base_url="http://web.test") as client:
        yield client


async def in_pieces(total: int) -> AsyncIterator[bytes]:
    for begin in range(0, total, 1000):
        yield b"x" * min(1000, total - begin)


@pytest.mark.parametrize("size", [0, 1, BODY_MOST])
async def test_a_body_of_64_kb_is_taken(web: httpx.AsyncClient, size: int) -> None:
    assert (await web.post("/size", content=b"x" * size)).json() == size
    assert (await web.post("/size", content=in_pieces(size))).json() == size


async def test_one_byte_more_is_too_large_declared_or_not(web: httpx.AsyncClient) -> None:
    declared = await web.post("/size", content=b"x" * (BODY_MOST + 1))
    assert refusal(declared) == (413, "too-large")
    assert refusal(await web.post("/size", content=in_pieces(BODY_MOST + 1))) == (413, "too-large")


async def test_a_body_that_never_ends_is_not_read_on(web: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1000
            yield b"x" * 1000

    assert refusal(await web.post("/size", content=endless())) == (413, "too-large")
    assert sent <= BODY_MOST + 2000


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ("{", [""]),
        ("", [""]),
        ("[]", [""]),
        ("{}", ["/name"]),
        ('{"name": 1}', ["/name"]),
        ('{"name": "a", "parts": [1, "x", 2, null]}', ["/parts/1", "/parts/3"]),
    ],
)
async def test_each_fault_has_its_pointer(
    web: httpx.AsyncClient, body: str, pointers: list[str]
) -> None:
    refused = await web.post("/named", content=body)
    assert refusal(refused) == (422, "invalid-request")
    assert [fault["pointer"] for fault in problem(refused)["faults"]] == pointers


async def test_a_problem_that_passes_says_when_to_come_back(web: httpx.AsyncClient) -> None:
    refused = await web.get("/busy")
    assert refusal(refused) == (503, "busy")
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["cache-control"] == "no-store"


async def test_an_unknown_address_is_told_in_the_same_form(web: httpx.AsyncClient) -> None:
    assert refusal(await web.get("/nowhere")) == (404, "not-found")
    assert problem(await web.get("/size"))["status"] == 405


async def test_what_broke_inside_is_not_told(web: httpx.AsyncClient) -> None:
    broken = await web.get("/broken")
    assert problem(broken)["status"] == 500
    assert "secret" not in broken.text
    assert "Jawaban Anda tetap di perangkat" in problem(broken)["detail"]


async def test_a_phone_that_hangs_up_while_it_sends_is_no_defect(
    web: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    there = web._transport
    assert isinstance(there, httpx.ASGITransport)
    heard = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> dict[str, object]:
        return next(heard, {"type": "http.disconnect"})

    async def send(_: object) -> None:
        """Nobody is there."""

    path = {"path": "/named", "raw_path": b"/named", "query_string": b"", "method": "POST"}
    how = {"type": "http", "http_version": "1.1", "scheme": "http", "headers": []}
    await there.app({**path, **how}, receive, send)
    assert caplog.records == []
