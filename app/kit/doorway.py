"""The event loop of a web process: uvloop, which lets in whoever waits at the door, not one a turn.

libuv accepts one connection in a turn of its loop. Where a turn takes 50 milliseconds, since there
is much to do, that is 20 phones a second, and the others do not even hear that they have to wait:
beyond 4,096 the kernel forgets them, and they knock again after 1, 3, 7, 15 seconds.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any, Final

import uvloop
from typing_extensions import override

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 64  # a turn; what is left is for the other processes at the same door
_NO_FILES_S: Final = 1.0  # until it is tried again, when no file can be opened

Factory = Callable[[], asyncio.BaseProtocol]


class WideLoop(uvloop.Loop):
    """uvloop with a wide door for a TCP server; uvicorn makes it in each worker."""

    @override
    async def create_server(self, protocol_factory: Factory, *where: Any, **how: Any) -> Any:
        sock, backlog = how.get("sock"), how.get("backlog", 100)
        if how.get("ssl") is not None or where:
            return await super().create_server(protocol_factory, *where, **how)
        if sock is None:
            host, port = how["host"], how["port"]
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            sock = socket.create_server((host, port), family=family)
        return Doorway(self, protocol_factory, sock, backlog)


class Doorway:
    """Listens on a socket, and lets in up to ``_AT_ONCE`` in a turn of the loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        factory: Factory,
        listening: socket.socket,
        backlog: int,
    ) -> None:
        self._loop = loop
        self._factory = factory
        self._listening = listening
        self._entering: set[asyncio.Task[Any]] = set()
        self.sockets: tuple[socket.socket, ...] = (listening,)
        listening.settimeout(0)
        listening.listen(backlog)
        loop.add_reader(listening, self._let_in)

    def close(self) -> None:
        """Let nobody in any more; who is in stays."""
        if self.sockets:
            self.sockets = ()
            self._loop.remove_reader(self._listening)
            self._listening.close()

    async def wait_closed(self) -> None:
        """Wait until whoever was let in has a protocol."""
        if self._entering:
            await asyncio.wait(self._entering)

    def _let_in(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                connection, _ = self._listening.accept()
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionAbortedError:
                continue  # gone again
            except OSError as error:
                _log.warning("nobody is let in for a second: %s", error)
                self._loop.remove_reader(self._listening)
                self._loop.call_later(_NO_FILES_S, self._open_again)
                return
            connection.settimeout(0)
            entering = self._loop.create_task(self._enter(connection))
            self._entering.add(entering)
            entering.add_done_callback(self._entering.discard)

    async def _enter(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._factory, connection)
        except OSError:
            connection.close()  # gone again

    def _open_again(self) -> None:
        if self.sockets:
            self._loop.add_reader(self._listening, self._let_in)
