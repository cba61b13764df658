"""The hot route: a FastAPI route with a way of its own, without FastAPI's, ASGI's and asyncio's.

Nearly every request of the day is a save. Task, middlewares, router and dependencies cost several
times what the save itself does, so `HotProtocol`, uvicorn's own protocol with one more way, hands
such a request to the route's `short` function in the moment it is complete, and writes what that
one answers. It is a FastAPI route all the same: mounted like any other, described in OpenAPI, and
reached through its endpoint wherever the short way does not apply (another server, a test client,
a pipelined request, ``Expect``).
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from fastapi import Request, Response
from fastapi.routing import APIRoute
from typing_extensions import override
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from app.kit.crowd import Crowd
from app.kit.errors import Problem, TooLarge
from app.kit.web import BODY_MOST, body_of, problem_reply, unexpected_reply

_JSON: Final = (b"content-type", b"application/json")
_NO_STORE: Final = (b"cache-control", b"no-store")

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Ask:
    """A complete request: its one path parameter, headers (names in lower case), body, state."""

    parameter: str
    headers: Headers
    body: bytes
    state: dict[str, Any]


Said = bytes | Problem
"""What is answered: a JSON document, with status 200, or a problem."""
Answer = Callable[[Said], None]
"""Called once, now or later; whatever is said after that is not heard."""
Short = Callable[[Ask, Answer], None]
"""Takes a request and answers it. It may raise a problem as long as it has not answered."""


class HotRoute(APIRoute):
    """A route of one path parameter that also has a short way."""

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *, short: Short, method: str, **how: object
    ) -> None:
        super().__init__(path, endpoint, methods=[method], **cast("dict[str, Any]", how))
        self.short = short
        self._method = method.encode()
        self._find = re.compile(re.sub(r"{\w+}", r"([^/?%]+)", path).encode()).fullmatch

    def parameter_in(self, method: bytes, url: bytes) -> str | None:
        """Return the path parameter where this is a request for the route."""
        found = self._find(url) if method == self._method else None
        return found[1].decode("latin-1") if found else None


async def by_the_long_way(short: Short, parameter: str, request: Request) -> Response:
    """Let a short function answer a request that came through FastAPI.

    Raises:
        Problem: what it answered, for FastAPI to reply to.
    """
    said: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
    headers: Headers = request.scope["headers"]
    ask = Ask(parameter, headers, await body_of(request), request.scope["state"])
    short(ask, lambda what: None if said.done() else said.set_result(what))
    document = await said
    if isinstance(document, Problem):
        raise document
    return HotReply(document)


class HotReply(Response):
    """A JSON reply of status 200 that no cache keeps, from bytes."""

    def __init__(self, document: bytes) -> None:
        self.status_code = 200
        self.background = None
        self.body = document
        self.raw_headers = [_JSON, _NO_STORE, (b"content-length", b"%d" % len(document))]


class HotProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, with the short way to the route that stands in the lifespan's ``hot``.

    Whom the lifespan's ``crowd`` turns away is answered on the short way too.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._route: HotRoute = app_state["hot"]
        self.crowd: Crowd = app_state["crowd"]
        self._active_s = 0.0  # when it last began or answered a request, by the loop's clock

    @override
    def on_message_begin(self) -> None:
        """Begin a request; what only the long way needs is made when it is taken."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._active_s = self.loop.time()

    @override
    def on_headers_complete(self) -> None:
        """Take the short way where nothing speaks against it."""
        parser, before = self.parser, cast("_Cycle | None", self.cycle)
        found = self._route.parameter_in(parser.get_method(), self.url)
        cycle: type[_Cycle] = _Cycle
        in_work = len(self.tasks) if found is None else None  # a save has a queue of its own
        if self.crowd.turns_away(self.url, in_work):
            found, cycle = "", _TurnedAway
        if (
            found is None
            or (before is not None and not before.response_complete)
            or self.expect_100_continue
            or self.flow.write_paused  # the client does not read what it is sent
            or parser.should_upgrade()
            or parser.get_http_version() != "1.1"
        ):
            self._make_scope()
            super().on_headers_complete()
        else:
            self.cycle = cycle(self, self._route.short, found)  # type: ignore[assignment] # stands in for its own

    @override
    def on_response_complete(self) -> None:
        """Go on with the next request, or rest."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
            return
        self._active_s = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again(self.timeout_keep_alive)

    # uvicorn sets and takes back a timer with every request. Here one timer stands as long as the
    # connection, and looks each time it is due whether there was a request meanwhile.

    @override
    def timeout_keep_alive_handler(self) -> None:
        """Close the connection where it has rested long enough."""
        self.timeout_keep_alive_task = None
        cycle = cast("_Cycle | None", self.cycle)
        if cycle is not None and not cycle.response_complete:
            return  # the reply sets it again
        rest_s = self._active_s + self.timeout_keep_alive - self.loop.time()
        if rest_s > 0:
            self._look_again(rest_s)
        else:
            super().timeout_keep_alive_handler()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Take back the timer."""
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    @override
    def shutdown(self) -> None:
        """Finish what is in work and close; who only listens would never be finished."""
        self.crowd.send_home()
        super().shutdown()

    @override
    def _unset_keepalive_if_required(self) -> None:
        """Let the timer stand: it looks for itself."""

    def _look_again(self, in_s: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(in_s, self.timeout_keep_alive_handler)

    def _make_scope(self) -> None:
        url, headers, waits = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, waits
        self.headers += headers  # the scope has this very list


class _Head:
    """The head of a `HotReply`, up to its length; the server's own headers change once a second."""

    def __init__(self) -> None:
        self._common: Headers | None = None
        self._beginning = b""

    def beginning(self, common: Headers) -> bytes:
        """Return it, ``common`` being the server's own headers."""
        if common is not self._common:
            lines = [b"%b: %b\r\n" % one for one in (*common, _JSON, _NO_STORE)]
            self._beginning = b"%b%bcontent-length: " % (STATUS_LINE[200], b"".join(lines))
            self._common = common
        return self._beginning


_HEAD: Final = _Head()


class _Refusals:
    """What those who are turned away are sent, ready: there are few, and they are many."""

    def __init__(self) -> None:
        self._common: Headers | None = None
        self._ready: dict[Problem, bytes] = {}

    def ready(self, problem: Problem, common: Headers) -> bytes:
        """Return a refusal as it is written, ``common`` being the server's own headers."""
        if common is not self._common:
            self._common = common
            self._ready.clear()
        held = self._ready.get(problem)
        if held is None:
            held = self._ready[problem] = _written(problem_reply(problem), common)
        return held


_REFUSALS: Final = _Refusals()


def _written(response: Response, common: Headers, *, keep_alive: bool = True) -> bytes:
    """Return a reply as it is written, ``common`` being the server's own headers."""
    written = [STATUS_LINE[response.status_code]]
    for headers in (common, response.raw_headers):
        for name, value in headers:
            written += (name, b": ", value, b"\r\n")
    if not keep_alive:
        written.append(b"connection: close\r\n")
    written += (b"\r\n", bytes(response.body))
    return b"".join(written)


class _Cycle:
    """A request on the short way, in the place of uvicorn's own RequestResponseCycle.

    The protocol adds to ``body``, clears ``more_body`` and sets ``message_event`` as for its own;
    being that event itself, the cycle learns of each without a task that waits.
    """

    __slots__ = (
        "_is_asked",
        "_parameter",
        "_protocol",
        "_short",
        "body",
        "disconnected",
        "keep_alive",
        "more_body",
        "response_complete",
    )

    def __init__(self, protocol: HotProtocol, short: Short, parameter: str) -> None:
        self._protocol = protocol
        self._short = short
        self._parameter = parameter
        self._is_asked = False
        self.keep_alive = protocol.parser.should_keep_alive()
        self.body = b""
        self.more_body = True
        self.disconnected = False
        self.response_complete = False

    @property
    def message_event(self) -> "_Cycle":
        return self

    def set(self) -> None:
        if self._is_asked or self.disconnected:
            return
        if len(self.body) > BODY_MOST:
            self._is_asked = True
            self.keep_alive = False  # what is still to come is not read
            self._answer(TooLarge(limit=BODY_MOST))
        elif not self.more_body:
            self._is_asked = True
            self._ask()

    def _ask(self) -> None:
        protocol = self._protocol
        ask = Ask(self._parameter, protocol.headers, self.body, protocol.app_state)
        try:
            self._short(ask, self._answer)
        except Problem as problem:
            self._answer(problem)
        except Exception as error:  # noqa: BLE001 - whatever it is, the device gets an answer
            self._reply(unexpected_reply(error))

    def _answer(self, said: Said) -> None:
        if isinstance(said, Problem):
            self._reply(problem_reply(said))
        elif not self.keep_alive or self.disconnected:
            self._reply(HotReply(said))
        elif not self.response_complete:
            self.response_complete = True
            protocol = self._protocol
            head = _HEAD.beginning(protocol.server_state.default_headers)
            protocol.transport.write(b"%b%d\r\n\r\n%b" % (head, len(said), said))
            protocol.on_response_complete()

    def _reply(self, response: Response) -> None:
        if self.response_complete:
            return
        self.response_complete = True
        protocol = self._protocol
        if not self.disconnected:
            common, stays = protocol.server_state.default_headers, self.keep_alive
            protocol.transport.write(_written(response, common, keep_alive=stays))
            if not stays:
                protocol.transport.close()
        protocol.on_response_complete()


class _TurnedAway(_Cycle):
    """The same, of a request of which nothing is looked at."""

    __slots__ = ()

    @override
    def _ask(self) -> None:
        protocol = self._protocol
        refusal = protocol.crowd.refusal()
        if not self.keep_alive or self.disconnected:
            self._answer(refusal)
            return
        self.response_complete = True
        common = protocol.server_state.default_headers
        protocol.transport.write(_REFUSALS.ready(refusal, common))
        protocol.on_response_complete()
