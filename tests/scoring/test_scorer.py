"""The scorer finds what waits, whoever dies, and a result never outlives its seal."""

import asyncio
import itertools
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncEngine

from app.answers.tables import dead_letter
from app.bank.tables import items
from app.forms.tables import forms
from app.scoring import scorer as scorer_module
from app.scoring import store
from app.scoring.scorer import Scorer
from app.scoring.service import PAGE, ScoreReport, score
from app.scoring.tables import results
from app.sittings.tables import seals, sittings
from tests.journey.recording import until
from tests.scoring.days import Day, a_day
from tests.servers import Servers

pytestmark = pytest.mark.asyncio

NOW = 1_691_140_000_000


def half_right(_: int, item: str) -> str | None:
    return '"b"' if int(item[3:]) < 5 else '"a"'


async def a_day_of(record: AsyncEngine, people: int = 3) -> Day:
    async with record.begin() as conn:
        return await a_day(conn, half_right, people=people)


async def change(record: AsyncEngine, *statements: Any) -> None:  # noqa: ANN401
    async with record.begin() as conn:
        for statement in statements:
            await conn.execute(statement)


async def rows(record: AsyncEngine, day: Day) -> list[RowMapping]:
    wanted = select(results).where(results.c.event == day.event).order_by(results.c.sitting)
    async with record.connect() as conn:
        return list((await conn.execute(wanted)).mappings())


async def count(record: AsyncEngine) -> int:
    async with record.connect() as conn:
        return int(await conn.scalar(select(func.count()).select_from(results)) or 0)


def listening(record: AsyncEngine) -> list[tuple[str, Any]]:
    """Return a list that fills with every statement from now on, and what was given to it."""
    said: list[tuple[str, Any]] = []
    heard = lambda *told: said.append((told[2], told[3]))  # noqa: E731
    listen(record.sync_engine, "before_cursor_execute", heard)
    return said


def first_sitting(day: Day) -> Any:  # noqa: ANN401
    return (sittings.c.event == day.event) & (sittings.c.id == day.sittings[0])


def first_seal(day: Day) -> Any:  # noqa: ANN401
    return (seals.c.event == day.event) & (seals.c.sitting == day.sittings[0])


def reopen(day: Day) -> list[Any]:
    """Return what the flusher writes when the first sitting is reopened."""
    return [
        update(seals).where(first_seal(day)).values(replaced=True),
        update(sittings).where(first_sitting(day)).values(state="o"),
    ]


def hand_in_again(day: Day) -> list[Any]:
    """Return what the flusher writes when it is sealed once more, with the same answers."""
    columns = [column for column in seals.c if column.name not in {"seal", "replaced", "scored_at"}]
    again = select(*columns, seals.c.seal + 1).where(first_seal(day), seals.c.seal == 1)
    return [
        insert(seals).from_select([*(column.name for column in columns), "seal"], again),
        update(sittings).where(first_sitting(day)).values(state="s", seal=2),
    ]


async def test_what_is_recorded_is_scored_once_and_then_nothing_waits(record: AsyncEngine) -> None:
    day, other = await a_day_of(record), await a_day_of(record)
    scorer = Scorer(record)
    assert await scorer.turn(NOW) == 6
    assert [row["sitting"] for row in await rows(record, day)] == day.sittings
    assert {row["index"] for row in await rows(record, other)} == {Decimal("2.5")}
    assert await scorer.turn(NOW + 1) == 0
    assert {row["scored_at"] for row in await rows(record, day)} == {NOW}


async def test_what_the_scorer_stores_is_what_scoring_anew_would_store(record: AsyncEngine) -> None:
    day = await a_day_of(record)
    await Scorer(record).turn(NOW)
    assert await score(record, day.event_id, NOW + 1) == ScoreReport(scored=3)


async def test_what_was_scored_by_hand_does_not_wait(record: AsyncEngine) -> None:
    day = await a_day_of(record)
    await score(record, day.event_id, NOW)
    assert await Scorer(record).turn(NOW + 1) == 0


async def test_a_seal_is_scored_when_the_record_has_confirmed_it(record: AsyncEngine) -> None:
    day = await a_day_of(record)
    await change(record, update(seals).where(first_seal(day)).values(recorded_at=None))
    scorer = Scorer(record)
    assert await scorer.turn(NOW) == 2
    assert await score(record, day.event_id, NOW) == await score(record, day.event_id, NOW)
    await change(record, update(seals).where(first_seal(day)).values(recorded_at=NOW))
    assert await scorer.turn(NOW) == 1


async def test_a_reopened_sitting_loses_its_result_until_its_new_seal_is_recorded(
    record: AsyncEngine,
) -> None:
    day = await a_day_of(record)
    scorer = Scorer(record)
    await scorer.turn(NOW)
    await change(record, *reopen(day))
    assert await scorer.turn(NOW) == 0
    assert [row["sitting"] for row in await rows(record, day)] == day.sittings[1:]
    await change(record, *hand_in_again(day))
    assert await scorer.turn(NOW + 1) == 1
    assert [row["seal"] for row in await rows(record, day)] == [2, 1, 1]


async def test_a_sitting_sealed_anew_before_anybody_looked_has_the_result_of_its_new_seal(
    record: AsyncEngine,
) -> None:
    day = await a_day_of(record)
    scorer = Scorer(record)
    await scorer.turn(NOW)
    await change(record, *reopen(day), *hand_in_again(day))
    assert await scorer.turn(NOW + 1) == 1
    assert [row["seal"] for row in await rows(record, day)] == [2, 1, 1]
    assert await scorer.turn(NOW + 2) == 0


async def test_an_old_seal_that_is_put_back_is_scored_again(record: AsyncEngine) -> None:
    day = await a_day_of(record)
    scorer = Scorer(record)
    await scorer.turn(NOW)
    await change(record, *reopen(day))
    await scorer.turn(NOW)
    await change(
        record,
        update(seals).where(first_seal(day)).values(replaced=False),
        update(sittings).where(first_sitting(day)).values(state="s"),
    )
    assert await scorer.turn(NOW) == 1
    assert len(await rows(record, day)) == 3


async def test_who_cannot_be_scored_is_told_once_and_holds_up_nobody(
    record: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    day = await a_day_of(record, people=4)
    letter = {"event": day.event, "partition": 0, "epoch": 1, "ms": 1, "seq": 0, "line": "?"}
    letter |= {"error": "22000", "at": NOW, "sitting": day.sittings[0]}
    of_second = (forms.c.event == day.event) & (forms.c.sitting == day.sittings[1])
    await change(
        record,
        insert(dead_letter).values(letter),
        update(forms).where(of_second).values(layout="#0\n??-01 s a,b\n"),
    )
    scorer = Scorer(record)
    assert await scorer.turn(NOW) == 2
    assert caplog.text.count("dead letter") == 1
    assert caplog.text.count("the bank or its instrument lacks") == 1
    assert await scorer.turn(NOW) == 0
    assert caplog.text.count("is not scored") == 2


async def test_a_key_that_cannot_mark_closes_its_event_alone_and_is_told_once(
    record: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    day, other = await a_day_of(record), await a_day_of(record)
    broken = items.c.code == next(iter(day.items))
    await change(record, update(items).where(broken).values(key=["b"], revision=2))
    scorer = Scorer(record)
    assert await scorer.turn(NOW) == 0
    assert await scorer.turn(NOW) == 0
    assert caplog.text.count("cannot be marked") == 2
    await change(record, update(items).where(broken).values(key="b", revision=3))
    assert await scorer.turn(NOW) == 6
    assert len(await rows(record, other)) == 3


async def test_a_key_that_is_mended_meanwhile_marks_from_then_on_and_is_told(
    record: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async with record.begin() as conn:
        day = await a_day(conn, lambda *_: '"b"')
    await change(record, update(seals).where(first_seal(day)).values(recorded_at=None))
    scorer = Scorer(record)
    await scorer.turn(NOW)
    mended = items.c.code == next(iter(day.items))
    await change(
        record,
        update(items).where(mended).values(key="c", revision=2),
        update(seals).where(first_seal(day)).values(recorded_at=NOW),
    )
    await scorer.turn(NOW)
    assert f"`serentak score {day.event_id}`" in caplog.text
    stored = await rows(record, day)
    assert [row["points"] for row in stored] == [49, 50, 50]
    assert stored[0]["key_digest"] != stored[1]["key_digest"] == stored[2]["key_digest"]
    assert await score(record, day.event_id, NOW) == ScoreReport(scored=3, changed=2)
    stored = await rows(record, day)
    assert [row["points"] for row in stored] == [49, 49, 49]
    assert len({row["key_digest"] for row in stored}) == 1


async def test_several_scorers_and_a_scoring_by_hand_leave_one_result_each(
    record: AsyncEngine,
) -> None:
    days = [await a_day_of(record, people=PAGE + 20) for _ in range(2)]
    scorers = [Scorer(record) for _ in range(3)]
    turns = [scorer.turn(NOW) for scorer in scorers for _ in range(2)]
    by_hand = [score(record, day.event_id, NOW) for day in days]
    done = await asyncio.gather(*turns, *by_hand)
    reports = [report for report in done if isinstance(report, ScoreReport)]
    alone = sum(report for report in done if isinstance(report, int))
    assert alone + sum(report.new for report in reports) == 2 * (PAGE + 20)
    assert sum(report.changed + report.withdrawn for report in reports) == 0
    assert await count(record) == 2 * (PAGE + 20)


async def test_a_scorer_that_dies_in_the_middle_leaves_whole_pages(record: AsyncEngine) -> None:
    await a_day_of(record, people=3 * PAGE)
    dying = asyncio.create_task(Scorer(record).turn(NOW))
    written = itertools.count()

    def die_at_the_second_page(*said: str) -> None:
        if "INSERT INTO results" in said[2] and next(written) == 1:
            dying.cancel()

    listen(record.sync_engine, "before_cursor_execute", die_at_the_second_page)
    await asyncio.wait([dying])
    assert await count(record) == PAGE
    assert await Scorer(record).turn(NOW) == 2 * PAGE
    assert await count(record) == 3 * PAGE


async def test_an_event_that_another_process_scores_is_left_to_it(record: AsyncEngine) -> None:
    day = await a_day_of(record)
    async with record.begin() as conn:
        await store.lock(conn, day.event, wait=False)
        assert await Scorer(record).turn(NOW) == 0
    assert await Scorer(record).turn(NOW) == 3


@pytest.mark.parametrize("people", [2, 40])
async def test_a_page_takes_a_fixed_number_of_statements(record: AsyncEngine, people: int) -> None:
    said = listening(record)
    scorer = Scorer(record)
    assert await scorer.turn(NOW) == 0
    assert len(said) == 1  # nothing waits
    await a_day_of(record, people=people)
    said.clear()
    assert await scorer.turn(NOW) == people
    # what waits, the lock; the event, bank's stamp, instrument and items; what was replaced, the
    # page, its sheets, results written, seals done with
    assert len(said) == 11


async def test_an_event_is_read_once_while_the_bank_stays_as_it_is(record: AsyncEngine) -> None:
    day = await a_day_of(record)
    await change(record, update(seals).where(first_seal(day)).values(recorded_at=None))
    scorer = Scorer(record)
    await scorer.turn(NOW)
    await change(record, update(seals).where(first_seal(day)).values(recorded_at=NOW))
    said = listening(record)
    assert await scorer.turn(NOW) == 1
    assert not any("FROM instruments" in statement for statement, _ in said)


async def test_what_waits_is_found_by_its_index_alone(record: AsyncEngine) -> None:
    await a_day_of(record, people=300)
    said = listening(record)
    await Scorer(record).turn(NOW)
    asked = [one for one in said if "replaced = (scored_at IS NOT NULL)" in one[0]]
    assert len(asked) == 3 + 3  # events, what was replaced, four pages of which the last is empty
    async with record.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        await conn.exec_driver_sql("VACUUM ANALYZE seals")
        for statement, given in asked:
            lines = await conn.exec_driver_sql(f"EXPLAIN {statement}", given)
            plan = "\n".join(lines.scalars())
            assert "using ix_seals_to_score on seals" in plan
            assert "Seq Scan on seals" not in plan
            assert "Seq Scan on sittings" not in plan


async def test_postgres_may_go_away_and_come_back(
    record: AsyncEngine, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorer_module, "_LOOK_S", 0.02)
    day = await a_day_of(record)
    await servers.kill("postgres")
    keeping = asyncio.create_task(Scorer(record).keep())
    try:
        await asyncio.sleep(0.6)
        assert not keeping.done()
        await servers.start("postgres")
        await until(lambda: count(record), len(day.sittings))
    finally:
        while not keeping.done():
            keeping.cancel()
            await asyncio.wait([keeping], timeout=0.2)
