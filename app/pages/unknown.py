"""An unknown address: a page for people, problem details for programs."""

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from app.kit.errors import NotFound, Problem
from app.kit.web import http_problem_reply, problem_reply
from app.pages.page import Pages

_API = "/api/"


def answer_with_pages(app: FastAPI) -> None:
    """Let people read what is wrong with an address. After `answer_with_problems`."""

    @app.exception_handler(NotFound)
    async def _not_found(request: Request, problem: Problem) -> Response:
        return _page(request) if _is_person(request) else problem_reply(problem)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == NotFound.status and _is_person(request):
            return _page(request)
        return http_problem_reply(error)


def _is_person(request: Request) -> bool:
    is_api = request.url.path.startswith(_API)
    return not is_api and "text/html" in request.headers.get("accept", "")


def _page(request: Request) -> Response:
    pages: Pages = request.state.pages
    return pages.message(
        request,
        NotFound.status,
        "Halaman tidak ditemukan",
        "Alamat ini tidak ada. Periksa kembali penulisannya, atau masuk dari halaman masuk. "
        "Jawaban yang sudah tersimpan tidak hilang.",
    )
