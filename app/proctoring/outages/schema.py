"""Bodies of the calls about outages, as OpenAPI describes them."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, StringConstraints

from app.people.staff.schema import Strict
from app.proctoring.model import MINUTES_MOST

SHOWN_MOST: Final = 500


class PlaceShown(BaseModel):
    """Where an outage is: ``id`` the number of a room or unit, or a network; else empty."""

    kind: Literal["room", "unit", "network", "everybody"]
    id: str
    name: str


class OutageShown(BaseModel):
    """An outage. Times in milliseconds since 1970; ``to`` is null while it lasts.

    ``hit`` of the ``of`` who were at work there fell silent together. ``minutes``: the credit that
    is proposed; 0 where the server was away, for that is given back at once. ``sittings``: those
    who were hit, 500 at the most, within the bounds of whoever asks. ``given``: the minutes that
    were confirmed; ``waiting``: how many of those hit could have them and do not yet.
    """

    id: str
    scope: PlaceShown
    cause: Literal["network", "server"]
    from_: Annotated[int, Field(alias="from")]
    to: int | None
    hit: int
    still_away: int
    of: int
    minutes: int
    sittings: list[str]
    credited: bool
    given: int
    waiting: int


class OutagesShown(BaseModel):
    """The outages of an event: what lasts first, then the newest."""

    outages: list[OutageShown]


class CreditBody(Strict):
    """How many minutes; ``action`` is the caller's own mark, an outage is credited once anyhow."""

    minutes: Annotated[int, Field(ge=1, le=MINUTES_MOST)]
    action: Annotated[str, StringConstraints(max_length=40)] | None = None
