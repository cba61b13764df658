"""HTTP without surprises: problem details for every error, bodies that are bounded."""

import logging
from typing import Any, Final, TypeVar

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.kit.errors import InvalidRequest, Problem, TooLarge

Body = TypeVar("Body", bound=BaseModel)

_log = logging.getLogger(__name__)

BODY_MOST: Final = 64 * 1024
_TYPES: Final = {404: "not-found", 405: "method-not-allowed"}
_TITLES: Final = {404: "Tidak ditemukan", 405: "Cara panggil tidak dikenal"}


def reply(document: object, status: int = 200, **headers: str) -> Response:
    """Return a JSON reply that no cache keeps."""
    return Response(
        orjson.dumps(document),
        status,
        {"Cache-Control": "no-store", **headers},
        media_type="application/json",
    )


async def body_of(request: Request) -> bytes:
    """Return the body.

    Raises:
        TooLarge: past 64 KB, without reading on.
    """
    declared = request.headers.get("content-length")
    if declared is not None and declared.isdigit() and int(declared) > BODY_MOST:
        raise TooLarge(limit=BODY_MOST)
    if declared is not None:
        return await request.body()
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > BODY_MOST:
            raise TooLarge(limit=BODY_MOST)
    return bytes(read)


async def read_body(request: Request, model: type[Body]) -> Body:
    """Return the body as a model.

    Raises:
        TooLarge, InvalidRequest: with a pointer to each fault.
    """
    try:
        return model.model_validate_json(await body_of(request))
    except ValidationError as error:
        raise InvalidRequest(
            faults=[
                {"pointer": _pointer(one["loc"]), "detail": one["msg"]} for one in error.errors()
            ]
        ) from None


def problem_reply(problem: Problem) -> Response:
    """Return a problem as it travels."""
    headers = {"Cache-Control": "no-store"}
    if problem.come_back_s is not None:
        headers["Retry-After"] = str(problem.come_back_s)
    return Response(
        orjson.dumps(problem.document()),
        problem.status,
        headers,
        media_type="application/problem+json",
    )


def http_problem_reply(error: HTTPException) -> Response:
    """Return what the router refuses (an unknown address or method) as problem details."""
    document: dict[str, Any] = {
        "type": f"/problems/{_TYPES.get(error.status_code, 'refused')}",
        "title": _TITLES.get(error.status_code, error.detail),
        "status": error.status_code,
        "detail": "Alamat ini tidak tersedia. Periksa kembali penulisannya.",
    }
    return Response(
        orjson.dumps(document),
        error.status_code,
        dict(error.headers or {}),
        media_type="application/problem+json",
    )


def unexpected_reply(error: Exception) -> Response:
    """Log what broke, and return an answer that gives nothing away."""
    _log.error("a request broke", exc_info=error)
    document = {
        "type": "/problems/defect",
        "title": "Kesalahan server",
        "status": 500,
        "detail": "Terjadi kesalahan di server. Jawaban Anda tetap di perangkat.",
    }
    return Response(orjson.dumps(document), 500, media_type="application/problem+json")


def answer_with_problems(app: FastAPI) -> None:
    """Map every error to problem details, once for all rooms."""

    @app.exception_handler(Problem)
    async def _problem(_: Request, problem: Problem) -> Response:
        return problem_reply(problem)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> Response:
        faults = [
            {"pointer": _pointer(one["loc"]), "detail": str(one["msg"])} for one in error.errors()
        ]
        return problem_reply(InvalidRequest(faults=faults))

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> Response:
        return http_problem_reply(error)

    @app.exception_handler(ClientDisconnect)
    async def _gone(_: Request, __: ClientDisconnect) -> Response:
        # It hung up while it sent, as phones do: nobody reads this, and nothing is broken.
        return Response(status_code=400)

    @app.exception_handler(Exception)
    async def _unexpected(_: Request, error: Exception) -> Response:
        return unexpected_reply(error)


def _pointer(location: tuple[int | str, ...]) -> str:
    parts = location[1:] if location and location[0] == "body" else location
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
