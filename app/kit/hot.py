"""The hot route: a FastAPI route without FastAPI's way to it.

Nearly every request of the day is a save. FastAPI's middlewares, router and dependencies cost more
CPU than the whole save, so such a route is found by one look at the path and takes the raw request.
It is a FastAPI route all the same: mounted like any other, described in OpenAPI, and reached
through the router as well.
"""

import re
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from app.kit.errors import Problem, TooLarge
from app.kit.web import BODY_MOST, problem_reply, unexpected_reply

_JSON: Final = (b"content-type", b"application/json")
_NO_STORE: Final = (b"cache-control", b"no-store")


class HotRoute(APIRoute):
    """A route whose endpoint takes its one path parameter and the raw request, nothing else."""

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the endpoint; a problem is answered as everywhere."""
        (parameter,) = scope["path_params"].values()
        try:
            response = await self.endpoint(parameter, Request(scope, receive))
        except Problem as problem:
            response = problem_reply(problem)
        except Exception as error:  # noqa: BLE001 - whatever it is, the device gets an answer
            response = unexpected_reply(error)
        await response(scope, receive, send)


class HotReply(Response):
    """A JSON reply of status 200 that no cache keeps, from bytes."""

    def __init__(self, document: bytes) -> None:
        self.status_code = 200
        self.background = None
        self.body = document
        self.raw_headers = [_JSON, _NO_STORE, (b"content-length", b"%d" % len(document))]


class Front(FastAPI):
    """The app, with a short way to its hot route."""

    def __init__(self, *, hot: HotRoute, **settings: Any) -> None:  # noqa: ANN401 - FastAPI's own
        super().__init__(**settings)
        self._hot = hot
        self._find = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", hot.path)).fullmatch
        self._method = next(iter(hot.methods or ()))

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http" and scope["method"] == self._method:
            found = self._find(scope["path"])
            if found is not None:
                scope["path_params"] = found.groupdict()
                await self._hot.handle(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def header(request: Request, name: bytes) -> str:
    """Return a header's value, or an empty text; ``name`` in lower case."""
    for key, value in request.scope["headers"]:
        if key == name:
            found: bytes = value
            return found.decode("latin-1")
    return ""


async def hot_body(request: Request) -> bytes:
    """Return the body, without Starlette's stream around it.

    A device that hangs up leaves an empty body: a heartbeat for a save, so this is for saves alone;
    ``body_of`` breaks off instead.

    Raises:
        TooLarge: past 64 KB.
    """
    message = await request.receive()
    whole: bytes = message.get("body", b"")
    while message.get("more_body") and len(whole) <= BODY_MOST:
        message = await request.receive()
        whole += message.get("body", b"")
    if len(whole) > BODY_MOST:
        raise TooLarge(limit=BODY_MOST)
    return whole
