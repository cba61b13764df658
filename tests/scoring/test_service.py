"""An event's recorded seals are scored, again with the same result, and never what is in doubt."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.answers.tables import answers, dead_letter
from app.bank.tables import items
from app.forms.tables import forms
from app.kit.errors import OpsError
from app.scoring.service import Refusal, ScoreReport, score
from app.scoring.tables import results
from app.sittings.tables import seals, sittings
from tests.scoring.days import Day, a_day

pytestmark = pytest.mark.asyncio

NOW = 1_691_140_000_000


def half_right(_: int, item: str) -> str | None:
    return '"b"' if int(item[3:]) < 5 else '"a"'


async def three_people(record: AsyncEngine) -> Day:
    async with record.begin() as conn:
        return await a_day(conn, half_right)


async def rows(record: AsyncEngine, day: Day) -> list[RowMapping]:
    wanted = select(results).where(results.c.event == day.event).order_by(results.c.sitting)
    async with record.begin() as conn:
        return list((await conn.execute(wanted)).mappings())


async def change(record: AsyncEngine, *statements: Any) -> None:  # noqa: ANN401
    async with record.begin() as conn:
        for statement in statements:
            await conn.execute(statement)


def first_seal(day: Day) -> Any:  # noqa: ANN401
    return (seals.c.event == day.event) & (seals.c.sitting == day.sittings[0])


def first_sitting(day: Day) -> Any:  # noqa: ANN401
    return (sittings.c.event == day.event) & (sittings.c.id == day.sittings[0])


async def test_every_recorded_seal_is_scored(record: AsyncEngine) -> None:
    day = await three_people(record)
    assert await score(record, day.event_id, NOW) == ScoreReport(scored=3, new=3)
    stored = await rows(record, day)
    assert [row["sitting"] for row in stored] == day.sittings
    one = stored[0]
    assert (one["seal"], one["epoch"], one["scored_at"]) == (1, 1, NOW)
    assert (one["instrument_id"], one["instrument_version"]) == (day.event_id, 1)
    assert (one["index"], one["band"]) == (Decimal("2.5"), "baik")
    assert (one["points"], one["maximum"]) == (25, 50)
    assert one["domains"]["LD"] == {"score": "2.5", "fraction": "1/2", "answered": 10, "items": 10}


async def test_scoring_again_changes_nothing_not_even_the_time(record: AsyncEngine) -> None:
    day = await three_people(record)
    await score(record, day.event_id, NOW)
    before = await rows(record, day)
    assert await score(record, day.event_id, NOW + 1) == ScoreReport(scored=3)
    assert await rows(record, day) == before


async def test_results_that_were_lost_or_altered_are_made_again(record: AsyncEngine) -> None:
    day = await three_people(record)
    await score(record, day.event_id, NOW)
    before = await rows(record, day)
    of_first = (results.c.event == day.event) & (results.c.sitting == day.sittings[0])
    of_second = (results.c.event == day.event) & (results.c.sitting == day.sittings[1])
    await change(
        record,
        delete(results).where(of_first),
        update(results).where(of_second).values(index=Decimal(4), band="sangat-baik"),
    )
    assert await score(record, day.event_id, NOW) == ScoreReport(scored=3, new=1, changed=1)
    assert await rows(record, day) == before


async def test_a_key_that_was_mended_changes_those_it_concerns(record: AsyncEngine) -> None:
    async with record.begin() as conn:
        day = await a_day(conn, lambda person, _: '"c"' if person == 0 else '"b"')
    await score(record, day.event_id, NOW)
    mended = next(iter(day.items))
    await change(record, update(items).where(items.c.code == mended).values(key="c"))
    before = {row["key_digest"] for row in await rows(record, day)}
    assert await score(record, day.event_id, NOW) == ScoreReport(scored=3, changed=3)
    assert [row["points"] for row in await rows(record, day)] == [1, 49, 49]
    assert {row["key_digest"] for row in await rows(record, day)}.isdisjoint(before)


async def test_who_scores_the_same_by_other_keys_is_no_change_but_bears_their_digest(
    record: AsyncEngine,
) -> None:
    async with record.begin() as conn:
        day = await a_day(conn, lambda person, _: '"b"' if person else None)
    await score(record, day.event_id, NOW)
    before = await rows(record, day)
    mended = next(iter(day.items))
    await change(record, update(items).where(items.c.code == mended).values(key="c"))
    assert await score(record, day.event_id, NOW + 1) == ScoreReport(scored=3, changed=2)
    after = await rows(record, day)
    assert len({row["key_digest"] for row in after}) == 1
    assert after[0]["key_digest"] != before[0]["key_digest"]
    assert after[0]["scored_at"] == before[0]["scored_at"]


async def test_a_seal_that_is_not_recorded_waits(record: AsyncEngine) -> None:
    day = await three_people(record)
    await change(record, update(seals).where(first_seal(day)).values(recorded_at=None))
    report = await score(record, day.event_id, NOW)
    assert report == ScoreReport(scored=2, new=2, refused={day.sittings[0]: Refusal.NOT_RECORDED})
    assert report.reasons() == {Refusal.NOT_RECORDED: 1}


async def test_a_replaced_seal_does_not_count(record: AsyncEngine) -> None:
    day = await three_people(record)
    await change(record, update(seals).where(first_seal(day)).values(replaced=True))
    report = await score(record, day.event_id, NOW)
    assert report.refused == {day.sittings[0]: Refusal.NOT_RECORDED}


async def test_a_sitting_with_a_dead_letter_is_left_to_a_person(record: AsyncEngine) -> None:
    day = await three_people(record)
    await score(record, day.event_id, NOW)
    letter = {"event": day.event, "partition": 0, "epoch": 1, "ms": 1, "seq": 0, "line": "?"}
    letter |= {"error": "22000", "at": NOW, "sitting": day.sittings[0]}
    await change(record, insert(dead_letter).values(letter))
    report = await score(record, day.event_id, NOW)
    assert report == ScoreReport(
        scored=2, withdrawn=1, refused={day.sittings[0]: Refusal.DEAD_LETTER}
    )
    assert len(await rows(record, day)) == 2


async def test_answers_that_are_not_those_that_were_sealed_are_not_scored(
    record: AsyncEngine,
) -> None:
    day = await three_people(record)
    of_first = (answers.c.event == day.event) & (answers.c.sitting == day.sittings[0])
    await change(record, update(answers).where(of_first, answers.c.rev == 7).values(value='"b"'))
    assert await score(record, day.event_id, NOW) == ScoreReport(
        scored=2, new=2, refused={day.sittings[0]: Refusal.DIFFERING}
    )


async def test_a_sitting_without_a_form_is_not_scored(record: AsyncEngine) -> None:
    day = await three_people(record)
    of_first = (forms.c.event == day.event) & (forms.c.sitting == day.sittings[0])
    await change(record, delete(forms).where(of_first))
    report = await score(record, day.event_id, NOW)
    assert report.refused == {day.sittings[0]: Refusal.NO_FORM}


async def test_a_form_with_an_item_that_the_bank_lacks_stops_no_other(record: AsyncEngine) -> None:
    day = await three_people(record)
    of_first = (forms.c.event == day.event) & (forms.c.sitting == day.sittings[0])
    await change(record, update(forms).where(of_first).values(layout="#0\n??-01 s a,b\n"))
    assert await score(record, day.event_id, NOW) == ScoreReport(
        scored=2, new=2, refused={day.sittings[0]: Refusal.UNMARKABLE}
    )


async def test_a_reopened_sitting_loses_its_result_until_it_is_sealed_again(
    record: AsyncEngine,
) -> None:
    day = await three_people(record)
    await score(record, day.event_id, NOW)
    await change(record, update(sittings).where(first_sitting(day)).values(state="o"))
    assert await score(record, day.event_id, NOW) == ScoreReport(scored=2, withdrawn=1)


async def test_who_answered_nothing_stands_at_the_lower_end(record: AsyncEngine) -> None:
    async with record.begin() as conn:
        day = await a_day(conn, lambda person, _: '"b"' if person else None, people=2)
    await score(record, day.event_id, NOW)
    assert [row["index"] for row in await rows(record, day)] == [1, 4]


async def test_an_event_nobody_knows_is_an_error(record: AsyncEngine) -> None:
    with pytest.raises(OpsError, match="no event"):
        await score(record, "nowhere", NOW)
