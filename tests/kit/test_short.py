"""The short way beside the long one: the same endpoint, the same reply, and nobody else's route."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response

from app.kit.errors import Busy, NotFound
from app.kit.short import ShortRoute, ShortWay
from app.kit.web import answer_with_problems, body_of, reply

pytestmark = pytest.mark.asyncio

router = APIRouter(prefix="/desks", route_class=ShortRoute)


@router.get("/open")
async def opened() -> Response:
    return reply({"open": True})


@router.post("/{name}/ask")
async def ask(name: str, request: Request) -> Response:
    body = (await body_of(request)).decode()
    refusals: dict[str, Exception] = {"busy": Busy(), "unknown": NotFound()}
    if name in refusals:
        raise refusals[name]
    if name == "broken":
        raise ZeroDivisionError
    said = {"name": name, "body": body, "asks": request.query_params.get("q")}
    return reply({**said, "host": request.headers["host"]})


@router.get("/files/{version}/{path:path}")
async def file(version: str, path: str) -> Response:
    return reply([version, path])


class Ways:
    """An app with the short way and one without; counts who came through FastAPI."""

    def __init__(self) -> None:
        self.long_ways = 0

    def app(self, *, short: bool) -> FastAPI:
        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            yield

        app = FastAPI(lifespan=lifespan)
        answer_with_problems(app)
        app.include_router(router, dependencies=[Depends(self._count)])
        app.add_api_route("/other", lambda: "other")
        if short:
            app.add_middleware(ShortWay, routes=[*router.routes, *app.routes])
        return app

    def _count(self) -> None:
        self.long_ways += 1


@pytest.fixture
def ways() -> Ways:
    return Ways()


async def said_by(app: FastAPI, method: str, url: str, body: bytes) -> tuple[int, bytes, Any]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        response = await client.request(method, url, content=body)
    return response.status_code, response.content, response.headers


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", "/desks/open", b""),
        ("POST", "/desks/7/ask", b"what?"),
        ("POST", "/desks/7%20b/ask?q=1", b""),
        ("POST", "/desks/busy/ask", b""),
        ("POST", "/desks/unknown/ask", b""),
        ("POST", "/desks/broken/ask", b""),
        ("POST", "/desks/7/ask", b"x" * 70_000),
        ("GET", "/desks/files/v1/a/b.js", b""),
    ],
)
async def test_both_ways_say_the_same(ways: Ways, method: str, url: str, body: bytes) -> None:
    short = await said_by(ways.app(short=True), method, url, body)
    assert ways.long_ways == 0
    assert short == await said_by(ways.app(short=False), method, url, body)
    assert ways.long_ways == 1


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [("GET", "/other", 200), ("GET", "/desks/7/ask", 405), ("POST", "/desks/7/b/ask", 404)],
)
async def test_what_is_no_short_route_goes_to_fastapi(
    ways: Ways, method: str, url: str, status: int
) -> None:
    assert (await said_by(ways.app(short=True), method, url, b""))[0] == status


async def test_a_short_route_takes_text_of_its_path_and_the_request_alone() -> None:
    async def number(desk: int) -> Response:
        return reply(desk)

    async def stranger(desk: str, q: str) -> Response:
        return reply([desk, q])

    async def needy(desk: str, it: Annotated[str, Depends(opened)]) -> Response:
        return reply([desk, it])

    for endpoint in (number, stranger, needy):
        with pytest.raises(TypeError, match="takes text of its path"):
            ShortRoute("/x/{desk}", endpoint)
