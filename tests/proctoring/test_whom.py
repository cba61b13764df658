"""Whom an order is for, by what the room knows."""

import json

import pytest

from app.exams.live import read_cards
from app.kit.redis import ask
from app.proctoring.model import BadOrder, Scope, Whom
from tests.exam import EVENT, PEOPLE, Exam
from tests.proctoring.builders import carried_out, field_of_all
from tests.sittings.staff import seated, set_fields

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOMS = {
    "3": {"name": "Ruang 1", "venue": "Aula"},
    "4": {"name": "Ruang 1", "venue": "Gedung Serbaguna"},
    "5": {"name": "4", "venue": "Gedung Serbaguna"},
}


async def met(exam: Exam, whom: Whom, name: str, event: str | None = EVENT) -> set[str]:
    """Return the sittings that a message to these reaches."""
    done = await carried_out(exam, "message", Scope(whom, name, event))
    assert done.count("done") == len(done.outcomes)
    return {one.sitting for one in done.outcomes}


async def rooms(exam: Exam) -> None:
    flat = [part for number, room in ROOMS.items() for part in (number, json.dumps(room))]
    await ask(exam.stores.room, ("HSET", f"rooms:{EVENT}", *flat))


async def test_a_sitting_is_found_by_its_id(day: Exam) -> None:
    device = await seated(day)
    assert await met(day, "sitting", f" {device.sitting.upper()}") == {device.sitting}


async def test_a_person_is_found_by_the_nip(day: Exam) -> None:
    device = await seated(day)
    spaced = f"{device.nip[:8]} {device.nip[8:]}"
    assert await met(day, "nip", spaced) == {device.sitting}


async def test_a_unit_is_all_who_belong_to_it(day: Exam) -> None:
    units = {code: json.loads(u) for code, u in (await _hash(day, f"units:{EVENT}")).items()}
    of_unit = await _by_field(day, "un")
    for code in ("01.01", "03.02"):
        number, name = str(units[code]["id"]), units[code]["name"]
        assert await met(day, "unit", code) == of_unit[number]
        assert await met(day, "unit", name.upper()) == of_unit[number]


async def test_who_was_moved_belongs_to_the_new_unit(day: Exam) -> None:
    device = await seated(day)
    units = {code: json.loads(u) for code, u in (await _hash(day, f"units:{EVENT}")).items()}
    await set_fields(day, device, un=units["01.02"]["id"])
    assert device.sitting in await met(day, "unit", "01.02")


async def test_a_room_is_named_by_number_or_by_name(day: Exam) -> None:
    await rooms(day)
    aula, hall, four = [await seated(day) for _ in range(3)]
    for device, number in ((aula, 3), (hall, 4), (four, 5)):
        await set_fields(day, device, rm=number)
    assert await met(day, "room", "3") == await met(day, "room", "aula ruang 1") == {aula.sitting}
    assert await met(day, "room", "#4") == {hall.sitting}
    assert await met(day, "room", "Gedung Serbaguna 4") == {four.sitting}


async def test_a_wave_is_named_by_number_or_by_name(day: Exam) -> None:
    waves = {number: {"name": name} for number, name in (("1", "Pagi"), ("2", "Siang"))}
    flat = [part for number, wave in waves.items() for part in (number, json.dumps(wave))]
    await ask(day.stores.room, ("HSET", f"waves:{EVENT}", *flat))
    early, late = [await seated(day) for _ in range(2)]
    for device, number in ((early, 1), (late, 2)):
        await set_fields(day, device, wv=number)
    assert await met(day, "wave", "pagi") == await met(day, "wave", "1") == {early.sitting}
    assert await met(day, "wave", "#2") == {late.sitting}
    with pytest.raises(BadOrder, match=r"There is no wave 'Malam'\.$"):
        await met(day, "wave", "Malam")


async def test_several_sittings_are_one_order(day: Exam) -> None:
    one, other = [await seated(day) for _ in range(2)]
    names = (one.sitting, other.sitting.upper(), one.sitting)
    done = await carried_out(day, "message", Scope("sittings", event=EVENT, names=names))
    assert [found.sitting for found in done.outcomes] == [one.sitting, other.sitting]
    strange = Scope("sittings", event=EVENT, names=(one.sitting, "000000000000"))
    with pytest.raises(BadOrder, match="There is no sitting 000000000000"):
        await carried_out(day, "message", strange)
    with pytest.raises(BadOrder, match=f"Nobody sits in {EVENT}"):
        await carried_out(day, "message", Scope("sittings", event=EVENT))


@pytest.mark.parametrize("name", ["Ruang 1", "4"])
async def test_a_name_that_two_rooms_have_is_not_guessed(day: Exam, name: str) -> None:
    await rooms(day)
    with pytest.raises(BadOrder, match=rf"^Several are called '{name}': say #\d .* or #\d "):
        await met(day, "room", name)


async def test_everybody_is_everybody(day: Exam) -> None:
    assert len(await met(day, "everybody", "")) == PEOPLE


async def test_the_event_may_be_left_out_where_there_is_one(day: Exam) -> None:
    device = await seated(day)
    assert await met(day, "sitting", device.sitting, event=None) == {device.sitting}


async def test_it_must_be_named_where_there_are_two(day: Exam) -> None:
    (card,) = await read_cards(day.stores.room)
    device = await seated(day)
    other = card.to_json().replace(EVENT.encode(), b"uji-coba")
    await ask(day.stores.room, ("SADD", "events", "uji-coba"), ("SET", "event:uji-coba", other))
    try:
        with pytest.raises(BadOrder, match=f"Name the event; in the room: {EVENT}, uji-coba"):
            await met(day, "sitting", device.sitting, event=None)
        with pytest.raises(BadOrder, match="There is no sitting"):
            await met(day, "sitting", device.sitting, event="uji-coba")
        assert await met(day, "sitting", device.sitting) == {device.sitting}
    finally:
        await ask(day.stores.room, ("SREM", "events", "uji-coba"), ("DEL", "event:uji-coba"))


@pytest.mark.parametrize(
    ("whom", "name", "event", "sentence"),
    [
        ("sitting", "k3j4", EVENT, "'k3j4' is no sitting: it has 12 letters and digits"),
        ("sitting", "000000000000", EVENT, f"There is no sitting 000000000000 in {EVENT}"),
        ("nip", "12345", EVENT, "This is no NIP: it has 18 digits"),
        ("nip", "198001012005011001", EVENT, f"Nobody with this NIP takes part in {EVENT}"),
        ("unit", "1.02", EVENT, r"There is no unit '1.02'. Did you mean .*01.02 \(.*\)"),
        ("unit", "xyz", EVENT, "There is no unit 'xyz'.$"),
        ("room", "Aula Ruang 9", EVENT, r"no room 'Aula Ruang 9'. Did you mean #3 \(Aula"),
        ("unit", "01.01", "kukar", f"'kukar' is not in the room; in the room: {EVENT}"),
    ],
)
async def test_what_is_not_there_is_named(
    day: Exam, whom: Whom, name: str, event: str, sentence: str
) -> None:
    await rooms(day)
    with pytest.raises(BadOrder, match=sentence):
        await met(day, whom, name, event)


async def test_a_room_in_which_nobody_sits_is_an_error(day: Exam) -> None:
    await ask(
        day.stores.room,
        ("HSET", f"rooms:{EVENT}", "9", json.dumps({"name": "Kosong", "venue": "Aula"})),
    )
    with pytest.raises(BadOrder, match=f"Nobody sits in room 'Kosong' of {EVENT}"):
        await met(day, "room", "Kosong")


async def _hash(exam: Exam, key: str) -> dict[str, str]:
    (held,) = await ask(exam.stores.room, ("HGETALL", key))
    return dict(held)


async def _by_field(exam: Exam, field: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for sitting, value in (await field_of_all(exam, field)).items():
        found.setdefault(value, set()).add(sitting)
    return found
