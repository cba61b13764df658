"""The hot route over a real connection: the short way and the long way say the same."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from app.kit.crowd import Crowd, Limit, Turn
from app.kit.errors import Busy
from app.kit.hot import Answer, Ask, HotProtocol, HotRoute, by_the_long_way
from app.kit.web import BODY_MOST, answer_with_problems

pytestmark = pytest.mark.asyncio

LATER = Limit(9, 0.3)
HEAD = b"POST /desks/7/ask HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n"


async def until(happened: Callable[[], object]) -> None:
    for _ in range(500):
        if happened():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not happen")


class Desk:
    """Answers with what it was asked, at once or when `let_go` is called."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []
        self.held: list[tuple[Ask, Answer]] = []
        self.long_ways = 0
        self.opened = asyncio.Event()

    def take(self, ask: Ask, answer: Answer) -> None:
        self.asked.append(ask)
        if ask.parameter == "refused":
            raise Busy
        if ask.parameter == "broken":
            raise ZeroDivisionError
        if ask.parameter == "later":
            self.held.append((ask, answer))
        else:
            answer(_echo(ask))

    def let_go(self) -> None:
        for ask, answer in self.held:
            answer(_echo(ask))
            answer(b'{"a second word": "is not heard"}')
        self.held.clear()


def _echo(ask: Ask) -> bytes:
    return orjson.dumps({"parameter": ask.parameter, "body": ask.body.decode()})


@asynccontextmanager
async def served(desk: Desk, crowd: Crowd | None = None, rest_s: int = 5) -> AsyncIterator[int]:
    """Serve the desk on a port of its own; a connection may rest so many seconds."""
    crowd = crowd or Crowd([("/other", Limit(3, 0.2)), ("/desks/.*", LATER)], others=Limit(2, 0.1))

    async def long_way(name: str, request: Request) -> Response:
        desk.long_ways += 1
        return await by_the_long_way(desk.take, name, request)

    hot = HotRoute("/desks/{name}/ask", long_way, short=desk.take, method="POST")

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        yield {"hot": hot, "crowd": crowd}

    app = FastAPI(lifespan=lifespan)
    answer_with_problems(app)
    app.router.routes.append(hot)
    app.add_api_route("/other", lambda: "other")

    async def slow() -> str:
        desk.long_ways += 1
        await desk.opened.wait()
        return "slow"

    app.add_api_route("/slow", slow, methods=["POST"])
    config = uvicorn.Config(
        app,
        port=0,
        http=HotProtocol,
        loop="uvloop",
        log_level="critical",
        ws="none",
        timeout_keep_alive=rest_s,
    )
    server = uvicorn.Server(config)
    with contextlib.closing(config.bind_socket()) as listening:
        running = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        yield listening.getsockname()[1]
        server.should_exit = True
        await running


@asynccontextmanager
async def caller(desk: Desk) -> AsyncIterator["Caller"]:
    async with served(desk) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield Caller(reader, writer)
        writer.close()


class Caller:
    """One kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    def post(self, path: str, body: bytes = b"", *headers: str, version: str = "1.1") -> None:
        lines = [f"POST {path} HTTP/{version}", "Host: here", f"Content-Length: {len(body)}"]
        self.writer.write("\r\n".join([*lines, *headers, "", ""]).encode() + body)

    async def reply(self) -> tuple[int, dict[str, str], bytes]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in pairs}
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split(" ")[1]), headers, body

    async def is_closed(self) -> bool:
        return await self._reader.read() == b""


async def test_a_request_is_answered_on_the_short_way_and_the_connection_kept() -> None:
    desk = Desk()
    async with caller(desk) as phone:
        for body in (b"one", b"", b"x" * BODY_MOST):
            phone.post("/desks/7/ask", body)
            status, headers, said = await phone.reply()
            assert (status, orjson.loads(said)) == (200, {"parameter": "7", "body": body.decode()})
            assert headers["content-type"] == "application/json"
            assert headers["cache-control"] == "no-store"
            assert "date" in headers
    assert desk.long_ways == 0


async def test_other_paths_methods_and_queries_go_to_fastapi() -> None:
    desk = Desk()
    async with caller(desk) as phone:
        phone.writer.write(b"GET /other HTTP/1.1\r\nHost: here\r\n\r\n")
        assert (await phone.reply())[2] == b'"other"'
        phone.writer.write(b"GET /desks/7/ask HTTP/1.1\r\nHost: here\r\n\r\n")
        assert (await phone.reply())[0] == 405
        phone.post("/desks/7/ask?x=1")
        assert (await phone.reply())[0] == 200
        assert desk.long_ways == 1
        phone.post("/desks/7/ask")
        assert (await phone.reply())[0] == 200
        assert desk.long_ways == 1


@pytest.mark.parametrize("name", ["refused", "broken"])
async def test_what_is_refused_or_breaks_says_the_same_on_both_ways(name: str) -> None:
    async with caller(Desk()) as phone:
        phone.post(f"/desks/{name}/ask")
        short = await phone.reply()
        phone.post(f"/desks/{name}/ask?by=fastapi")
        long = await phone.reply()
        assert short[0] == long[0] == (503 if name == "refused" else 500)
        assert short[2] == long[2]
        assert short[1].get("retry-after") == long[1].get("retry-after")
        assert short[1]["content-type"] == long[1]["content-type"] == "application/problem+json"


async def test_pipelined_requests_are_answered_in_their_order() -> None:
    desk = Desk()
    async with caller(desk) as phone:
        phone.post("/desks/later/ask", b"first")
        phone.post("/desks/now/ask", b"second")
        phone.writer.write(b"GET /other HTTP/1.1\r\nHost: here\r\n\r\n")
        await until(lambda: desk.held)
        await asyncio.sleep(0.05)
        desk.let_go()
        assert orjson.loads((await phone.reply())[2])["body"] == "first"
        assert orjson.loads((await phone.reply())[2])["body"] == "second"
        assert (await phone.reply())[2] == b'"other"'


async def test_a_body_in_pieces_is_put_together() -> None:
    async with caller(Desk()) as phone:
        phone.writer.write(HEAD % 6 + b"ab")
        await asyncio.sleep(0.05)
        phone.writer.write(b"cdef")
        assert orjson.loads((await phone.reply())[2])["body"] == "abcdef"
        phone.writer.write(
            b"POST /desks/7/ask HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        assert orjson.loads((await phone.reply())[2])["body"] == "abcde"


async def test_a_body_that_is_too_large_is_refused_and_the_connection_closed() -> None:
    desk = Desk()
    async with caller(desk) as phone:
        phone.post("/desks/7/ask", b"x" * (BODY_MOST + 1))
        status, headers, _ = await phone.reply()
        assert (status, headers["connection"]) == (413, "close")
        assert await phone.is_closed()
    assert not desk.asked


async def test_whoever_hangs_up_before_the_end_has_asked_nothing() -> None:
    desk = Desk()
    async with caller(desk) as phone:
        phone.writer.write(HEAD % 9 + b"ab")
        await asyncio.sleep(0.05)
        phone.writer.close()
        await asyncio.sleep(0.05)
    assert not desk.asked


async def test_an_answer_to_a_device_that_is_gone_hurts_nobody() -> None:
    desk = Desk()
    async with served(desk) as port:
        for _ in range(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            phone = Caller(reader, writer)
            phone.post("/desks/later/ask", b"gone")
            await until(lambda: desk.held)
            writer.close()
            await asyncio.sleep(0.05)
            desk.let_go()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        phone = Caller(reader, writer)
        phone.post("/desks/here/ask", b"still")
        assert orjson.loads((await phone.reply())[2])["body"] == "still"
        writer.close()


async def test_an_old_client_and_one_that_waits_for_100_go_the_long_way() -> None:
    desk = Desk()
    async with caller(desk) as phone:
        phone.post("/desks/7/ask", b"", "Expect: 100-continue")
        assert (await phone.reply())[0] == 100
        assert (await phone.reply())[0] == 200
        phone.post("/desks/7/ask", b"old", version="1.0")
        assert (await phone.reply())[0] == 200
        assert await phone.is_closed()
    assert desk.long_ways == 2


async def test_who_asks_to_close_is_answered_and_closed() -> None:
    async with caller(Desk()) as phone:
        phone.post("/desks/7/ask", b"last", "Connection: close")
        status, headers, _ = await phone.reply()
        assert (status, headers["connection"]) == (200, "close")
        assert await phone.is_closed()


async def test_a_connection_is_closed_when_it_has_rested_but_not_while_it_is_used() -> None:
    desk = Desk()
    async with served(desk, rest_s=1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        phone = Caller(reader, writer)
        for path in ("/desks/7/ask", "/other", "/desks/7/ask", "/desks/7/ask"):
            phone.post(path)
            await phone.reply()
            await asyncio.sleep(0.4)
        phone.post("/desks/later/ask", b"slow")
        await asyncio.sleep(1.5)  # the answer takes longer than a connection may rest
        desk.let_go()
        assert orjson.loads((await phone.reply())[2])["body"] == "slow"
        async with asyncio.timeout(1.6):
            assert await phone.is_closed()
        writer.close()


async def test_a_server_that_ends_answers_what_it_was_asked() -> None:
    desk = Desk()
    ended = asyncio.Event()

    async def ask_and_wait() -> bytes:
        async with served(desk) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            phone = Caller(reader, writer)
            phone.post("/desks/later/ask", b"before the end")
            await until(lambda: desk.held)
            asyncio.get_running_loop().call_later(0.3, desk.let_go)
            replying = asyncio.create_task(phone.reply())
        ended.set()
        status, headers, said = await replying
        assert (status, headers["connection"]) == (200, "close")
        writer.close()
        return said

    said = await asyncio.wait_for(ask_and_wait(), timeout=10)
    assert orjson.loads(said)["body"] == "before the end"
    assert ended.is_set()


async def test_what_matters_less_waits_outside_first_and_saves_are_taken() -> None:
    desk = Desk()
    async with served(desk) as port:

        async def come(path: str) -> Caller:
            one = Caller(*await asyncio.open_connection("127.0.0.1", port))
            one.post(path)
            return one

        inside = [await come("/slow"), await come("/slow")]
        await until(lambda: desk.long_ways == len(inside))
        refused = await come("/slow")
        status, headers, body = await refused.reply()
        assert (status, orjson.loads(body)["type"]) == (503, "/problems/busy")
        assert 1 < int(headers["retry-after"]) < 9
        refused.post("/other")  # the next one on the same connection
        assert (await refused.reply())[0] == 405
        leaving = Caller(*await asyncio.open_connection("127.0.0.1", port))
        leaving.post("/slow", b"", "Connection: close")
        status, last, said = await leaving.reply()
        assert (status, orjson.loads(said)) == (503, orjson.loads(body))
        assert last.pop("connection") == "close"
        assert last.keys() == headers.keys()
        assert await leaving.is_closed()
        saved = await come("/desks/7/ask")
        assert (await saved.reply())[0] == 200
        desk.opened.set()
        for one in inside:
            assert (await one.reply())[0] == 200
        refused.post("/slow")
        assert (await refused.reply())[0] == 200
        for one in [*inside, refused, leaving, saved]:
            one.writer.close()


async def test_a_process_that_is_always_late_takes_saves_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd = Crowd([("/desks/.*", LATER)], others=Limit(2, 0.1))
    async with served(Desk(), crowd) as port:
        phone = Caller(*await asyncio.open_connection("127.0.0.1", port))

        async def status_of(path: str) -> int:
            phone.post(path, b"tap")
            status, headers, _ = await phone.reply()
            assert (status == 503) == ("retry-after" in headers)
            return status

        for turn_s, said in ((0.0, (200, 405)), (0.2, (200, 503)), (0.4, (503, 503))):
            monkeypatch.setattr(Turn, "age_s", lambda _, turn_s=turn_s: turn_s)
            for _ in range(3):
                crowd.feel(0.1)
            assert (await status_of("/desks/7/ask"), await status_of("/other")) == said
        phone.writer.close()
