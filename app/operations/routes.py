"""Health: is the process alive, may it take saves, how far is the record behind."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from app.exams.live import Room
from app.kit.description import problems
from app.kit.errors import Busy
from app.kit.line import Line
from app.kit.short import ShortRoute
from app.kit.web import reply
from app.operations.lag import PartitionLag, lag_of


class Live(BaseModel):
    """The process runs."""

    status: str


class Ready(BaseModel):
    """Redis answers and has the right settings; ``fault`` says what is missing."""

    status: str
    fault: str | None = None


class Lag(BaseModel):
    """How far the record is behind the room, over all events."""

    lag_entries: int
    lag_ms: int
    partitions: list[dict[str, Any]]


router = APIRouter(prefix="/health", route_class=ShortRoute)


@router.get("/live", response_model=Live)
async def live() -> Response:
    """Answer as long as the process runs; needs nothing."""
    return reply({"status": "live"})


@router.get("/ready", response_model=Ready, responses={503: {"model": Ready}})
async def ready(request: Request) -> Response:
    """Tell whether saves can be taken: needs Redis set right, neither Postgres nor an event."""
    line: Line = request.state.line
    try:
        await line.command("PING")
    except Busy:
        fault = line.fault or "Redis is busy"
        return reply({"status": "away", "fault": fault}, 503, **{"Retry-After": "2"})
    return reply({"status": "ready"})


@router.get("/recorder", response_model=Lag, responses=problems(503))
async def recorder(request: Request) -> Response:
    """Tell how far the record is behind: entries, and the age of the oldest in milliseconds."""
    room: Room = request.state.room
    tags = [tag for card in room.events.values() for tag in card.tags()]
    partitions: list[PartitionLag] = await lag_of(request.state.line, tags)
    return reply(
        {
            "lag_entries": sum(one.entries for one in partitions),
            "lag_ms": max((one.ms for one in partitions), default=0),
            "partitions": [one.describe() for one in partitions],
        }
    )
