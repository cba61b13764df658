"""OpenAPI describes the protocol truthfully: what it names exists, what it promises is taken."""

from collections.abc import Iterator
from dataclasses import replace
from json import dumps, loads
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from app.bank.media import MediaFile, medium_text
from app.bank.paper import SECTIONS
from app.kit.redis import ask
from app.kit.secrets import pin_hash
from app.main import create_app
from app.settings import Settings
from tests.answers.house import House
from tests.described import Description
from tests.exam import API, EVENT, Device, Exam
from tests.people.staff.builders import STAFF
from tests.sittings.staff import act, seated, set_fields
from tests.sittings.test_choose_event import SECOND, hold_a_second_event, sitting_in
from tests.sittings.test_claim import with_gen

DESCRIBED = Description(create_app(Settings()))
SITTING = f"{API}/sittings/{{sitting}}"
CALLS = {
    "login": f"{API}/login",
    "answers": f"{SITTING}/answers",
    "reconcile": f"{SITTING}/reconcile",
    "submit": f"{SITTING}/submit",
    "claim": f"{SITTING}/claim",
    "late": f"{SITTING}/late",
}


def every_ref(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (text for name, text in part.items() if name == "$ref")
        for inner in part.values():
            yield from every_ref(inner)
    if isinstance(part, list):
        for inner in part:
            yield from every_ref(inner)


def test_every_part_that_is_named_is_there() -> None:
    names = {ref.removeprefix("#/components/schemas/") for ref in every_ref(DESCRIBED.document)}
    assert names <= set(DESCRIBED.document["components"]["schemas"])


def test_every_call_of_the_protocol_is_described() -> None:
    calls = {
        (method.upper(), path)
        for path, operations in DESCRIBED.document["paths"].items()
        for method in operations
    }
    assert calls >= {
        ("GET", SITTING),
        ("GET", f"{SITTING}/form"),
        ("GET", f"{SITTING}/media/{{medium}}"),
        ("POST", f"{SITTING}/start"),
        ("POST", f"{SITTING}/logout"),
        ("GET", f"{API}/receipts/{{code}}"),
        ("GET", f"{API}/receipts/key"),
        *(("POST", path) for path in CALLS.values()),
    }


def drawn(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for small documents that fit a schema of this description."""
    if "anyOf" in schema:
        return st.one_of([drawn(one) for one in schema["anyOf"]])
    match schema.get("type"):
        case "object":
            found = drawn_object(schema)
        case "array":
            found = st.lists(drawn(schema["items"]), max_size=3)
        case "string":
            found = drawn_text(schema)
        case "integer":
            most = schema.get("exclusiveMaximum", 2**53) - 1
            found = st.integers(schema.get("minimum", 0), most)
        case "boolean":
            found = st.booleans()
        case "null":
            found = st.none()
        case _:
            found = ANYTHING
    return found


def drawn_object(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "properties" not in schema:
        inner = schema.get("additionalProperties")
        return st.dictionaries(TEXT, drawn(inner if isinstance(inner, dict) else {}), max_size=3)
    fields = {name: drawn(one) for name, one in schema["properties"].items()}
    needed = {name: fields.pop(name) for name in schema.get("required", [])}
    return st.fixed_dictionaries(needed, optional=fields)


def drawn_text(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if "pattern" not in schema:
        return TEXT
    return st.from_regex(schema["pattern"]).filter(
        lambda text: len(text) <= schema.get("maxLength", 99) and not text.endswith("\n")
    )


# Postgres keeps no NUL, and a description cannot say so of a value that may be anything.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
ANYTHING = st.none() | st.booleans() | st.integers(-9, 9) | TEXT | st.lists(TEXT, max_size=2)


@pytest.fixture(scope="module")
def device(house: House) -> Device:
    sitting = house.newcomer()
    house.run(sitting.login())
    house.run(sitting.start())
    return sitting


@pytest.mark.parametrize("name", CALLS)
@hypothesis(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_described_is_never_refused_for_its_shape(
    house: House, device: Device, name: str, data: st.DataObject
) -> None:
    body = data.draw(drawn(DESCRIBED.body_schema("post", CALLS[name])))
    assert DESCRIBED.faults(DESCRIBED.body_schema("post", CALLS[name]), body) == []
    if name == "login":
        reply = house.run(device.http.post(CALLS["login"], json=body))
    else:
        if name in {"claim", "submit"}:
            house.run(device.login())
        reply = house.run(device.call("POST", f"/{name}", body))
    assert reply.status_code in {200, 401, 403, 409, 429}, reply.text


FORGED = "v1.forged"
READ = ["", "/form", "/media/peta"]
SITTING_CALLS = [*READ, "/start", "/answers", "/reconcile", "/submit", "/claim", "/late"]


async def call_all(device: Device) -> None:
    """Make every call of a sitting, with an empty body where one will do."""
    bodies: dict[str, object] = {"/claim": {"device": "d"}, "/reconcile": {"items": {}}}
    for path in [*SITTING_CALLS, "/logout"]:
        method = "GET" if path in READ else "POST"
        await device.call(method, path, bodies.get(path, {}))


async def hang_a_picture(exam: Exam) -> None:
    """Give every item a picture, before the app reads the bank."""
    room, bank = exam.stores.room, f"bank:{EVENT}"
    file = MediaFile("peta", "image/png", b"any")
    hung = ("HSET", f"media:{EVENT}", "peta", medium_text(file))
    texts, _ = await ask(room, ("HGETALL", bank), hung)
    shown = [{"id": "peta", "alt": "Peta", "width": 3, "height": 2}]
    for item in texts.keys() - {SECTIONS}:
        await ask(room, ("HSET", bank, item, dumps({**loads(texts[item]), "media": shown})))


async def meet_the_door(exam: Exam) -> None:
    """Log in rightly, wrongly, too often, shapelessly, at length, and with two events."""
    device = exam.newcomer()
    for _ in range(12):
        await replace(device, pin="0").try_login()
    await exam.http.post(CALLS["login"], json={})
    await replace(device, nip="1" * 70_000).try_login()
    await hold_a_second_event(exam)
    sitting, key = sitting_in(exam, device, SECOND)
    fits_both = pin_hash(exam.stores.secrets.pin, sitting, device.pin)
    await ask(exam.stores.room, ("HSET", key, "ph", fits_both))
    await device.try_login()


async def meet_the_states(exam: Exam) -> None:
    """Call before the start, in a pause, and with bodies of a wrong shape and length."""
    device = exam.newcomer()
    await device.login()
    for method, path in (*(("GET", one) for one in READ), ("POST", "/submit"), ("POST", "/late")):
        await device.call(method, path, {})
    await device.start()
    await device.call("GET", "/media/nothing")
    for path in READ[1:]:
        seen = await device.call("GET", path)
        held = {"If-None-Match": seen.headers["etag"], "Authorization": f"Bearer {device.token}"}
        await exam.http.get(str(seen.request.url), headers=held)
    for path in CALLS:
        wrong = {"changes": 7, "answers": 7, "items": 7, "device": 7}
        await device.call("POST", f"/{path}", wrong)
        await device.call("POST", f"/{path}", {"x": "y" * 70_000})
    await act(exam, device, "pause")
    await device.call("POST", "/start")
    await device.call("POST", "/answers", {"changes": [device.change(device.items[0])]})


async def meet_other_devices(exam: Exam) -> None:
    """Call with a forged token, from a replaced device, and when takeovers are used up."""
    device = await seated(exam)
    await call_all(replace(device, token=FORGED))
    office = replace(device, nonce="office")
    await office.login()
    await call_all(device)
    last = (2 << 16) - 1
    await set_fields(exam, office, gn=last)
    await with_gen(exam.tokens, office, last, "x").call("POST", "/claim", {"device": "x"})


async def meet_the_end(exam: Exam) -> None:
    """Hand in, ask for the receipt, and find the doors closed."""
    device = await seated(exam)
    await call_all(device)
    await device.login()
    code = (await device.submit())["receipt"]["code"]
    asked = [f"{API}/receipts/{code}", f"{API}/receipts/nothing", f"{API}/receipts/key"]
    health = [f"/health/{name}" for name in ("live", "ready", "recorder")]
    for url in asked + health:
        await exam.http.get(url)
    await ask(exam.stores.room, ("DEL", f"room:{exam.tag(device)}"))
    await call_all(device)
    await device.try_login()
    await exam.http.get(asked[0])


@pytest.mark.asyncio
async def test_every_described_status_can_be_met_and_fits(exam: Exam) -> None:
    told = Description(create_app(Settings()))
    exam.http.event_hooks = {"response": [told.check]}
    await hang_a_picture(exam)
    await meet_the_door(exam)
    await meet_the_states(exam)
    await meet_other_devices(exam)
    await meet_the_end(exam)
    described = {
        (method.upper(), path, status)
        for path, operations in told.document["paths"].items()
        for method, operation in operations.items()
        for status in operation["responses"]
        if path.startswith((API, "/health")) and not path.startswith(STAFF)
    }
    away = {("GET", "/health/ready", "503"), ("GET", "/health/recorder", "503")}  # see test_limits
    assert described - told.seen - away == set()
