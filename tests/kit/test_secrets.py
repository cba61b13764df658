import stat
from pathlib import Path

import pytest

from app.kit import secrets
from app.kit.errors import OpsError
from app.settings import Settings

GIVEN = "ab" * 32


def in_folder(folder: Path, **keys: str) -> Settings:
    return Settings(data_dir=folder, **keys)  # type: ignore[arg-type]  # keys are texts


def test_they_are_made_once(tmp_path: Path) -> None:
    settings = in_folder(tmp_path)
    assert secrets.create_missing(settings) == list(secrets.NAMES)
    first = secrets.load(settings)
    assert secrets.create_missing(settings) == []
    assert secrets.load(settings) == first
    assert len({first.token, first.pin, first.nip, first.form}) == 4


def test_only_their_owner_may_read_them(tmp_path: Path) -> None:
    settings = in_folder(tmp_path)
    secrets.create_missing(settings)
    assert stat.S_IMODE(settings.secrets_dir.stat().st_mode) == 0o700
    files = list(settings.secrets_dir.iterdir())
    assert len(files) == len(secrets.NAMES)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_the_environment_comes_before_the_folder(tmp_path: Path) -> None:
    settings = in_folder(tmp_path, token_key=GIVEN)
    assert "token" not in secrets.create_missing(settings)
    assert secrets.load(settings).token == bytes.fromhex(GIVEN)


def test_a_missing_one_is_named_with_what_to_do(tmp_path: Path) -> None:
    settings = in_folder(tmp_path)
    secrets.create_missing(settings)
    (settings.secrets_dir / "pin.key").unlink()
    with pytest.raises(OpsError, match=r"pin\.key is missing.*serentak migrate.*PIN_KEY"):
        secrets.load(settings)


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "ab" * 31])
def test_a_broken_one_is_named_but_never_shown(tmp_path: Path, text: str) -> None:
    settings = in_folder(tmp_path)
    secrets.create_missing(settings)
    (settings.secrets_dir / "nip.key").write_text(text)
    with pytest.raises(OpsError, match=r"nip\.key must hold 64") as refused:
        secrets.load(settings)
    assert not text or text not in str(refused.value)


def test_a_retired_receipt_key_is_still_answered_for(tmp_path: Path) -> None:
    settings = in_folder(tmp_path)
    secrets.create_missing(settings)
    before = secrets.load(settings)
    (settings.secrets_dir / "receipt.key").rename(settings.secrets_dir / "receipt-2022.key")
    assert secrets.create_missing(settings) == ["receipt"]
    after = secrets.load(settings)
    assert after.receipt_key_id != before.receipt_key_id
    assert set(after.receipt_keys) == {before.receipt_key_id, after.receipt_key_id}


def test_a_card_can_be_printed_again() -> None:
    key = b"k" * 32
    pin = secrets.card_pin(key, "0123456789ab", 1)
    assert pin == secrets.card_pin(key, "0123456789ab", 1)
    assert len(pin) == 12
    assert pin.isdigit()


def test_a_new_card_another_sitting_and_another_key_have_other_pins() -> None:
    key = b"k" * 32
    pins = {
        secrets.card_pin(key, "0123456789ab", 1),
        secrets.card_pin(key, "0123456789ab", 2),
        secrets.card_pin(key, "0123456789ac", 1),
        secrets.card_pin(b"x" * 32, "0123456789ab", 1),
    }
    assert len(pins) == 4


def test_a_hash_of_a_pin_is_good_for_one_sitting_only() -> None:
    key, pin = b"k" * 32, "123456789012"
    held = secrets.pin_hash(key, "0123456789ab", pin)
    assert held == secrets.pin_hash(key, "0123456789ab", pin)
    assert held != secrets.pin_hash(key, "0123456789ac", pin)
    assert held != secrets.pin_hash(b"x" * 32, "0123456789ab", pin)
    assert pin not in held
