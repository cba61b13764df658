"""The answering calls' bodies, as OpenAPI describes them; the intake checks them by hand."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.sittings.schema import Receipt, Times

_Rev = Annotated[int, Field(ge=1, lt=1 << 53)]
_Result = Literal["stored", "same", "superseded", "conflict", "invalid", "kept"]


class Change(BaseModel):
    """One change of an answer; ``value`` depends on the item's type, null clears."""

    item: str
    rev: _Rev
    value: Any
    flagged: bool = False


class ClientEvent(BaseModel):
    """Something the device noticed, such as a loss of focus."""

    rev: _Rev
    type: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
    detail: Any = None


class AnswersBody(BaseModel):
    """Changes and events; empty is a heartbeat. ``seen``: the highest notice id shown so far."""

    changes: Annotated[list[Change], Field(max_length=512)] = []
    events: Annotated[list[ClientEvent], Field(max_length=256)] = []
    seen: Annotated[int, Field(ge=0)] = 0


class Result(BaseModel):
    """What became of one change (``item``) or event (no ``item``)."""

    item: str | None = None
    rev: Any
    result: _Result
    reason: str | None = None


class AnswersReply(Times):
    """A result for each change, then for each event, in their order."""

    results: list[Result]


class ReconcileBody(BaseModel):
    """The revisions that the device holds."""

    items: dict[str, _Rev]


class ReconcileReply(Times):
    """The items of which the room holds nothing as new."""

    missing: list[str]


class SubmitAnswer(BaseModel):
    """What the device holds for an item."""

    rev: _Rev
    value: Any
    flagged: bool = False


class SubmitBody(BaseModel):
    """The full map, and the receipt where the device has one already."""

    answers: dict[str, SubmitAnswer] = {}
    receipt: Receipt | None = None


class SubmitReply(Times):
    """The standing receipt, and what became of each entry."""

    receipt: Receipt
    results: list[Result]


class LateBody(BaseModel):
    """Changes that came too late."""

    changes: Annotated[list[Change], Field(max_length=512)] = []


class LateReply(Times):
    """How many are kept apart now."""

    kept: int
    results: list[Result]
