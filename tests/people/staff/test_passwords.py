import asyncio
import re
import time
from collections.abc import Iterator

import pytest

from app.people.staff import passwords as module
from app.people.staff.passwords import PASSWORD_MOST, Passwords
from app.people.staff.problems import WeakPassword
from app.people.staff.strength import given_password, require_strong

KEY = b"k" * 32
RIGHT = "sepeda-ungu-minum-teh"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    held = Passwords(KEY)
    yield held
    held.close()


@pytest.mark.asyncio
async def test_only_the_password_fits(passwords: Passwords) -> None:
    kept = await passwords.keep("sari", RIGHT)
    assert await passwords.fits("sari", RIGHT, kept)
    for wrong in ("", RIGHT.upper(), RIGHT + " ", RIGHT[:-1], "x" * (PASSWORD_MOST + 1)):
        assert not await passwords.fits("sari", wrong, kept)
    assert not await passwords.fits("budi", RIGHT, kept)
    assert not await passwords.fits("sari", RIGHT, None)


@pytest.mark.asyncio
async def test_what_is_kept_is_argon2id_and_another_text_each_time(passwords: Passwords) -> None:
    one, other = await passwords.keep("sari", RIGHT), await passwords.keep("sari", RIGHT)
    assert one != other
    assert re.fullmatch(r"[0-9a-f]{3}\$argon2id\$v=19\$m=19456,t=2,p=1\$.+", one)


@pytest.mark.asyncio
async def test_however_a_keyboard_composes_its_letters(passwords: Passwords) -> None:
    kept = await passwords.keep("sari", "caf\u00e9-" + RIGHT)
    assert await passwords.fits("sari", "cafe\u0301-" + RIGHT, kept)


@pytest.mark.asyncio
async def test_of_a_thousand_wrong_tries_about_one_gets_as_far_as_argon2(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await passwords.keep("sari", RIGHT)
    asked: list[str] = []

    def refuse(_: str, password: str) -> bool:
        asked.append(password)
        return False

    monkeypatch.setattr(passwords, "_verified", refuse)
    for n in range(20_000):
        assert not await passwords.fits("sari", f"wrong {n}", kept)
    assert 2 <= len(asked) <= 60  # 19.5 on average


@pytest.mark.asyncio
async def test_under_another_staff_key_no_password_fits() -> None:
    one, other = Passwords(KEY), Passwords(b"x" * 32)
    kept = [await one.keep("sari", f"{RIGHT}{n}") for n in range(8)]
    fits = [await other.fits("sari", f"{RIGHT}{n}", text) for n, text in enumerate(kept)]
    assert sum(fits) <= 1  # by one hint in 1,024 alike
    one.close()
    other.close()


@pytest.mark.asyncio
async def test_the_loop_goes_on_while_passwords_are_checked(passwords: Passwords) -> None:
    kept = await passwords.keep("sari", RIGHT)
    began, late = time.perf_counter(), 0.0
    checking = [asyncio.create_task(passwords.fits("sari", RIGHT, kept)) for _ in range(20)]
    while not all(task.done() for task in checking):
        due = time.perf_counter() + 0.001
        await asyncio.sleep(0.001)
        late = max(late, time.perf_counter() - due)
    took = time.perf_counter() - began
    assert all(task.result() for task in checking)
    assert late < took / 2


@pytest.mark.asyncio
async def test_too_many_at_once_are_told_to_come_back(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await passwords.keep("sari", RIGHT)
    monkeypatch.setattr(module, "_WAITING_MOST", 2)
    said = await asyncio.gather(
        *(passwords.fits("sari", RIGHT, kept) for _ in range(4)), return_exceptions=True
    )
    assert [type(one).__name__ for one in said] == ["bool", "bool", "Busy", "Busy"]


@pytest.mark.parametrize(
    "weak",
    [
        "pendek",
        "password1234",
        "Password123!",
        "qwertyuiop12",
        "rahmat-hidayat",
        "rahmathidayat1990",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "serentak2026",
        "123456789012345678",
        "x" * (PASSWORD_MOST + 1),
    ],
)
def test_what_can_be_guessed_is_refused(weak: str) -> None:
    with pytest.raises(WeakPassword):
        require_strong(weak, "rahmat.hidayat", "Rahmat", "Hidayat")


@pytest.mark.parametrize("strong", [RIGHT, "kuda lumping menari di atas awan", "fX9!kd82-Lmq0z"])
def test_a_few_words_by_chance_will_do(strong: str) -> None:
    require_strong(strong, "rahmat.hidayat", "Rahmat", "Hidayat")


def test_what_is_given_for_a_start_would_do_for_good() -> None:
    for _ in range(200):
        password = given_password()
        assert re.fullmatch(r"([2-9a-hjkmnp-tv-z]{4}-){3}[2-9a-hjkmnp-tv-z]{4}", password)
        require_strong(password)
