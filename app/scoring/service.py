"""What can be done about scores: all of an event anew, or some sittings as they are recorded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.bank import store as bank
from app.bank.model import ItemRow
from app.forms.model import from_layout
from app.kit.errors import OpsError
from app.scoring import store
from app.scoring.booklet import Booklet, Question
from app.scoring.keys import KeyFault
from app.scoring.result import Result, decimal_of, stored_areas
from app.scoring.store import Measured, Sealed, Sheet
from app.scoring.written_keys import read_key
from app.sittings.model import digest_of, sealed_text

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """What a run found, in sittings.

    scored: have a result now, new or as it was.
    changed: of which results were written, or withdrawn from sittings no longer to be scored.
    skipped_dead_letter: hold a change that Postgres refused; a person must look first.
    not_recorded: sealed, and the record has not confirmed that seal yet.
    differing: the answers are not those that were sealed, or there is no form; see the audit.
    """

    scored: int = 0
    changed: int = 0
    skipped_dead_letter: int = 0
    not_recorded: int = 0
    differing: int = 0

    def __add__(self, other: "ScoreReport") -> "ScoreReport":
        return ScoreReport(
            self.scored + other.scored,
            self.changed + other.changed,
            self.skipped_dead_letter + other.skipped_dead_letter,
            self.not_recorded + other.not_recorded,
            self.differing + other.differing,
        )


@dataclass(frozen=True, slots=True)
class ScoredEvent:
    """An event with its booklet: opened once, then good for any number of sittings."""

    measured: Measured
    booklet: Booklet


async def score(engine: AsyncEngine, event_id: str, now_ms: int) -> ScoreReport:
    """Score every recorded seal of an event anew; rows that come out the same are left untouched.

    A page of sittings a transaction, so it may run while the exam does, and again after a crash.

    Raises:
        OpsError: when there is no such event, or the bank lacks an item of a form.
    """
    async with engine.begin() as conn:
        event = await open_event(conn, event_id)
        number = event.measured.event
        report = ScoreReport(changed=await store.withdraw_unsealed(conn, number))
    after = -1
    while True:
        async with engine.begin() as conn:
            page = await store.sealed_page(conn, number, after=after, most=_PAGE)
            report += await _score(conn, event, page, now_ms)
        if len(page) < _PAGE:
            return report
        after = page[-1].sitting


async def open_event(conn: AsyncConnection, event_id: str) -> ScoredEvent:
    """Read what marks an event's sheets: its instrument, and the bank's keys.

    Raises:
        OpsError: when there is no such event, or a key in the bank cannot mark.
    """
    measured = await store.measured_event(conn, event_id)
    if measured is None:
        raise OpsError(f"There is no event {event_id}.")
    instrument = await bank.read_instrument(
        conn, measured.instrument_id, measured.instrument_version
    )
    bank_items = await bank.read_items(conn, instrument)
    questions = {item.code: _question(item) for item in bank_items}
    return ScoredEvent(measured, Booklet(questions, instrument))


async def score_sittings(
    conn: AsyncConnection, event: ScoredEvent, sittings: Collection[int], now_ms: int
) -> ScoreReport:
    """Score the sittings that were just recorded, inside the caller's transaction.

    One that was reopened meanwhile loses its result.
    """
    number = event.measured.event
    page = await store.sealed_among(conn, number, sittings)
    reopened = set(sittings) - {sealed.sitting for sealed in page}
    report = ScoreReport(changed=await store.withdraw(conn, number, reopened))
    return report + await _score(conn, event, page, now_ms)


async def _score(
    conn: AsyncConnection, event: ScoredEvent, page: Sequence[Sealed], now_ms: int
) -> ScoreReport:
    number = event.measured.event
    letters = [sealed for sealed in page if sealed.has_dead_letter]
    waiting = [sealed for sealed in page if not sealed.has_dead_letter and not sealed.recorded]
    due = [sealed for sealed in page if not sealed.has_dead_letter and sealed.recorded]
    sheets = await store.sheets(conn, number, [sealed.sitting for sealed in due])
    scored = {
        sealed.sitting: _result(event, sealed, sheet)
        for sealed in due
        if (sheet := sheets.get(sealed.sitting)) and _is_as_sealed(sheet, sealed)
    }
    held = await store.stored(conn, number, scored)
    changed = [result for sitting, result in scored.items() if held.get(sitting) != result]
    await store.save(conn, number, changed, now_ms)
    not_scored = [sealed.sitting for sealed in page if sealed.sitting not in scored]
    withdrawn = await store.withdraw(conn, number, not_scored)
    return ScoreReport(
        scored=len(scored),
        changed=len(changed) + withdrawn,
        skipped_dead_letter=len(letters),
        not_recorded=len(waiting),
        differing=len(due) - len(scored),
    )


def _question(item: ItemRow) -> Question:
    try:
        key = read_key(item.type, item.key, [option.id for option in item.options])
    except KeyFault as fault:
        raise OpsError(f"Item {item.code} cannot be marked: {fault}.") from fault
    return Question(item.domain, key, item.weight)


def _is_as_sealed(sheet: Sheet, sealed: Sealed) -> bool:
    held = {item: answer.held() for item, answer in sheet.answers.items()}
    return digest_of(sealed_text(held)) == sealed.digest


def _result(event: ScoredEvent, sealed: Sealed, sheet: Sheet) -> Result:
    form = [line.item for line in from_layout(sheet.layout).lines]
    values = {item: answer.value for item, answer in sheet.answers.items()}
    try:
        score = event.booklet.score(form, values)
    except KeyError as missing:
        sentence = f"A form has {missing}, which the bank or its instrument lacks: import it again."
        raise OpsError(sentence) from missing
    return Result(
        sitting=sealed.sitting,
        seal=sealed.seal,
        epoch=sealed.epoch,
        instrument_id=event.measured.instrument_id,
        instrument_version=event.measured.instrument_version,
        index=None if score.index is None else decimal_of(score.index),
        band=score.band,
        domains=stored_areas(score),
        points=decimal_of(score.points),
        maximum=decimal_of(score.maximum),
    )
