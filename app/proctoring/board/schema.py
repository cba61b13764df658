"""Bodies of the board's calls, as OpenAPI describes them."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, StringConstraints

from app.people.staff.schema import Strict
from app.proctoring.model import MINUTES_MOST, REASON_MOST, TEXT_MOST

_Id = Annotated[str, StringConstraints(max_length=40)]
_Name = Annotated[str, StringConstraints(max_length=120)]
SITTINGS_MOST: Final = 500


class EventShown(BaseModel):
    """The event of a board. Times in milliseconds since 1970."""

    id: str
    title: str
    mode: str
    opens_at: int
    closes_at: int
    duration_ms: int
    items: int


class UnitShown(BaseModel):
    """A unit by its number in the rows."""

    id: int
    code: str
    name: str


class RoomShown(BaseModel):
    """A room by its number in the rows."""

    id: str
    name: str
    venue: str


class WaveShown(BaseModel):
    """A wave by its number in the rows. Times in milliseconds since 1970."""

    id: int
    name: str
    starts_at: int
    ends_at: int


class BoardShown(BaseModel):
    """A whole board: what its rows hold stands in ``fields``, in that order.

    ``chief``: whether whoever asks may act for everybody in the event.
    """

    event: EventShown
    at: int
    cursor: str
    closed: list[int]
    units: list[UnitShown]
    rooms: list[RoomShown]
    waves: list[WaveShown]
    chief: bool
    fields: list[str]
    rows: list[list[Any]]


class FindBody(Strict):
    """Whose sitting is looked for; a NIP never stands in an address."""

    nip: Annotated[str, StringConstraints(max_length=64)]


class FoundShown(BaseModel):
    """Where somebody sits."""

    sitting: str


class ActBody(Strict):
    """What is to be done, to whom; ``action`` names it, so that it is done once."""

    kind: Literal[
        "admit",
        "extend",
        "message",
        "pause",
        "resume",
        "submit",
        "reopen",
        "hold",
        "device",
        "undo",
    ]
    action: _Id
    sittings: Annotated[list[_Id], Field(max_length=SITTINGS_MOST)] = Field(default_factory=list)
    unit: _Name | None = None
    room: _Name | None = None
    wave: int | None = None
    everybody: bool = False
    minutes: Annotated[int, Field(ge=1, le=MINUTES_MOST)] | None = None
    text: Annotated[str, StringConstraints(max_length=TEXT_MOST)] | None = None
    reason: Annotated[str, StringConstraints(max_length=REASON_MOST)] | None = None
    undoes: _Id | None = None


class OutcomeShown(BaseModel):
    """What came of it for one sitting."""

    sitting: str
    result: Literal["done", "again", "state", "failed"]
    state: str | None = None
    deadline: int | None = None
    why: str | None = None


class ActedShown(BaseModel):
    """What came of it."""

    action: str
    done: int
    again: int
    refused: int
    failed: int
    sittings: list[OutcomeShown]
