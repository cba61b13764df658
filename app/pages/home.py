"""The first page: the exam runs, and how to reach what it offers."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.exams.live import Room
from app.kit.line import Line

_templates: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
async def home(request: Request) -> Response:
    """Show which events stand in the room, and whether answers can be taken."""
    room: Room = request.state.room
    line: Line = request.state.line
    page = _templates.get_template("home.html").render(
        events=sorted(room.events.values(), key=lambda card: card.id), ready=line.fault is None
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})
