"""Whatever staff order in whatever order, some of it again: state and time are what a rule says.

Each step goes to a real room, and what came of it is compared with a sitting of plain values.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from app.kit.redis import time_ms
from app.operations.recovery import recover
from app.proctoring.model import KINDS, Kind, Outcome, Scope
from app.settings import Settings
from tests.answers.house import House
from tests.conftest import opened
from tests.exam import EVENT, Exam
from tests.proctoring.builders import carried_out
from tests.refusals import refusal
from tests.sittings.staff import room_fields, sitting_fields

MINUTE = 60_000
HOUR = 60 * MINUTE
STATES = {"n": "assigned", "m": "admitted", "o": "open", "p": "paused", "s": "sealed"}
MAY: dict[Kind, set[str]] = {
    "admit": {"assigned"},
    "extend": {"assigned", "admitted", "open", "paused"},
    "message": set(STATES.values()),
    "pause": {"open"},
    "resume": {"paused"},
    "submit": {"open", "paused"},
    "reopen": {"sealed"},
    "hold": {"assigned", "admitted"},
    "device": {"assigned", "admitted", "open", "paused"},
    "undo": set(STATES.values()),
}
UNDOABLE_IN: dict[Kind, str] = {
    "admit": "admitted",
    "hold": "assigned",
    "pause": "paused",
    "resume": "open",
    "submit": "sealed",
}
BECOMES: dict[Kind, str] = {
    "admit": "admitted",
    "pause": "paused",
    "resume": "open",
    "submit": "sealed",
    "reopen": "open",
    "hold": "assigned",
}


@pytest.fixture(scope="module")
def house(settings: Settings, seeded: str) -> Iterator[House]:
    standing = House(lambda: opened(settings, seeded))
    yield standing
    standing.close()


@dataclass(slots=True)
class Last:
    """What staff did last: what it takes to take it back."""

    kind: Kind
    action: str
    state: str
    held: bool
    ms: int
    left: tuple[int, int]  # when it was done


@dataclass(slots=True)
class Expected:
    """A sitting as the rule has it. Times that the clock decides lie between two bounds."""

    state: str = "admitted"
    extra: int = 0
    time: tuple[int, int] = (0, 0)  # while open the deadline, while paused what is left
    seals: int = 0
    notices: int = 0
    held: bool = False
    is_in: bool = True
    last: Last | None = None
    done: set[str] = field(default_factory=set)

    def acts(
        self, kind: Kind, action: str, minutes: int, now: tuple[int, int], undoes: str = ""
    ) -> str:
        """Do it, at some moment of ``now``; return what is to come of it."""
        if action in self.done:
            return "again"
        if not self.may(kind, undoes):
            return "state"
        self.done.add(action)
        self.notices += 1
        left = moved(self.time, -now[1], -now[0]) if self.state == "open" else self.time
        last = Last(kind, action, self.state, self.held, minutes * MINUTE, left)
        if kind == "undo":
            self.takes_back(now)
        else:
            self.does(kind, minutes * MINUTE, now)
            self.state = BECOMES.get(kind, self.state)
        self.last = last
        return "done"

    def may(self, kind: Kind, undoes: str) -> bool:
        last = self.last
        if kind == "undo":
            if last is None or last.action != undoes:
                return False
            if last.kind == "extend":
                return self.state != "sealed"
            return UNDOABLE_IN.get(last.kind) == self.state and (last.kind != "hold" or self.held)
        if kind == "hold" and self.held:
            return False
        if kind == "device" and not self.is_in:
            return False
        return self.state in MAY[kind]

    def does(self, kind: Kind, ms: int, now: tuple[int, int]) -> None:
        if kind == "extend":
            self.extra += ms
            self.time = moved(self.time, ms, ms)
        elif kind == "pause":
            self.time = moved(self.time, -now[1], -now[0])
        elif kind == "resume":
            self.time = moved(self.time, *now)
        elif kind == "reopen":
            self.time = moved(now, ms, ms)
        elif kind == "submit":
            self.seals += 1
        elif kind in {"hold", "admit"}:
            self.held = kind == "hold"
        elif kind == "device":
            self.is_in = False

    def takes_back(self, now: tuple[int, int]) -> None:
        last = self.last
        assert last is not None
        if last.kind == "extend":
            self.extra -= last.ms
            self.time = moved(self.time, -last.ms, -last.ms)
        elif last.kind == "pause":
            self.time = moved(self.time, *now)
        elif last.kind == "resume":
            self.time = moved(self.time, -now[1], -now[0])
        elif last.kind == "submit":
            self.time = moved(now, *last.left) if last.state == "open" else last.left
        else:
            self.held = last.held
        if last.kind != "extend":
            self.state = last.state

    def starts(self, now: tuple[int, int]) -> None:
        """Let the participant start, where that may be."""
        if self.state == "admitted":
            self.state = "open"
            self.time = moved(now, HOUR + self.extra, HOUR + self.extra)

    def enters(self) -> None:
        """Let the participant enter (again): who is held back stays before the door."""
        self.is_in = True
        if self.state == "assigned" and not self.held:
            self.state = "admitted"


def moved(bounds: tuple[int, int], low: int, high: int) -> tuple[int, int]:
    return bounds[0] + low, bounds[1] + high


class AnyAct(RuleBasedStateMachine):
    """One sitting, of which staff have the same few action ids in hand."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house
        self.lives_left = 1

    @property
    def exam(self) -> Exam:
        return self.house.exam

    @initialize()
    def enter(self) -> None:
        self.device = self.house.newcomer()
        self.house.run(self.device.login())
        self.expected = Expected()
        self.credit = 0
        self.given_back()

    @rule(
        kind=st.sampled_from(KINDS),
        number=st.integers(0, 30),
        minutes=st.integers(1, 600),
    )
    def act(self, kind: Kind, number: int, minutes: int) -> None:
        self.order(kind, number, minutes, undoes=f"{self.device.sitting}-{minutes % 31}")

    @rule(number=st.integers(0, 30))
    def undo(self, number: int) -> None:
        """Take back what was done last, which an order at random seldom meets."""
        if self.expected.last is not None:
            self.order("undo", number, 0, undoes=self.expected.last.action)

    def order(self, kind: Kind, number: int, minutes: int, *, undoes: str) -> None:
        action = f"{self.device.sitting}-{number}"
        outcome, now = self.house.run(self.acted(kind, action, minutes, undoes))
        assert outcome.result == self.expected.acts(kind, action, minutes, now, undoes)
        states = {self.expected.state}
        if self.expected.state == "sealed" and not self.lives_left:  # what was lost was recorded
            states.add("recorded")
        assert outcome.state in states
        if self.expected.state == "open":
            low, high = moved(self.expected.time, 0, self.given_back())
            assert outcome.deadline is not None
            assert low <= outcome.deadline <= high
            self.expected.time = outcome.deadline, outcome.deadline
        self.look()

    @rule()
    def enter_again(self) -> None:
        self.house.run(self.device.login())
        self.expected.enters()
        self.look()

    @rule()
    def beat(self) -> None:
        """A device that was ended hears so, whatever it asks; its claim is worth nothing."""
        if self.expected.is_in:
            self.house.run(self.device.ok("POST", "/answers", {}))
            self.house.run(self.device.claim())
            self.expected.enters()
            self.look()
            return
        for path, body in (("/answers", {}), ("/claim", {"device": self.device.nonce})):
            reply = self.house.run(self.device.call("POST", path, body))
            assert refusal(reply) == (409, "superseded-device")

    @rule()
    def start(self) -> None:
        if self.expected.state == "admitted" and self.expected.is_in:
            before = self.now()
            self.house.run(self.device.start())
            self.expected.starts((before, self.now()))
            self.look()

    @rule(pick=st.integers(0, 9))
    def submit(self, pick: int) -> None:
        if self.expected.state == "open" and self.expected.is_in and pick == 0:
            self.house.run(self.device.submit())
            self.expected.state, self.expected.seals = "sealed", self.expected.seals + 1
            self.look()

    @rule(pick=st.integers(0, 9))
    def lose_the_room(self, pick: int) -> None:
        """All that is recorded stands again, and what was done is not done twice."""
        if self.lives_left and pick == 0:
            self.lives_left -= 1
            self.house.run(self.recovered())
            self.expected.notices = 0  # see deploy/decisions: given again, shown again
            self.expected.last = None  # what the room has lost may have come after it
            if self.expected.is_in:
                self.expected.enters()
            fields = self.house.run(sitting_fields(self.exam, self.device))
            if self.expected.state == "open":  # the outage was given back
                low, high = moved(self.expected.time, 0, self.given_back())
                assert low <= int(fields["dl"]) <= high
                self.expected.time = int(fields["dl"]), int(fields["dl"])
            self.look()

    def look(self) -> None:
        """Compare what the room holds."""
        fields = self.house.run(sitting_fields(self.exam, self.device))
        assert STATES[fields["st"]] == self.expected.state
        assert int(fields["ex"]) == self.expected.extra
        assert int(fields["sl"]) == self.expected.seals
        assert int(fields.get("nt") or 0) == self.expected.notices
        assert (fields.get("hd") or "") == ("1" if self.expected.held else "")
        if self.expected.state == "paused":
            low, high = self.expected.time
            assert max(low, 0) <= int(fields["lf"]) <= max(high, 0)
            self.expected.time = int(fields["lf"]), int(fields["lf"])

    def given_back(self) -> int:
        """Return the time given back since this was asked last: a slow test is an outage too."""
        credit = int(self.house.run(room_fields(self.exam, self.device))["credit"])
        self.credit, before = credit, self.credit
        return credit - before

    def now(self) -> int:
        return self.house.run(time_ms(self.exam.stores.room))

    async def acted(
        self, kind: Kind, action: str, minutes: int, undoes: str
    ) -> tuple[Outcome, tuple[int, int]]:
        """Give the order; return what came of it, and between which moments it was done."""
        before = await time_ms(self.exam.stores.room)
        more: dict[str, object] = {"minutes": minutes} if kind in {"extend", "reopen"} else {}
        more |= {"undoes": undoes} if kind == "undo" else {}
        scope = Scope("sitting", self.device.sitting, EVENT)
        done = await carried_out(self.exam, kind, scope, action=action, **more)
        (outcome,) = done.outcomes
        return outcome, (before, await time_ms(self.exam.stores.room))

    async def recovered(self) -> None:
        await self.exam.flush()
        await self.exam.stores.room.flushall()
        await recover(self.exam.stores, EVENT)
        if self.expected.is_in:
            await self.device.claim()
        else:
            claim = await self.device.call("POST", "/claim", {"device": self.device.nonce})
            assert refusal(claim) == (409, "superseded-device")


def test_whatever_staff_order_state_and_time_are_what_the_rule_says(house: House) -> None:
    house.play(AnyAct)
