"""Whatever two devices, staff, recorder and lost stores do in whatever order: the rule holds.

``answers`` = newest of the log; acknowledged ⊆ log ⊆ sent; no rev twice; sealed stays sealed. Each
step is done over HTTP on real servers, and the reply compared with what plain dicts say.
"""

import json
from contextlib import suppress
from operator import itemgetter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
)
from sqlalchemy import select
from typing_extensions import override

from app.answers.flusher import Flusher, RecordBehind
from app.answers.partition import Partition
from app.answers.tables import answer_log, answers, late_answers
from app.kit.ids import sitting_from_text
from app.operations.partitions import read_partitions
from app.operations.recovery import recover
from app.operations.reflow import reflow
from tests.answers.expected import EVENT as CLIENT_EVENT
from tests.answers.expected import Content, Expected
from tests.answers.house import House
from tests.answers.misfortunes import (
    AFTER_COMMIT,
    BEFORE_A_LIFE,
    BEFORE_COMMIT,
    IN_A_LIFE,
    back_up,
    dying_at,
    put_back,
    throw_away,
)
from tests.exam import EVENT, Device, Exam
from tests.refusals import refusal
from tests.sittings.staff import act, eventually, set_room, sweep

Change = tuple[int, Content]

NAMES = st.sampled_from(["phone", "office"])
ITEMS = st.integers(0, 2)
VALUES = st.sampled_from(["a", "b", None])
CONTENTS = st.lists(st.tuples(ITEMS, VALUES, st.booleans()), min_size=1, max_size=4)
PICKS = st.lists(st.integers(0, 30), min_size=1, max_size=6)
HOURS = 3_600_000


class Seat:
    """One device: its token, and the journal of all that was done on it."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.journal: list[Change] = []
        self.events: list[int] = []

    def newest(self) -> list[Change]:
        """Return its map: the newest change of each item."""
        return list({content[0]: (rev, content) for rev, content in sorted(self.journal)}.values())


def written(rev: int, content: Content) -> dict[str, Any]:
    item, value, flagged = content
    return {"item": item, "rev": rev, "value": value, "flagged": flagged}


class AnyOrder(RuleBasedStateMachine):
    """One sitting, two devices."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house
        self.acknowledged: dict[int, Content] = {}
        self.lost = False
        self.lives_left = 1
        self.backup: tuple[str, Expected] | None = None
        self.gaps: set[int] = set()

    @property
    def exam(self) -> Exam:
        return self.house.exam

    @initialize(is_recorded=st.booleans())
    def sit_down(self, is_recorded: bool) -> None:  # noqa: FBT001 - drawn
        phone = self.house.newcomer()
        self.house.run(phone.login())
        self.house.run(phone.start())
        office = Device(phone.http, phone.nip, phone.pin, phone.nonce + "-office")
        self.seats = {"phone": Seat(phone), "office": Seat(office)}
        form = self.house.run(phone.ok("GET", "/form"))
        self.items = [item["id"] for item in form["items"] if item["type"] == "single"][:3]
        life = phone.gen >> 16
        self.expected = Expected(state="open", epoch=life)
        assert phone.gen == self.expected.enters(phone.nonce)
        self.recorded = Expected(epoch=life)
        self.place = self.house.run(self.find_place())
        if is_recorded:
            self.flush()

    @rule(name=NAMES)
    def start(self, name: str) -> None:
        device = self.seat(name).device
        reply = self.call(device, "/start", {})
        refused = self.expected.refuses(device.gen) or self.expected.refuses_to_start()
        if refused:
            assert refusal(reply)[1] == refused
        else:
            assert reply.json()["state"] == "open"
            self.expected.state = "open"

    @rule(name=NAMES, by=st.sampled_from(["pin", "claim"]))
    def take_over(self, name: str, by: str) -> None:
        device = self.seats[name].device
        if by == "pin" or not device.token:
            self.login(name)
            return
        expected = self.expected.claims(device.gen, device.nonce)
        reply = self.call(device, "/claim", {"device": device.nonce})
        if isinstance(expected, str):
            assert refusal(reply) == (409, expected)
        else:
            device._entered(reply.json())
            assert device.gen == expected

    @rule(name=NAMES, contents=CONTENTS)
    def write(self, name: str, contents: list[tuple[int, str | None, bool]]) -> None:
        seat = self.seat(name)
        if seat.device.token:
            for item, value, flagged in contents:
                rev = seat.device.next_rev()
                seat.journal.append((rev, (self.items[item], value, flagged)))

    @rule(name=NAMES, contents=CONTENTS, picks=PICKS)
    def work(
        self, name: str, contents: list[tuple[int, str | None, bool]], picks: list[int]
    ) -> None:
        """Write, and send what was written last in some order, some of it again."""
        self.write(name, contents)
        newest = self.seat(name).journal[-8:]
        self.save(
            self.seat(name).device, [newest[-1 - pick % len(newest)] for pick in picks if newest]
        )

    @rule(name=NAMES, contents=CONTENTS)
    def come_back_with_a_backlog(
        self, name: str, contents: list[tuple[int, str | None, bool]]
    ) -> None:
        """Write without a line, and let somebody send everything of both, the newest first."""
        self.write(name, contents)
        sender = next((seat for seat in self.seats.values() if self.may_act(seat)), None)
        if sender is not None:
            journals = [change for seat in self.seats.values() for change in seat.journal]
            self.save(sender.device, sorted(journals, key=itemgetter(0), reverse=True))

    @rule(name=NAMES, picks=PICKS)
    def send(self, name: str, picks: list[int]) -> None:
        seat = self.seat(name)
        changes = [seat.journal[pick % len(seat.journal)] for pick in picks if seat.journal]
        self.save(seat.device, changes)

    @rule(name=NAMES, pick=st.integers(0, 30), item=ITEMS, value=VALUES)
    def send_a_rev_with_another_content(
        self, name: str, pick: int, item: int, value: str | None
    ) -> None:
        seat = self.seat(name)
        if seat.journal:
            rev, _ = seat.journal[pick % len(seat.journal)]
            self.save(seat.device, [(rev, (self.items[item], value, False))])

    @rule(name=NAMES, fresh=st.booleans(), pick=st.integers(0, 30))
    def send_an_event(self, name: str, fresh: bool, pick: int) -> None:  # noqa: FBT001
        seat = self.seat(name)
        if fresh or not seat.events:
            seat.events.append(seat.device.next_rev())
        rev = seat.events[pick % len(seat.events)]
        reply = self.call(seat.device, "/answers", {"events": [{"rev": rev, "type": "blur"}]})
        refused = self.expected.refuses(seat.device.gen) or self.expected.refuses_to_save()
        if refused:
            assert refusal(reply)[1] == refused
        else:
            assert reply.json()["results"][0]["result"] == self.expected.notes(rev)

    @rule(name=NAMES)
    def beat(self, name: str) -> None:
        device = self.seat(name).device
        if device.token:
            reply = self.call(device, "/answers", {})
            refused = self.expected.refuses(device.gen)
            if refused:
                assert refusal(reply) == (409, refused)
            else:
                assert reply.json()["state"] in {self.expected.state, "recorded"}

    @rule(name=NAMES)
    def reconcile(self, name: str) -> None:
        seat = self.seat(name)
        if seat.device.token and not self.expected.refuses(seat.device.gen):
            items = {content[0]: rev for rev, content in seat.newest()}
            reply = self.call(seat.device, "/reconcile", {"items": items})
            lacking = [i for i, rev in items.items() if self.expected.stands.get(i, 0) < rev]
            assert reply.json()["missing"] == lacking

    @rule(name=NAMES, enough=st.integers(0, 3))
    def submit(self, name: str, enough: int) -> None:
        if enough:  # not yet: most of what can go wrong goes wrong before
            return
        seat = self.seat(name)
        refused = self.expected.refuses(seat.device.gen)
        changes = seat.newest()
        answers = {content[0]: written(rev, content) for rev, content in changes}
        reply = self.call(seat.device, "/submit", {"answers": answers})
        if refused:
            assert refusal(reply) == (409, refused)
            return
        if self.expected.state == "admitted":
            assert refusal(reply) == (403, "not-open")
            return
        document = reply.json()
        assert self.results(document, changes) == self.expected.submits(changes)
        assert document["receipt"]["seal"] == self.expected.seal

    @rule(name=NAMES, picks=PICKS)
    def send_late(self, name: str, picks: list[int]) -> None:
        seat = self.seat(name)
        changes = [seat.journal[pick % len(seat.journal)] for pick in picks if seat.journal]
        if seat.device.token:
            body = {"changes": [written(rev, content) for rev, content in changes]}
            reply = self.call(seat.device, "/late", body)
            if self.expected.state == "admitted":
                assert refusal(reply) == (403, "not-open")
                return
            document = reply.json()
            said = [result["result"] for result in document["results"]]
            assert said == [self.expected.gets_late(rev, content) for rev, content in changes]

    @rule(which=st.integers(0, 11))
    def something_happens(self, which: int) -> None:
        """Let staff act or time run out, as the state allows."""
        now = "over" if self.expected.over else self.expected.state
        things = {
            "admitted": [],
            "open": [self.pause, self.time_runs_out, self.submit_by_mistake],
            "over": [*[self.extend] * 3, self.pause, self.sweep],
            "paused": [self.resume, self.submit_by_mistake],
            "sealed": [self.reopen],
        }[now]
        if things:
            things[which % len(things)]()

    def pause(self) -> None:
        self.staff("pause")
        self.expected.state, self.expected.over = "paused", False

    def resume(self) -> None:
        self.staff("resume")
        self.expected.state = "open"

    def reopen(self) -> None:
        self.staff("reopen", ms=HOURS)
        self.expected.state = "open"

    def submit_by_mistake(self) -> None:
        """Hand in for somebody, and take that back: as if nothing was, but for the seal."""
        before, slip = self.expected.state, f"slip-{self.expected.seal}"
        self.staff("submit", action=slip)
        self.expected.is_sealed()
        self.staff("undo", undoes=slip)
        self.expected.state = before

    def time_runs_out(self) -> None:
        self.staff("extend", ms=-10 * HOURS)
        self.expected.over = True

    def extend(self) -> None:
        self.staff("extend", ms=10 * HOURS)
        self.expected.over = False

    def sweep(self) -> None:
        """Hand in for whose time is over; others of this partition may be among them."""
        said, sealed, _ = self.house.run(sweep(self.exam, self.seats["phone"].device))
        assert said == "ok"
        assert sealed
        self.expected.is_sealed()

    @rule()
    def flush(self) -> None:
        self.house.run(self.flushed())
        self.is_recorded()

    @rule(point=st.sampled_from([*BEFORE_COMMIT, *AFTER_COMMIT]))
    def the_recorder_dies(self, point: str) -> None:
        with dying_at(point) as died:
            self.house.run(self.flushed())
        if died and point in BEFORE_COMMIT:
            self.house.run(self.expect_in_the_record(self.recorded))
        else:
            self.is_recorded()

    @rule()
    def back_up(self) -> None:
        """Copy the record, once; what is in it then is what a set-back leaves."""
        if self.backup is None:
            self.backup = self.house.run(back_up(self.exam)), self.recorded.copy()

    @rule(enough=st.integers(0, 2))
    def the_record_is_put_back(self, enough: int) -> None:
        if self.backup is None or enough:
            return
        (name, held), self.backup = self.backup, None
        self.flush()
        self.house.run(self.reflowed(name))
        standing = {(item, rev) for item, rev in self.expected.stands.items()}
        self.gaps |= {
            rev
            for rev, content in self.expected.spent.items()
            if rev not in held.spent and (content[0], rev) not in standing
        }
        self.is_recorded()

    @rule(
        enough=st.integers(0, 3),
        lose=st.booleans(),
        dies=st.sampled_from([None, *BEFORE_A_LIFE, *IN_A_LIFE]),
    )
    def the_room_is_built_again(self, enough: int, lose: bool, dies: str | None) -> None:  # noqa: FBT001 - drawn
        """Recover the room, where its disk is lost or not; whoever does it may die at it."""
        if enough or self.lives_left == 0:
            return
        self.lives_left -= 1
        self.house.run(self.recovered(lose=lose, dies=dies))
        epoch = self.expected.epoch + (2 if dies in IN_A_LIFE else 1)
        # It is built from the record alone, and knows no more than that.
        self.expected = self.recorded.copy() if lose else self.without_gaps()
        self.lost = self.lost or lose
        self.gaps.clear()
        self.expected.recovers(epoch)
        self.recorded = self.expected.copy()

    @override
    def teardown(self) -> None:
        if not hasattr(self, "seats"):
            return
        if self.backup is not None:
            self.house.run(throw_away(self.exam, self.backup[0]))
        self.come_back()
        self.flush()
        log = self.expected.spent
        sent = {change for seat in self.seats.values() for change in seat.journal}
        if not self.lost and not self.gaps:
            assert self.acknowledged.items() <= log.items()
        if self.expected.state == "open":
            for rev, content in sent & self.acknowledged.items():
                assert self.expected.stands[content[0]] >= rev
        assert {rev for rev, content in log.items() if content != CLIENT_EVENT} <= {
            rev for rev, _ in sent
        }

    def seat(self, name: str) -> Seat:
        """Return a device that has entered at least once."""
        return self.seats[name] if self.seats[name].device.token else self.seats["phone"]

    def login(self, name: str) -> None:
        device = self.seats[name].device
        self.house.run(device.login())
        assert device.gen == self.expected.enters(device.nonce)

    def may_act(self, seat: Seat) -> bool:
        return bool(seat.device.token) and not self.expected.refuses(seat.device.gen)

    def come_back(self) -> None:
        """Let the phone enter once more with time to write, and send whatever any device holds."""
        self.login("phone")
        if self.expected.state == "admitted":
            self.start("phone")
        if self.expected.state == "paused":
            self.resume()
        if self.expected.over:
            self.extend()
        if self.expected.refuses_to_save() is None:
            for seat in self.seats.values():
                self.save(self.seats["phone"].device, seat.journal)

    def save(self, device: Device, changes: list[Change]) -> None:
        if not device.token or not changes:
            return
        body = {"changes": [written(rev, content) for rev, content in changes]}
        reply = self.call(device, "/answers", body)
        refused = self.expected.refuses(device.gen) or self.expected.refuses_to_save()
        if refused:
            assert refusal(reply)[1] == refused
            return
        said = self.results(reply.json(), changes)
        assert said == [self.expected.weighs(rev, content) for rev, content in changes]

    def results(self, document: dict[str, Any], changes: list[Change]) -> list[str]:
        """Return what was said of each change, and remember what was acknowledged."""
        said = [result["result"] for result in document["results"]]
        for (rev, content), result in zip(changes, said, strict=True):
            if result in {"stored", "same"}:
                self.acknowledged[rev] = content
        return said

    def call(self, device: Device, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - a reply
        return self.house.run(device.call("POST", path, body))

    def staff(self, kind: str, **more: Any) -> None:  # noqa: ANN401 - of an act
        device = self.seats["phone"].device
        view = self.house.run(self.acted(device, kind, **more))
        assert view == "ok"

    async def acted(self, device: Device, kind: str, **more: Any) -> str:  # noqa: ANN401 - of an act
        if kind in {"reopen", "undo"}:
            holder = next(
                seat.device
                for seat in self.seats.values()
                if seat.device.nonce == self.expected.holder
            )
            if self.expected.refuses(holder.gen):
                await holder.login()
                assert holder.gen == self.expected.enters(holder.nonce)
            device = holder
        return (await act(self.exam, device, kind, **more)).status

    async def flushed(self) -> None:
        """Record the partition of this sitting, as the recorder does with all of them."""
        stores = self.exam.stores
        await Flusher(stores.record, stores.room, stores.signer, stores.chain, rows=500).flush(
            self.place
        )

    async def find_place(self) -> Partition:
        """Return the partition of this sitting, as the recorder knows it."""
        tag = self.exam.tag(self.seats["phone"].device)
        async with self.exam.stores.record.connect() as conn:
            places = await read_partitions(conn, EVENT)
        return next(place for place in places if place.tag == tag)

    def is_recorded(self) -> None:
        """Compare the record with all that the room has taken in, but for what a set-back lost."""
        self.recorded = self.without_gaps()
        self.house.run(self.expect_in_the_record(self.recorded))

    def without_gaps(self) -> Expected:
        held = self.expected.copy()
        for rev in self.gaps:
            del held.spent[rev]
        return held

    async def reflowed(self, backup: str) -> None:
        """Put the backup back; the recorder notices, and sends again what is lacking."""
        await put_back(self.exam, backup)
        with suppress(RecordBehind):
            await self.flushed()
        await reflow(self.exam.stores, EVENT)
        await self.flushed()

    async def recovered(self, *, lose: bool, dies: str | None) -> None:
        async def event_is_seen() -> bool:
            return bool((await self.exam.http.get("/health/recorder")).json()["partitions"])

        if lose:
            await self.exam.stores.room.flushall()
        with dying_at(dies) as died:
            await recover(self.exam.stores, EVENT)
        if died:
            await recover(self.exam.stores, EVENT)
        assert bool(died) == bool(dies)
        await set_room(self.exam, mercy=0)
        await eventually(event_is_seen)

    async def expect_in_the_record(self, expected: Expected) -> None:
        """Compare Postgres with the dicts: answers, log and late answers of this sitting."""
        number = sitting_from_text(self.seats["phone"].device.sitting)
        async with self.exam.stores.record.connect() as conn:
            codes = {row: code for code, row in self.place.items.items()}
            standing, log, late = [
                (await conn.execute(select(table).where(table.c.sitting == number))).all()
                for table in (answers, answer_log, late_answers)
            ]
        found = {codes[row.item]: row.rev for row in standing}
        assert found == expected.stands
        assert {
            row.rev: CLIENT_EVENT
            if row.kind == "e"
            else (codes[row.item], json.loads(row.value), row.flagged)
            for row in log
        } == expected.spent
        assert {
            row.rev: (codes[row.item], json.loads(row.value), row.flagged) for row in late
        } == expected.late
        for row in standing:
            assert (codes[row.item], json.loads(row.value), row.flagged) == expected.spent[row.rev]


def test_whatever_the_order_answers_are_the_newest_of_the_log(house: House) -> None:
    house.play(AnyOrder)
