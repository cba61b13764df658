"""What the runner tells Locust's processes: a JSON file whose path stands in the environment."""

import csv
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import orjson

from loadtest.protocol import Card
from loadtest.scenarios import SCENARIOS
from loadtest.tempo import Tempo

VARIABLE = "SERENTAK_LOADTEST_ORDERS"
CLOSED = "closed"  # a file of this name says that the day has been closed
ENDED = "ended"  # and this one that Locust's test is over


@dataclass(frozen=True, slots=True)
class Orders:
    """A run: who takes part in what, how fast, and where the replies are written down.

    ``folder`` receives the journals and pulses; ``cards`` is a CSV file of nip and pin;
    ``processes`` is the number of Locust processes, on all machines, that share the participants.
    ``target``: the address of a server that ran already; empty for one of the run's own.
    """

    scenario: str
    event: str
    seed: int
    participants: int
    processes: int
    tempo: Tempo
    cards: Path
    folder: Path
    target: str = ""

    @property
    def closes(self) -> bool:
        """Whether the run ends the day itself, so that whoever lingers can wait for it."""
        return SCENARIOS[self.scenario].closes and not self.target

    def write(self) -> Path:
        """Write the orders into the folder and return where."""
        path = self.folder / "orders.json"
        path.write_bytes(orjson.dumps(asdict(self), default=str))
        return path

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what was written."""
        told = orjson.loads(path.read_bytes())
        tempo = Tempo(**told.pop("tempo"))
        cards, folder = Path(told.pop("cards")), Path(told.pop("folder"))
        return cls(tempo=tempo, cards=cards, folder=folder, **told)

    @classmethod
    def given(cls) -> Self:
        """Read the orders that the environment names."""
        return cls.read(Path(os.environ[VARIABLE]))


def read_cards(path: Path) -> tuple[Card, ...]:
    """Return the participants' cards in the file's order."""
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(Card(row["nip"], row["pin"]) for row in csv.DictReader(file))
