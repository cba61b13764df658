import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors import OpsError
from app.people.staff.second_factor import STEP_S, SecondFactors

FACTORS = SecondFactors(b"k" * 32)
SEALED = FACTORS.new("sari")
NOW_MS = 1_700_000_000_000


@given(st.integers(0, 2**41), st.integers(-40, 40))
def test_a_code_fits_in_its_step_and_the_ones_beside(now_ms: int, steps: int) -> None:
    shown = pyotp.TOTP(FACTORS.secret("sari", SEALED)).at(now_ms // 1000)
    at = now_ms + steps * STEP_S * 1000
    found = FACTORS.step_of("sari", SEALED, shown, at) if at >= 60_000 else None
    if abs(steps) <= 1 and at >= 60_000:
        assert found is not None
    elif found is not None:  # the same six digits again: one in a million
        assert pyotp.TOTP(FACTORS.secret("sari", SEALED)).at(found * STEP_S) == shown


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "-12345"]
)
def test_what_is_no_code_fits_nowhere(code: str) -> None:
    assert FACTORS.step_of("sari", SEALED, code, NOW_MS) is None


def test_a_code_may_be_typed_in_groups() -> None:
    code = pyotp.TOTP(FACTORS.secret("sari", SEALED)).at(NOW_MS // 1000)
    assert FACTORS.step_of("sari", SEALED, f" {code[:3]} {code[3:]} ", NOW_MS) is not None


def test_a_secret_is_sealed_for_its_account_under_its_key() -> None:
    assert FACTORS.secret("sari", SEALED) not in SEALED
    with pytest.raises(OpsError, match="reset-factor budi"):
        FACTORS.secret("budi", SEALED)
    with pytest.raises(OpsError, match="another STAFF_KEY"):
        SecondFactors(b"x" * 32).secret("sari", SEALED)


@pytest.mark.parametrize("sealed", ["", "x", "AAAA", "é", "A" * 400])
def test_what_was_never_sealed_is_no_secret(sealed: str) -> None:
    with pytest.raises(OpsError):
        FACTORS.secret("sari", sealed)


def test_the_address_is_what_apps_read() -> None:
    address = FACTORS.address("sari", SEALED)
    assert pyotp.parse_uri(address).secret == FACTORS.secret("sari", SEALED)
    assert address.startswith("otpauth://totp/Serentak:sari?")
