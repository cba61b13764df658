"""Bodies of the calls at the door, as OpenAPI describes them."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from app.people.roster_cells import LONGEST
from app.people.staff.schema import Strict

# It stands in the log as one word.
_Action = Annotated[
    str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+:-]*$")
]
_Number = Annotated[str, StringConstraints(max_length=64)]
_Text = Annotated[str, StringConstraints(max_length=LONGEST)]


class WalkInBody(Strict):
    """Somebody who stands on no list; ``action`` names the act, so that it is done once.

    ``unit`` is a unit's code, ``room`` a room's number. ``sex`` (L or P) and ``birth_date``
    (26-09-1986) are asked for of those alone who have no NIP.
    """

    action: _Action
    nip: _Number
    name: _Text
    unit: _Text
    room: _Number | None = None
    sex: _Number = ""
    birth_date: _Number = ""


class CardShown(BaseModel):
    """A card: its number, 1 first, and its PIN as it is read out, in fours."""

    number: int
    pin: str


class PlaceShown(BaseModel):
    """Where somebody sits: the unit's code and name, the room's number and name."""

    unit: str
    unit_name: str
    room: str | None = None
    room_name: str | None = None


class WalkInShown(BaseModel):
    """What came of it: ``new`` with a card; else they sit there already, and nothing was changed.

    Of somebody who sits out of one's bounds, nothing more is told.
    """

    new: bool
    sitting: str | None = Field(default=None)
    card: CardShown | None = Field(default=None)
    place: PlaceShown | None = Field(default=None)


class TurnBody(Strict):
    """``action`` names the act: under the same id comes the same PIN."""

    action: _Action


class TurnShown(BaseModel):
    """A room's new PIN, as it is read out: ``482 913``."""

    room: str
    pin: str
