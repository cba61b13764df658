"""A small exam on real servers: the demo event with few people, its app, its devices."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch

import httpx
from asgi_lifespan import LifespanManager
from sqlalchemy import NullPool, select
from sqlalchemy.ext.asyncio import create_async_engine

from app.answers.log import ACTION_WORD
from app.exams.live import read_cards
from app.exams.tables import events
from app.kit import clock, line, redis, secrets
from app.kit.ids import partition_tag
from app.kit.migrating import migrate
from app.main import create_app
from app.operations.audit import Audit, audit
from app.operations.cards import demo_cards
from app.operations.demo import DEMO_PARTITIONS, seed_demo
from app.operations.priming import draw_missing, prime
from app.operations.recorder import Recorder
from app.operations.stores import Stores
from app.pages.page import Pages
from app.people.audit_log.model import Wanted
from app.people.audit_log.service import AuditLog
from app.people.audit_log.store import read
from app.settings import Settings
from app.sittings.receipts import Receipts
from app.sittings.tables import room_log
from app.sittings.tokens import Tokens
from app.wiring import web
from tests.described import description

EVENT = "kukar-2023"
PEOPLE = 120
API = "/api/v1"
GEN = 1 << 20
EVENTS = select(events.c.number, events.c.id)


async def seed(settings: Settings, people: int = PEOPLE) -> None:
    """Fill a migrated database with the demo event, its people and their forms."""
    held = secrets.load(settings)
    engine = create_async_engine(settings.postgres_url, poolclass=NullPool)
    async with engine.begin() as conn:
        event = await seed_demo(conn, held.nip, clock.now_ms() - 1000, people=people)
        await draw_missing(conn, event, held)
    await engine.dispose()


async def migrated(settings: Settings) -> None:
    """Bring an empty database to the schema."""
    engine = create_async_engine(settings.postgres_url, poolclass=NullPool)
    await migrate(engine)
    await engine.dispose()


async def acts_are_told_once(stores: Stores) -> None:
    """Expect a sound audit log with an entry for each act in the room's log, and no other.

    A record that was put back may lack its end.
    """
    log = AuditLog(stores.record, stores.room, stores.chain)
    assert {one.kind for one in (await log.verify()).findings} <= {"cut"}
    async with stores.record.connect() as conn:
        told = (await read(conn, Wanted(what="sitting."), limit=100_000)).rows
        ids = {row.number: row.id for row in await conn.execute(EVENTS)}
        lines = (await conn.execute(select(room_log).where(room_log.c.kind == "t"))).all()
    sources = [
        f"log:{partition_tag(ids[line.event], line.partition)}:{line.epoch}:{line.ms}-{line.seq}"
        for line in lines
        if line.detail.split(" ")[ACTION_WORD - 1 :] not in ([], ["-"])
    ]
    assert sorted(row.source for row in told) == sorted(sources)


@dataclass(slots=True)
class Device:
    """One device of one participant, as simple as a client can be: no journal, no retries."""

    http: httpx.AsyncClient
    nip: str
    pin: str
    nonce: str
    sitting: str = ""
    token: str = ""
    gen: int = 0
    n: int = 0
    items: list[str] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Call the sitting's path with this device's token."""
        return await self.http.request(
            method,
            f"{API}/sittings/{self.sitting}{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
        )

    async def ok(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Call, and expect it to be done."""
        reply = await self.call(method, path, body)
        assert reply.status_code == httpx.codes.OK, reply.text
        document: dict[str, Any] = reply.json()
        return document

    async def try_login(self, **more: object) -> httpx.Response:
        """Present the card."""
        body = {"nip": self.nip, "pin": self.pin, "device": self.nonce, **more}
        return await self.http.post(f"{API}/login", json=body)

    async def login(self) -> dict[str, Any]:
        """Enter."""
        reply = await self.try_login()
        assert reply.status_code == httpx.codes.OK, reply.text
        return self._entered(reply.json())

    async def claim(self) -> dict[str, Any]:
        """Take the sitting over with the token at hand."""
        return self._entered(await self.ok("POST", "/claim", {"device": self.nonce}))

    async def start(self) -> dict[str, Any]:
        """Start the clock and read the form."""
        started = await self.ok("POST", "/start")
        form = await self.ok("GET", "/form")
        self.items = [item["id"] for item in form["items"]]
        return started

    def next_rev(self) -> int:
        """Allocate a revision under this device's generation."""
        self.n += 1
        return self.gen * GEN + self.n

    def change(self, item: str, value: object = "a", *, flagged: bool = False) -> dict[str, Any]:
        """Return a change under the next revision."""
        return {"item": item, "rev": self.next_rev(), "value": value, "flagged": flagged}

    async def save(self, *changes: dict[str, Any]) -> list[str]:
        """Save changes; return what became of each."""
        self.last = await self.ok("POST", "/answers", {"changes": list(changes)})
        return [result["result"] for result in self.last["results"]]

    async def submit(self, answers: dict[str, Any] | None = None, **more: object) -> dict[str, Any]:
        """Hand in."""
        return await self.ok("POST", "/submit", {"answers": answers or {}, **more})

    def _entered(self, sitting: dict[str, Any]) -> dict[str, Any]:
        self.sitting, self.token, self.gen = sitting["sitting"], sitting["token"], sitting["gen"]
        self.n = max(self.n, sitting["rev"] % GEN if sitting["rev"] // GEN == self.gen else 0)
        return sitting


@dataclass(slots=True)
class Exam:
    """The running exam: both stores, the web app, and people to sit in it."""

    stores: Stores
    settings: Settings
    http: httpx.AsyncClient
    cards: list[tuple[str, str]]
    tokens: Tokens
    _nonces: Any = field(default_factory=itertools.count)
    _people: Any = field(default_factory=itertools.count)

    def newcomer(self) -> Device:
        """Return a device in the hands of a participant who has not been asked for yet."""
        return self.device(next(self._people))

    def device(self, person: int = 0) -> Device:
        """Return a new device in the hands of the n-th participant."""
        nip, pin = self.cards[person]
        return Device(self.http, nip, pin, f"device-{next(self._nonces)}")

    async def seated(self, person: int = 0) -> Device:
        """Return a device whose participant has entered and started."""
        device = self.device(person)
        await device.login()
        await device.start()
        return device

    async def flush(self) -> None:
        """Record everything that is in the room's log."""
        recorder = Recorder(self.stores, rows=500, seconds=0)
        for _ in range(50):
            await recorder.turn()
            if await self.unflushed() == 0:
                return
        raise AssertionError("the log does not drain")

    async def unflushed(self) -> int:
        """Return how many entries the record does not have."""
        logs = [f"log:{{{EVENT}.p{n:02d}}}" for n in range(DEMO_PARTITIONS)]
        return sum(await redis.ask(self.stores.room, *(("XLEN", log) for log in logs)))

    async def audit(self) -> Audit:
        """Compare everything."""
        return await audit(self.stores, EVENT)

    async def holds(self) -> None:
        """Flush, audit, and expect no difference."""
        for _ in range(5):
            await self.flush()
            found = await self.audit()
            if found.unflushed == 0:  # else the pulse gave time back in between
                break
        assert found.unflushed == 0
        assert found.differences == 0, [r.line() for r in found.rules if r.differences]
        await acts_are_told_once(self.stores)

    def tag(self, device: Device) -> str:
        """Return the hash tag of the device's partition."""
        _, event, partition, *_ = device.token.split(".")
        return f"{{{event}.p{int(partition):02d}}}"


# An app spends as long on packing its pages as on all else that it does when it starts, and they
# stand in files. Its process rests for 20 ms between two batches, to save work under load: here
# the test would rest with it.
_PACKED_ONCE = cache(Pages)
_HARDLY_S = 0.001


@asynccontextmanager
async def app_on(settings: Settings, *, ready: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the app in this process and give a client to it, once it is ready (unless told not)."""
    with patch.object(web, "Pages", _PACKED_ONCE), patch.object(line, "_DISTANCE_S", _HARDLY_S):
        async with (
            LifespanManager(create_app(settings)) as managed,
            httpx.AsyncClient(
                transport=httpx.ASGITransport(managed.app),
                base_url="http://exam.test",
                event_hooks={"response": [description().check]},
            ) as client,
        ):
            for _ in range(200 if ready else 0):
                if (await client.get("/health/ready")).status_code == httpx.codes.OK:
                    break
                await asyncio.sleep(0.01)
            yield client


@asynccontextmanager
async def exam_on(settings: Settings) -> AsyncIterator[Exam]:
    """Prime the demo event of a seeded database into an empty room, and open the doors."""
    held = secrets.load(settings)
    record = create_async_engine(settings.postgres_url, poolclass=NullPool)
    room = redis.connect(settings.redis_address)
    await redis.load_functions(room)
    stores = Stores(record, room, held, Receipts(held.receipt_keys, held.receipt_key_id))
    await prime(stores, EVENT, clock.now_ms())
    try:
        async with app_on(settings) as client:
            (card,) = await read_cards(room)
            tokens = Tokens(held.token, lambda _: str(card.primed_at))
            yield Exam(stores, settings, client, await demo_cards(stores, EVENT, PEOPLE), tokens)
    finally:
        await room.aclose()
        await record.dispose()
