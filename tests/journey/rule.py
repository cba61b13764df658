"""What must be true after every schedule, looked at from the phones' side.

Acknowledged ⊆ log ⊆ sent; no rev twice; answers = newest of the log; sealed stays sealed; receipts
verify; and the audit says so.
"""

from collections import defaultdict
from collections.abc import Iterable

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from app.kit.ids import sitting_from_text
from app.operations.audit import audit
from app.operations.stores import Stores
from app.sittings.receipts import decode
from tests.exam import API, EVENT
from tests.journey.phone import Phone

_LOG = """
SELECT sitting, rev, items.code || ':' || rev || ':' || value || ':' || flagged::int AS change
FROM answer_log JOIN items ON items.id = answer_log.item WHERE kind = 'a'
"""
_ANSWERS = """
SELECT sitting, code, code || ':' || rev || ':' || value || ':' || flagged::int AS change
FROM answers JOIN items ON items.id = answers.item
"""
_LATE = """
SELECT sitting, rev, items.code || ':' || rev || ':' || value || ':' || flagged::int AS change
FROM late_answers JOIN items ON items.id = late_answers.item
"""

Changes = dict[int, dict[int, str]]
"""sitting → rev → ``item:rev:value:flag``."""


async def the_rule_holds(stores: Stores, phones: Iterable[Phone], *, history: bool = True) -> None:
    """Look at the record, which must have drained.

    ``history`` is False where Postgres was set back: what had been superseded may then be missing.
    """
    found = await audit(stores, EVENT)
    assert found.unflushed == 0
    assert found.differences == 0, [rule.line() for rule in found.rules if rule.differences]

    log, late = await _read(stores, _LOG), await _read(stores, _LATE)
    answers = await _answers(stores)
    for number, held in _by_sitting(phones).items():
        sent: dict[int, str] = {}
        for phone in held:
            sent |= phone.sent
        for rev, change in log[number].items():
            assert sent.get(rev) == change, f"{change} was never sent"
        for phone in held:
            for rev, change in phone.promised.items():
                if history or rev in {int(a.split(":")[1]) for a in answers[number].values()}:
                    assert log[number].get(rev) == change, f"{change} was promised and is lost"
                _nothing_older_stands(change, answers[number])
            for rev, change in phone.kept.items():
                assert late[number].get(rev) == change, f"{change} was kept and is lost"
        newest: dict[str, str] = {}
        for rev in sorted(log[number]):
            newest[log[number][rev].split(":")[0]] = log[number][rev]
        assert answers[number] == newest


async def receipts_verify(stores: Stores, http: httpx.AsyncClient, phone: Phone) -> None:
    """Check the phone's last receipt as a stranger would: published key, canonical bytes."""
    receipt = phone.receipts[-1]
    keys = orjson.loads((await http.get(f"{API}/receipts/key")).content)
    public = next(key["public"] for key in keys if key["id"] == receipt["key"])
    name = receipt["code"].split("-")[3]
    head = f"serentak-receipt-1\n{EVENT}\n{phone.sitting}\n{name}\n{receipt['sealed_at']}\n"
    answers = await _answers(stores)
    lines = sorted(answers[sitting_from_text(phone.sitting)].values())
    signed = (head + "".join(f"{line}\n" for line in lines)).encode()
    raw, signature = decode(public), decode(receipt["signature"])
    assert raw is not None
    assert signature is not None
    Ed25519PublicKey.from_public_bytes(raw).verify(signature, signed)
    status = orjson.loads((await http.get(f"{API}/receipts/{receipt['code']}")).content)
    assert status["recorded"] is True
    assert status["replaced"] is False
    assert status["sealed_at"] == receipt["sealed_at"]


def _nothing_older_stands(change: str, answers: dict[str, str]) -> None:
    item, rev = change.split(":")[:2]
    assert item in answers, f"{change} was promised and nothing stands"
    assert int(answers[item].split(":")[1]) >= int(rev), f"{change} gave way to {answers[item]}"


def _by_sitting(phones: Iterable[Phone]) -> dict[int, list[Phone]]:
    found = defaultdict(list)
    for phone in phones:
        found[sitting_from_text(phone.sitting)].append(phone)
    return found


async def _read(stores: Stores, sql: str) -> Changes:
    found: Changes = defaultdict(dict)
    async with stores.record.connect() as conn:
        for row in await conn.execute(text(sql)):
            assert row.rev not in found[row.sitting]
            found[row.sitting][row.rev] = row.change
    return found


async def _answers(stores: Stores) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    async with stores.record.connect() as conn:
        for row in await conn.execute(text(_ANSWERS)):
            found[row.sitting][row.code] = row.change
    return found
