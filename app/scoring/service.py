"""What can be done about scores: all of an event anew, or the next page of what waits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.bank import store as bank
from app.bank.model import ItemRow
from app.forms.model import codes_of
from app.kit.errors import OpsError
from app.scoring import store
from app.scoring.booklet import Booklet, Question
from app.scoring.keys import KeyFault
from app.scoring.result import Result, decimal_of, stored_areas
from app.scoring.store import Measured, Sealed, Sheet
from app.scoring.written_keys import digest_of_keys, read_key
from app.sittings.model import digest_of, held_text, sealed_text

PAGE = 100
"""Sittings a transaction: some 20 ms of marking, a moment for a flusher that waits for a seal."""


class Refusal(Enum):
    """Why a sealed sitting is not scored; all but the first are for a person to look at."""

    NOT_RECORDED = "sealed but not recorded yet"
    DEAD_LETTER = "with a dead letter: a person must look first"
    NO_FORM = "without a form: see `prime`"
    DIFFERING = "whose answers are not those that were sealed: see the audit"
    UNMARKABLE = "with an item that the bank or its instrument lacks: import it again"


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """What a run found, in sittings.

    scored: have a result now; of these ``new`` had none before, ``changed`` had another.
    withdrawn: results taken away: sittings that were reopened, or that are refused now.
    refused: sealed, but not scored, with the reason; by sitting.
    """

    scored: int = 0
    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    refused: dict[int, Refusal] = field(default_factory=dict)

    def __add__(self, other: "ScoreReport") -> "ScoreReport":
        return ScoreReport(
            self.scored + other.scored,
            self.new + other.new,
            self.changed + other.changed,
            self.withdrawn + other.withdrawn,
            self.refused | other.refused,
        )

    def reasons(self) -> Counter[Refusal]:
        """Return how many sittings are refused for which reason."""
        return Counter(self.refused.values())


@dataclass(frozen=True, slots=True)
class ScoredEvent:
    """An event as it was opened: good for any number of sittings, while the bank stays as it is.

    ``stamp`` is the bank's; ``keys`` the digest of what marks; ``codes`` the items' by integer.
    """

    measured: Measured
    stamp: tuple[int, int]
    keys: str
    codes: dict[int, str]
    booklet: Booklet


async def score(engine: AsyncEngine, event_id: str, now_ms: int) -> ScoreReport:
    """Score every recorded seal of an event anew; rows that come out the same are left untouched.

    A page of sittings a transaction, so it may run while the exam does and beside the scorer, and
    again after a crash.

    Raises:
        OpsError: when there is no such event, or a key in the bank cannot mark.
    """
    async with engine.begin() as conn:
        event = await open_event(conn, event_id)
        number = event.measured.event
        await store.lock(conn, number, wait=True)
        withdrawn = await store.withdraw_replaced(conn, number)
        withdrawn += await store.withdraw_unsealed(conn, number)
    report = ScoreReport(withdrawn=withdrawn)
    after = -1
    while True:
        async with engine.begin() as conn:
            await store.lock(conn, number, wait=True)
            page = await store.sealed_page(conn, number, after=after, most=PAGE)
            report += await score_page(conn, event, page, now_ms)
            await store.note_keys(conn, number, event.keys, [seal.sitting for seal in page])
        if len(page) < PAGE:
            return report
        after = page[-1].sitting


async def open_event(conn: AsyncConnection, event_id: int | str) -> ScoredEvent:
    """Read what marks an event's sheets: its instrument, and the bank's keys.

    Raises:
        OpsError: when there is no such event, or a key in the bank cannot mark.
    """
    measured = await store.measured_event(conn, event_id)
    if measured is None:
        raise OpsError(f"There is no event {event_id}.")
    stamp = await store.bank_stamp(conn)
    instrument = await bank.read_instrument(
        conn, measured.instrument_id, measured.instrument_version
    )
    items = await bank.read_items(conn, instrument)
    questions = {item.code: _question(item) for item in items}
    return ScoredEvent(
        measured=measured,
        stamp=stamp,
        keys=digest_of_keys(items),
        codes={item.id: item.code for item in items},
        booklet=Booklet(questions, instrument),
    )


async def score_page(
    conn: AsyncConnection, event: ScoredEvent, page: Sequence[Sealed], now_ms: int
) -> ScoreReport:
    """Score a page of seals, store what comes out, and note that scoring is done with them.

    A result that stands for what is refused now is withdrawn. The caller holds the event's lock.
    """
    number = event.measured.event
    standing = [seal for seal in page if seal.stands]
    if not standing:
        return ScoreReport()
    refused = {seal.sitting: why for seal in standing if (why := _refused_unread(seal))}
    due = [seal for seal in standing if seal.sitting not in refused]
    sheets = await store.sheets(conn, number, [seal.sitting for seal in due])
    scored: list[Result] = []
    for seal in due:
        result = _result(event, seal, sheets.get(seal.sitting))
        if isinstance(result, Refusal):
            refused[seal.sitting] = result
        else:
            scored.append(result)
    saved = await store.save(conn, event.measured, event.keys, scored, now_ms)
    withdrawn = await store.withdraw(conn, number, refused)
    await store.settle(conn, number, [seal for seal in standing if seal.recorded], now_ms)
    return ScoreReport(len(scored), saved.new, saved.changed, withdrawn, refused)


def _refused_unread(seal: Sealed) -> Refusal | None:
    if seal.has_dead_letter:
        return Refusal.DEAD_LETTER
    return None if seal.recorded else Refusal.NOT_RECORDED


def _question(item: ItemRow) -> Question:
    try:
        key = read_key(item.type, item.key, [option.id for option in item.options])
    except KeyFault as fault:
        raise OpsError(f"Item {item.code} cannot be marked: {fault}.") from fault
    return Question(item.domain, key, item.weight)


def _result(event: ScoredEvent, seal: Sealed, sheet: Sheet | None) -> Result | Refusal:
    if sheet is None:
        return Refusal.NO_FORM
    try:
        codes = [event.codes[item] for item in sheet.items]
        held = map(held_text, sheet.revs, sheet.values, sheet.flags)
        if digest_of(sealed_text(dict(zip(codes, held, strict=True)))) != seal.digest:
            return Refusal.DIFFERING
        answers = dict(zip(codes, sheet.values, strict=True))
        score = event.booklet.score(codes_of(sheet.layout), answers)
    except KeyError:
        return Refusal.UNMARKABLE
    return Result(
        sitting=seal.sitting,
        seal=seal.seal,
        epoch=seal.epoch,
        index=None if score.index is None else decimal_of(score.index),
        band=score.band,
        domains=stored_areas(score),
        points=decimal_of(score.points),
        maximum=decimal_of(score.maximum),
    )
