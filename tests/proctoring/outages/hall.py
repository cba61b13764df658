"""People at work in rooms, units and networks, as the board's model has them; times in seconds."""

from dataclasses import dataclass, field

from app.kit.ids import sitting_text
from app.proctoring.board.gaps import Gap
from app.proctoring.board.model import Glance
from app.proctoring.outages.model import Outage, outages

BEGAN = 1_691_110_800_000
S = 1000
PARTITIONS = 4


def at(seconds: float) -> int:
    """Return a moment, so many seconds after the exam began."""
    return BEGAN + round(seconds * S)


def someone(
    number: int, *, room: int = 0, unit: int = 1, network: str = "", **more: object
) -> Glance:
    """Return somebody who has worked since the beginning, and is heard of until the end of time."""
    held: dict[str, object] = dict.fromkeys(Glance._fields, 0)
    for text in ("sealed_by", "device", "away", "network", "room"):
        held[text] = ""
    held |= {
        "sitting": sitting_text(number),
        "unit": unit,
        "room": str(room) if room else "",
        "network": network,
        "state": "open",
        "started_at": BEGAN,
        "opened_at": BEGAN,
        "deadline": at(7200),
        "seen_at": at(100_000),
    }
    return Glance(**(held | more))  # type: ignore[arg-type]  # built by name


@dataclass
class Hall:
    """Who sits there; ``gaps``: when the server was away."""

    people: dict[int, Glance] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)

    def sits(self, number: int, **more: object) -> None:
        self.people[number] = someone(number, **more)  # type: ignore[arg-type]  # as `someone`

    def falls_silent(self, number: int, second: float) -> None:
        """Nobody hears of them from here on; an earlier silence stays known."""
        self.people[number] = self.people[number]._replace(seen_at=at(second))

    def is_back(self, number: int, second: float) -> None:
        """They are heard of again, and the room notes from when to when they were away."""
        held = self.people[number]
        away = f"{held.seen_at}:{at(second)}"
        self.people[number] = held._replace(seen_at=at(100_000), away=away)

    def server_away(self, start: float, to: float, *partitions: int) -> None:
        where = partitions or tuple(range(PARTITIONS))
        self.gaps.append(Gap(at(start), at(to) if to else 0, where))

    def outages(self, second: float) -> list[Outage]:
        return outages(list(self.people.values()), at(second), self.gaps, PARTITIONS)


def hall(rooms: int = 4, each: int = 20, units: int = 3) -> Hall:
    """Return rooms full of people of several units, each room behind a network of its own."""
    made = Hall()
    for number in range(rooms * each):
        room = number // each + 1
        made.sits(number, room=room, unit=number % units + 1, network=f"10.0.{room}.0/24")
    return made
