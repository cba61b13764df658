"""Pictures of items: told by what they are, refused before they reach a phone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.media import (
    BYTES_MOST,
    MediaFile,
    PictureFault,
    kind_and_size,
    medium_text,
    parse_medium,
)
from app.bank.paper import item_text
from app.bank.reading import ContentError
from tests.bank.pictures import LOSSLESS, LOSSY, chunk, hang, jpeg, png, segment, webp
from tests.bank.test_reading import ITEM, read

SIDE = st.integers(1, 2000)
WITH_PICTURE = ITEM + 'media = [{file = "peta.png", alt = "Peta tiga kecamatan"}]\n'


@given(SIDE, SIDE)
def test_the_size_is_what_the_picture_says(width: int, height: int) -> None:
    told = {kind_and_size(made(width, height)) for made in (png, jpeg, webp)}
    size = (width, height)
    assert told == {("image/png", size), ("image/jpeg", size), ("image/webp", size)}


def test_both_simple_kinds_of_webp_are_read() -> None:
    assert kind_and_size(LOSSY) == kind_and_size(LOSSLESS) == ("image/webp", (1, 1))


def test_a_progressive_jpeg_is_read() -> None:
    assert kind_and_size(jpeg(30, 20, frame=0xC2)) == ("image/jpeg", (30, 20))


@given(st.sampled_from([png(), jpeg(), webp(), LOSSY, LOSSLESS]), st.data())
def test_a_picture_that_is_cut_short_is_none(body: bytes, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(body) - 1))
    with pytest.raises(PictureFault):
        kind_and_size(body[:length])


@given(
    st.sampled_from([png()[:8], png()[:24], jpeg()[:2], webp()[:12], LOSSY[:16], LOSSLESS[:16]]),
    st.binary(max_size=60),
    st.sampled_from([png()[-12:], jpeg()[-2:], b""]),
)
def test_whatever_comes_is_a_picture_or_a_fault(head: bytes, middle: bytes, end: bytes) -> None:
    try:
        kind, (width, height) = kind_and_size(head + middle + end)
    except PictureFault:
        return
    assert kind.startswith("image/")
    assert width > 0 < height


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "must be PNG, JPEG or WebP"),
        (b"GIF89a\1\0\1\0", "must be PNG, JPEG or WebP"),
        (png(5000, 1), "1 to 4096 pixels"),
        (png(0, 1), "1 to 4096 pixels"),
        (png(4000, 4000), "4 megapixels"),
        (png(3, 2, chunk(b"acTL", bytes(8))), "moves"),
        (webp(flags=0x02), "moves"),
        (png(3, 2, chunk(b"eXIf", b"MM")), "camera's notes"),
        (jpeg(3, 2, segment(0xE1, b"Exif\0\0MM")), "camera's notes"),
        (webp(flags=0x08), "camera's notes"),
    ],
)
def test_what_does_not_travel_is_told(body: bytes, sentence: str) -> None:
    with pytest.raises(PictureFault, match=sentence):
        kind_and_size(body)


def test_a_picture_stands_in_the_room_as_it_came() -> None:
    file = MediaFile("", "image/png", png())
    assert parse_medium(medium_text(file)) == ("image/png", png())


def test_an_item_names_its_picture(tmp_path: Path) -> None:
    hang(tmp_path, png(30, 20))
    bank = read(tmp_path, items=WITH_PICTURE)
    ((medium,), (file,)) = bank.items[0].media, bank.media
    assert (medium.alt, medium.width, medium.height) == ("Peta tiga kecamatan", 30, 20)
    assert (file.id, file.type, file.body) == (medium.id, "image/png", png(30, 20))
    assert f'"media":[{{"id":"{medium.id}","alt":"Peta' in item_text(bank.items[0]).decode()


def test_the_same_picture_is_kept_once(tmp_path: Path) -> None:
    hang(tmp_path, png())
    hang(tmp_path, png(), "lagi.png")
    both = WITH_PICTURE.replace("}]", '}, {file = "lagi.png", alt = "Lagi"}]')
    bank = read(tmp_path, items=both)
    assert len(bank.items[0].media) == 2
    assert len(bank.media) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('alt = "Peta tiga kecamatan"', "x = 1"), "'alt' is missing"),
        (("Peta tiga kecamatan", " "), "'alt' must be a printable text"),
        (("peta.png", "hilang.png"), "there is no file"),
        (("peta.png", "../kukar.toml"), "must be the plain name of a file"),
        (("peta.png", "/etc/passwd"), "must be the plain name of a file"),
        (("peta.png", "tautan.png"), "there is no file"),
        (("peta.png", "besar.png"), "more than 300 kB"),
        (("peta.png", "bukan.png"), "must be PNG, JPEG or WebP"),
        (("}]", ", width = 7}]"), "unknown name 'width'"),
    ],
)
def test_a_picture_that_cannot_be_taken_is_told_with_its_item(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    hang(tmp_path, png())
    hang(tmp_path, png() + bytes(BYTES_MOST), "besar.png")
    hang(tmp_path, b"GIF89a", "bukan.png")
    (tmp_path / "media" / "tautan.png").symlink_to(tmp_path / "media" / "peta.png")
    with pytest.raises(ContentError, match=r"LD-01") as refused:
        read(tmp_path, items=WITH_PICTURE.replace(*change))
    assert sentence in str(refused.value)
