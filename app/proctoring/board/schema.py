"""Bodies of the board's calls, as OpenAPI describes them."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, StringConstraints

from app.people.staff.schema import Strict
from app.proctoring.model import (
    MINUTES_MOST,
    REASON_MOST,
    TEXT_MOST,
    Category,
    Kind,
    Result,
    Severity,
)

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

    kind: Kind
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
    category: Category | None = None
    severity: Severity | None = None


class CardShown(BaseModel):
    """The card that opens now, which no other place tells: its number, and its PIN in fours."""

    number: int
    pin: str


class OutcomeShown(BaseModel):
    """What came of it for one sitting."""

    sitting: str
    result: Result
    state: str | None = None
    deadline: int | None = None
    why: str | None = None
    card: CardShown | None = None


class ActedShown(BaseModel):
    """What came of it."""

    action: str
    done: int
    again: int
    refused: int
    failed: int
    sittings: list[OutcomeShown]


class LateBody(Strict):
    """What the chief decides of all late answers of a sitting that wait, and why."""

    action: _Id
    sitting: _Id
    decision: Literal["accept", "reject"]
    reason: Annotated[str, StringConstraints(max_length=REASON_MOST)]


class DecidedShown(BaseModel):
    """What came of it; ``counted``: how many answers were newer than what stood, and count now."""

    sitting: str
    result: Literal["done", "again", "state"]
    counted: int
    state: str


class RemarkShown(BaseModel):
    """A remark of staff's: when, by whom, what."""

    at: int
    who: str
    category: Category
    severity: Severity
    text: str


class LateShown(BaseModel):
    """How many late answers wait for a decision, and when the first and the last were kept."""

    count: int
    first_at: int | None = None
    last_at: int | None = None


class SittingShown(BaseModel):
    """What a board's row does not say of a sitting; unit and room by number, no answer."""

    sitting: str
    name: str
    unit: int
    room: str
    remarks: list[RemarkShown]
    late: LateShown
