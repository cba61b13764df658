"""``python -m loadtest.storm URL``: plays the orders that the environment names."""

import asyncio
import gc
import sys

import uvloop

from loadtest.journal import Fault
from loadtest.orders import ENDED, Orders
from loadtest.storm.hall import Hall
from loadtest.storm.phases import play


async def main(url: str) -> None:
    """Play, and leave the notes; whatever goes wrong stands in the journal."""
    orders = Orders.given()
    hall = Hall(orders, url)
    hall.write_down()  # from here on somebody plays
    gc.disable()  # people hardly leave garbage that refers to itself; a look holds up everybody
    writing = asyncio.create_task(hall.keep_writing())
    try:
        storm = await play(hall, orders.tempo.sit_s)
        storm.write(orders.folder)
    except Exception as error:
        hall.journal.fault(Fault("exception", repr(error)))
        raise
    finally:
        writing.cancel()
        hall.leave()
        (orders.folder / ENDED).touch()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
