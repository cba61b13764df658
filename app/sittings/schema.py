"""The protocol's bodies, as OpenAPI describes them and as the calls that are not hot check them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_Device = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
]


class Strict(BaseModel):
    """A body whose types are taken as they are: a number for a text is a fault."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class LoginBody(Strict):
    """NIP and card PIN; ``device`` is a nonce that the page keeps."""

    nip: Annotated[str, StringConstraints(max_length=64)]
    pin: Annotated[str, StringConstraints(max_length=64)]
    device: _Device
    room_pin: Annotated[str, StringConstraints(max_length=64)] | None = None
    event: Annotated[str, StringConstraints(max_length=64)] | None = None
    cookie: bool = False


class ClaimBody(Strict):
    """The device that claims."""

    device: _Device


class Notice(BaseModel):
    """A message or an extension that the device has not shown yet."""

    id: int
    kind: str
    text: str
    at: int


class Times(BaseModel):
    """What every reply of a sitting carries. Times in milliseconds since 1970, the room's clock."""

    state: Literal["assigned", "admitted", "open", "paused", "sealed", "recorded", "absent"]
    server_time: int
    deadline: int | None = None
    at: Annotated[str, Field(pattern=r"^\d+:\d+-\d+$")]
    flushed: Annotated[str, Field(pattern=r"^\d+:\d+-\d+$")]
    notices: list[Notice]


class EventTitle(BaseModel):
    """The event by id and title."""

    id: str
    title: str


class EventAbout(EventTitle):
    """What is told of the event before the start: working time, number of items, a room's PIN."""

    duration_ms: int
    items: int
    room_pin: bool


class Person(BaseModel):
    """Whom the sitting belongs to."""

    name: str
    unit: str


class HeldAnswer(BaseModel):
    """What stands for an item; ``value`` depends on the item's type, null when cleared."""

    rev: int
    value: Any
    flagged: bool


class Receipt(BaseModel):
    """The receipt of a seal: an Ed25519 signature over everything that was sealed."""

    code: str
    seal: int
    sealed_at: int
    answered: int
    digest: str
    signature: str
    key: str


class Sitting(Times):
    """A sitting as login, start, claim and resume return it."""

    sitting: str
    event: EventAbout
    participant: Person
    form: str
    gen: int
    rev: int
    opens_at: int
    closes_at: int
    started_at: int | None = None
    left_ms: int | None = None
    answered: int
    answers: dict[str, HeldAnswer]
    receipt: Receipt | None = None
    token: str | None = None


class Option(BaseModel):
    """One option of an item, in the order of this form."""

    id: str
    text: str


class Medium(BaseModel):
    """A picture of an item; width and height in pixels, so that its place is kept free."""

    id: str
    alt: str
    width: int
    height: int


class FormItem(BaseModel):
    """One item as the participant sees it: no key, no weight."""

    id: str
    type: str
    stem: str
    section: str | None = None
    options: list[Option] | None = None
    media: list[Medium] | None = None


class Section(BaseModel):
    """A section of the form."""

    id: str
    title: str


class Form(BaseModel):
    """The participant's item set, in its order."""

    id: str
    items: list[FormItem]
    sections: list[Section]


class ReceiptStatus(BaseModel):
    """What stands behind a receipt's code; nothing of its content."""

    code: str
    event: EventTitle
    sealed_at: int | None = None
    answered: int | None = None
    recorded: bool
    replaced: bool


class PublicKey(BaseModel):
    """A key with which anyone can check a receipt."""

    id: str
    algorithm: str
    public: str
