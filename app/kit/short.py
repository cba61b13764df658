"""The short way: routes that need nothing of what FastAPI does around an endpoint.

FastAPI's layers (exit stacks, dependencies, validation, serialisation) and its router cost three
times what most calls of an exam do themselves. An endpoint that takes text from its path and the
request, and returns its response, needs none of them: `ShortWay` calls it at once. Such a route is
a FastAPI route all the same: mounted and described like any other, and reached through FastAPI
wherever the short way does not stand before it.
"""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

_REQUEST: Final = "request"


class ShortRoute(APIRoute):
    """A route whose endpoint can be called at once; for ``APIRouter(route_class=ShortRoute)``.

    Raises:
        TypeError: when the endpoint takes anything but text from the path and ``request``.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **how: Any) -> None:  # noqa: ANN401
        super().__init__(path, endpoint, **how)
        taken = dict(inspect.signature(endpoint).parameters)
        self.takes_request = taken.pop(_REQUEST, None) is not None
        if taken.keys() != self.param_convertors.keys() or any(
            one.annotation is not str for one in taken.values()
        ):
            raise TypeError(f"{path}: a short route takes text of its path and `request`")


class ShortWay:
    """Middleware: calls the endpoint of a short route at once, passes everything else on."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._routes: dict[str, list[ShortRoute]] = {}
        for route in routes:
            if isinstance(route, ShortRoute):
                for method in route.methods or ():
                    self._routes.setdefault(method, []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the app do it."""
        if scope["type"] == "http":
            path: str = scope["path"]
            for route in self._routes.get(scope["method"], ()):
                found = route.path_regex.match(path)
                if found is not None:
                    await _answer(route, found.groupdict(), scope, receive, send)
                    return
        await self._app(scope, receive, send)


async def _answer(
    route: ShortRoute, found: dict[str, Any], scope: Scope, receive: Receive, send: Send
) -> None:
    request = Request(scope, receive, send)
    if route.takes_request:
        found[_REQUEST] = request
    try:
        response = await route.endpoint(**found)
    except Exception as error:
        handler = _handler(scope, error)
        if handler is None:
            raise
        response = await handler(request, error)
    await response(scope, receive, send)


def _handler(scope: Scope, error: Exception) -> Callable[..., Any] | None:
    """Return what the app answers such an error with; None for what nobody expected."""
    handlers = scope["app"].exception_handlers
    known = (kind for kind in type(error).__mro__ if kind is not Exception and kind in handlers)
    return cast("Callable[..., Any] | None", handlers.get(next(known, None)))
