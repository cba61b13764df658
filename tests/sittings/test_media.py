"""Pictures of items: from a bank's files to those who have the item, to nobody else."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from app.bank.shipped import CONTENT
from app.kit.redis import ask, time_ms
from app.operations.bank_import import import_bank
from app.operations.priming import prime
from app.operations.recovery import recover
from app.settings import Settings
from tests.bank.pictures import hang, png
from tests.conftest import opened
from tests.exam import API, EVENT, Device, Exam
from tests.refusals import refusal
from tests.sittings.staff import act, seated

ITEM = "LD-01"
PICTURE = png(640, 360)
MEDIUM = {"alt": "Peta tiga kecamatan", "width": 640, "height": 360}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Gallery:
    """An exam in which one item has a picture, somebody who has it, and somebody who has not."""

    exam: Exam
    viewer: Device
    other: Device
    picture: str

    async def see(self, device: Device) -> httpx.Response:
        """Ask for the picture."""
        return await device.call("GET", f"/media/{self.picture}")


def with_picture(folder: Path) -> Path:
    """Return a copy of the shipped bank in which an item has a picture."""
    bank = Path(shutil.copytree(CONTENT, folder / "bank"))
    hang(bank, PICTURE)
    path = bank / "items" / "literasi-data-dan-informasi.toml"
    old, new = (
        "revision = 2",
        f'revision = 3\nmedia = [{{file = "peta.png", alt = "{MEDIUM["alt"]}"}}]',
    )
    text = path.read_text()
    assert f'code = "{ITEM}"\n{old}' in text
    path.write_text(text.replace(f'"{ITEM}"\n{old}', f'"{ITEM}"\n{new}'))
    return bank


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gallery(
    settings: Settings, seeded: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Gallery]:
    """The exam, whose bank was imported again before anybody came."""
    async with opened(settings, seeded) as exam:
        await import_bank(
            exam.stores.record, exam.stores.chain, with_picture(tmp_path_factory.mktemp("gallery"))
        )
        await prime(exam.stores, EVENT, await time_ms(exam.stores.room))
        found: dict[bool, Device] = {}
        while len(found) < len((True, False)):
            device = await seated(exam)
            found.setdefault(ITEM in device.items, device)
        viewer = found[True]
        form = await viewer.ok("GET", "/form")
        (medium,) = next(item["media"] for item in form["items"] if item["id"] == ITEM)
        yield Gallery(exam, viewer, found[False], medium.pop("id"))
        assert medium == MEDIUM


async def test_who_has_the_item_sees_its_picture(gallery: Gallery) -> None:
    for _ in range(2):  # from the room, and as it was kept
        seen = await gallery.see(gallery.viewer)
        assert (seen.status_code, seen.content) == (200, PICTURE)
        assert seen.headers["content-type"] == "image/png"
        assert seen.headers["cache-control"] == "private, max-age=86400, immutable"
        assert seen.headers["x-content-type-options"] == "nosniff"
        assert "content-encoding" not in seen.headers


async def test_a_picture_that_is_held_is_not_sent_again(gallery: Gallery) -> None:
    seen = await gallery.see(gallery.viewer)
    unchanged = await gallery.exam.http.get(
        str(seen.request.url),
        headers={
            "Authorization": f"Bearer {gallery.viewer.token}",
            "If-None-Match": seen.headers["etag"],
        },
    )
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_who_does_not_have_the_item_does_not(gallery: Gallery) -> None:
    assert refusal(await gallery.see(gallery.other)) == (404, "not-found")


async def test_no_picture_before_the_start_nor_after_handing_in(gallery: Gallery) -> None:
    early = gallery.exam.newcomer()
    await early.login()
    assert refusal(await gallery.see(early)) == (403, "not-open")
    await early.start()
    await early.submit()
    assert refusal(await gallery.see(early)) == (403, "sealed")


async def test_a_pause_takes_no_picture_away(gallery: Gallery) -> None:
    await act(gallery.exam, gallery.viewer, "pause")
    assert (await gallery.see(gallery.viewer)).status_code == 200
    await act(gallery.exam, gallery.viewer, "resume")


async def test_another_token_opens_no_picture(gallery: Gallery) -> None:
    path = f"{API}/sittings/{gallery.viewer.sitting}/media/{gallery.picture}"
    for headers in ({}, {"Authorization": f"Bearer {gallery.other.token}"}):
        assert refusal(await gallery.exam.http.get(path, headers=headers)) == (401, "token-invalid")


@pytest.mark.parametrize("wanted", ["nothing", "..%2Fform", "%00", "a" * 500])
async def test_nothing_else_is_to_be_had_by_that_way(gallery: Gallery, wanted: str) -> None:
    asked = await gallery.viewer.call("GET", f"/media/{wanted}")
    assert asked.status_code == 404


async def test_only_the_event_s_pictures_stand_in_the_room_and_come_back_with_it(
    gallery: Gallery,
) -> None:
    room = gallery.exam.stores.room
    (before,) = await ask(room, ("HKEYS", f"media:{EVENT}"))
    assert before == [gallery.picture]
    await ask(room, ("DEL", f"media:{EVENT}"))
    await recover(gallery.exam.stores, EVENT)
    assert await ask(room, ("HKEYS", f"media:{EVENT}")) == [before]
