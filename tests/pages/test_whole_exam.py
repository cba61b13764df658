"""A whole exam, from the card to the receipt, on a phone and on an office PC."""

import pytest

from tests.pages.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_door_opens(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await phone.log_in()
