"""A whole overload of some seconds against a server of a few lines."""

import asyncio
from pathlib import Path

import pytest

from loadtest import journal
from loadtest.journal import SUBMITTED
from loadtest.orders import Orders
from loadtest.pulse import Beats
from loadtest.reconcile import Evidence
from loadtest.storm import phases
from loadtest.storm.entrance import NotIn
from loadtest.storm.hall import Hall
from loadtest.storm.mix import Kind
from loadtest.storm.notes import Storm, refused_share
from loadtest.storm.phases import play
from loadtest.tally import BUSY, tally
from loadtest.tempo import Tempo
from tests.loadtest.storm.house import House

PEOPLE = 24
SECONDS = 0.6
ENDS = ("", BUSY)

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"PROBE_S": 1, "RECOVERY_S": 1, "CALM_S": 0.1, "LEAST_S": 0.6}.items():
        monkeypatch.setattr(phases, name, seconds)


def orders(folder: Path) -> Orders:
    cards = folder / "cards.csv"
    cards.write_text("nip,pin\n" + "".join(f"{1990 + n},1\n" for n in range(PEOPLE)))
    return Orders("overload", "e", 7, PEOPLE, 1, Tempo(1, SECONDS), cards, folder)


async def played(folder: Path, house: House) -> Storm:
    async with house.open() as url:
        hall = Hall(orders(folder), url)
        writing = asyncio.create_task(hall.keep_writing())
        try:
            return await play(hall, SECONDS)
        finally:
            writing.cancel()
            hall.leave()


async def test_three_times_too_much_is_offered_and_every_try_is_counted(tmp_path: Path) -> None:
    house = House()
    storm = await played(tmp_path, house)
    calls = tally(list(Beats(tmp_path).new()))["requests_by_name"]
    assert storm.wanted_per_s == pytest.approx(3 * storm.capacity_per_s, rel=0.01)
    assert storm.offered_per_s > 0
    assert 0 < storm.sender_share < 1.5
    assert storm.probe_before_p99_ms is not None
    assert sum(line["failed"] for line in calls.values()) == 0
    offered = sum(
        calls[kind + end]["requests"] for kind in Kind for end in ENDS if kind + end in calls
    )
    assert offered + storm.unsent == pytest.approx(storm.wanted_per_s * SECONDS, abs=1)
    assert refused_share(calls, Kind.LOGIN) > 0
    refused = (line["requests"] for name, line in calls.items() if name.endswith(BUSY))
    assert sum(refused) == house.refused
    assert_all_is_written_down(tmp_path, house)


def assert_all_is_written_down(folder: Path, house: House) -> None:
    evidence = Evidence.of(journal.read(folder))
    newest: dict[tuple[str, str], int] = {}
    for nip, changes in evidence.outcomes.items():
        for (item, rev), (_, results) in changes.items():
            assert results == ["stored"]
            newest[nip, item] = max(rev, newest.get((nip, item), 0))
    assert newest == {
        (sitting, item): change["rev"]
        for sitting, held in house.stored.items()
        for item, change in held.items()
    }
    handed_in = {nip for nip, seat in evidence.seatings.items() if seat.ending == SUBMITTED}
    assert handed_in == set(evidence.seals) == house.sealed
    assert len(house.sealed) <= PEOPLE // 4  # half of those inside, so that some are left to save
    assert not evidence.faults
    assert len(set(house.logins)) == len(house.logins)  # each by a device of its own


async def test_a_server_that_hangs_up_at_rest_loses_nothing(tmp_path: Path) -> None:
    house = House(ends_after=5)
    await played(tmp_path, house)
    told = tally(list(Beats(tmp_path).new()))
    assert told["requests_failed"] == 0
    assert house.connections > told["requests"] / 6


async def test_insiders_who_cannot_come_in_end_it(tmp_path: Path) -> None:
    hall = Hall(orders(tmp_path), "http://127.0.0.1:9")
    with pytest.raises(NotIn, match="login"):
        await play(hall, SECONDS)
    hall.leave()
