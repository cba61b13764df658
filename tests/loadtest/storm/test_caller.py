"""One connection: replies in pieces, hang-ups at rest and in the middle."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from loadtest.connection import Address
from loadtest.storm.caller import BROKEN, Caller, answer_of, retry_after_s

pytestmark = pytest.mark.asyncio

ASK = b"GET / HTTP/1.1\r\n\r\n"
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"
Reply = Callable[[asyncio.StreamWriter, int], Awaitable[None]]


@asynccontextmanager
async def called(reply: Reply) -> AsyncIterator[Caller]:
    """A caller of a server that replies so to its n-th request on any connection."""
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        try:
            while not writer.is_closing():
                await reader.readuntil(b"\r\n\r\n")
                asked += 1
                await reply(writer, asked)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    caller = Caller(Address(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
    yield caller
    caller.give_up()
    server.close()


async def test_a_reply_in_pieces_is_put_together() -> None:
    async def in_pieces(writer: asyncio.StreamWriter, _: int) -> None:
        for at in range(0, len(FINE), 9):
            writer.write(FINE[at : at + 9])
            await asyncio.sleep(0.01)

    async with called(in_pieces) as caller:
        for _ in range(2):
            status, head, content = await caller.exchange(ASK)
            assert (status, content) == (200, b"fine")
            assert b"content-length: 4" in head


async def test_a_connection_that_was_closed_at_rest_is_opened_anew() -> None:
    async def once(writer: asyncio.StreamWriter, _: int) -> None:
        writer.write(FINE)
        await writer.drain()
        writer.close()

    async with called(once) as caller:
        assert (await caller.exchange(ASK))[0] == 200
        assert (await caller.exchange(ASK))[0] == 200


async def test_a_request_that_met_a_hang_up_is_sent_again_once() -> None:
    async def second_is_lost(writer: asyncio.StreamWriter, number: int) -> None:
        if number == 2:
            writer.close()
        else:
            writer.write(FINE)

    async with called(second_is_lost) as caller:
        assert [(await caller.exchange(ASK))[0] for _ in range(2)] == [200, 200]
        assert caller.reconnects == 1


async def test_a_reply_that_breaks_off_is_broken() -> None:
    async def half(writer: asyncio.StreamWriter, _: int) -> None:
        writer.write(FINE[:-1])
        await writer.drain()
        writer.close()

    async with called(half) as caller:
        assert (await caller.exchange(ASK))[0] == BROKEN


async def test_nobody_there_is_broken() -> None:
    caller = Caller(Address("http://127.0.0.1:9"))
    status, _, why = await caller.exchange(ASK)
    assert status == BROKEN
    assert b"refused" in why.lower()


async def test_who_waits_hears_that_it_was_given_up() -> None:
    async def never(_writer: asyncio.StreamWriter, _: int) -> None:
        await asyncio.sleep(0)

    async with called(never) as caller:
        waiting = asyncio.create_task(caller.exchange(ASK))
        await asyncio.sleep(0.05)
        caller.give_up()
        assert await waiting == (BROKEN, b"", b"no reply came")


async def test_a_refusal_for_a_while_says_how_long() -> None:
    head = b"http/1.1 503 busy\r\nretry-after: 4\r\ncontent-length: 2"
    assert retry_after_s(503, head) == 4.0
    assert retry_after_s(200, head) is None
    assert retry_after_s(503, b"http/1.1 503 busy") is None
    assert answer_of(200, b'{"a":1}').body == {"a": 1}
    assert answer_of(200, b"[1]").body == answer_of(502, b"<html>").body == {}
