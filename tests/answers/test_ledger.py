"""The record keeps the newest of each item, whatever order the recorder meets the changes in."""

import itertools
import json

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from sqlalchemy import select

from app.answers import ledger
from app.answers.log import Change
from app.answers.partition import Partition
from app.answers.tables import answers
from app.operations.partitions import read_partitions
from tests.answers.house import House
from tests.exam import EVENT

CHANGES = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), max_size=8)
numbers = itertools.count(1)


async def any_place(house: House) -> Partition:
    async with house.exam.stores.record.connect() as conn:
        return (await read_partitions(conn, EVENT))[0]


async def folded(
    house: House, place: Partition, batches: list[list[tuple[int, int]]]
) -> dict[str, tuple[int, str]]:
    """Record batches of (item, rev) for a sitting of its own; return what stands by item."""
    sitting, codes = next(numbers), sorted(place.items)
    async with house.exam.stores.record.begin() as conn:
        for batch in batches:
            await ledger.fold(
                conn,
                place,
                [
                    Change((1, 0), sitting, codes[item], rev, json.dumps(f"v{rev}"), rev % 2 == 0)
                    for item, rev in batch
                ],
            )
        found = (await conn.execute(select(answers).where(answers.c.sitting == sitting))).all()
    names = {number: code for code, number in place.items.items()}
    assert all(row.flagged == (row.rev % 2 == 0) for row in found)
    return {names[row.item]: (row.rev, row.value) for row in found}


def test_answers_are_the_newest_in_any_order_and_however_often(house: House) -> None:
    place = house.run(any_place(house))
    codes = sorted(place.items)

    @hypothesis(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(CHANGES, max_size=5), st.data())
    def in_any_order(batches: list[list[tuple[int, int]]], data: st.DataObject) -> None:
        replayed = data.draw(st.lists(st.sampled_from(batches), max_size=3)) if batches else []
        newest: dict[str, int] = {}
        for item, rev in itertools.chain(*batches):
            newest[codes[item]] = max(rev, newest.get(codes[item], 0))
        assert house.run(folded(house, place, batches + replayed)) == {
            item: (rev, f'"v{rev}"') for item, rev in newest.items()
        }

    in_any_order()
