"""How many are let in while the event loop is busy."""

import asyncio
import errno
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from typing import cast

import pytest
from typing_extensions import override

from app.kit.doorway import Doorway, WideLoop

MANY = 200
BUSY_S = 0.005


class Visitor(asyncio.Protocol):
    """Answers with what it hears, in capitals."""

    came = 0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        Visitor.came += 1
        self.transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self.transport.write(data.upper())  # type: ignore[attr-defined] # of a stream


@pytest.fixture
def loop() -> Iterator[WideLoop]:
    Visitor.came = 0
    with closing(WideLoop()) as made:
        yield made


def knock(port: int) -> socket.socket:
    phone = socket.socket()
    phone.settimeout(0)
    assert phone.connect_ex(("127.0.0.1", port)) in {0, errno.EINPROGRESS}
    return phone


async def serve(loop: WideLoop) -> tuple[Doorway, int]:
    server = await loop.create_server(Visitor, host="127.0.0.1", port=0, backlog=MANY)
    assert isinstance(server, Doorway)
    (listening,) = server.sockets
    return server, listening.getsockname()[1]


def test_a_busy_loop_lets_hundreds_in_within_a_few_turns(loop: WideLoop) -> None:
    async def turns() -> int:
        server, port = await serve(loop)
        phones = [knock(port) for _ in range(MANY)]
        done = 0
        while Visitor.came < MANY and done < MANY:
            time.sleep(BUSY_S)  # noqa: ASYNC251 - other work of this turn
            done += 1
            await asyncio.sleep(0)
        for phone in phones:
            phone.close()
        server.close()
        await server.wait_closed()
        return done

    assert loop.run_until_complete(turns()) < MANY // 5


def test_who_is_let_in_is_served_without_delay_and_stays_when_the_door_closes(
    loop: WideLoop,
) -> None:
    async def talk() -> bytes:
        server, port = await serve(loop)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"before")
        assert await reader.readexactly(6) == b"BEFORE"
        server.close()
        writer.write(b"after")
        said = await reader.readexactly(5)
        writer.close()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        return said

    assert loop.run_until_complete(talk()) == b"AFTER"


def test_replies_leave_at_once(loop: WideLoop) -> None:
    async def nodelay() -> int:
        server, port = await serve(loop)
        seen: asyncio.Future[int] = loop.create_future()

        class Look(Visitor):
            @override
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                own = transport.get_extra_info("socket")
                seen.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

        server._factory = Look
        phone = knock(port)
        try:
            return await asyncio.wait_for(seen, 5)
        finally:
            phone.close()
            server.close()

    assert loop.run_until_complete(nodelay()) == 1


def test_a_process_without_files_tries_again(
    loop: WideLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.kit.doorway._NO_FILES_S", 0.05)

    class Full:
        """A listening socket whose process has no file left, twice."""

        def __init__(self, real: socket.socket) -> None:
            self.real, self.refusals = real, 2

        def accept(self) -> object:
            self.refusals -= 1
            if self.refusals >= 0:
                raise OSError(errno.EMFILE, "too many open files")
            return self.real.accept()

        def fileno(self) -> int:
            return self.real.fileno()

        def close(self) -> None:
            self.real.close()

    async def visit() -> bytes:
        server, port = await serve(loop)
        server._listening = cast("socket.socket", Full(server._listening))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"late")
        said = await asyncio.wait_for(reader.readexactly(4), 5)
        writer.close()
        server.close()
        return said

    assert loop.run_until_complete(visit()) == b"LATE"
