"""What the runner tells Locust's processes: a JSON file whose path stands in the environment."""

import csv
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import orjson

from loadtest.plan import Tempo
from loadtest.protocol import Card

VARIABLE = "SERENTAK_LOADTEST_ORDERS"


@dataclass(frozen=True, slots=True)
class Orders:
    """A run: who takes part in what, how fast, and where the replies are written down.

    ``folder`` receives the journals and the tally; ``cards`` is a CSV file of nip and pin;
    ``processes`` is the number of Locust processes that share the participants.
    """

    event: str
    seed: int
    participants: int
    processes: int
    tempo: Tempo
    cards: Path
    folder: Path

    def write(self) -> Path:
        """Write the orders into the folder and return where."""
        path = self.folder / "orders.json"
        path.write_bytes(orjson.dumps(asdict(self), default=str))
        return path

    @classmethod
    def read(cls) -> Self:
        """Read the orders that the environment names."""
        told = orjson.loads(Path(os.environ[VARIABLE]).read_bytes())
        tempo = Tempo(**told.pop("tempo"))
        cards, folder = Path(told.pop("cards")), Path(told.pop("folder"))
        return cls(tempo=tempo, cards=cards, folder=folder, **told)


def read_cards(path: Path) -> tuple[Card, ...]:
    """Return the participants' cards in the file's order."""
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(Card(row["nip"], row["pin"]) for row in csv.DictReader(file))
