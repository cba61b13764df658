"""The device of the harness keeps its journal as the page does, and notices what may not be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from loadtest.faults.asking import BREACH
from loadtest.faults.book import Book, Person, place
from loadtest.faults.crowd import stay
from loadtest.faults.exchange import Wire
from loadtest.faults.page import Page
from loadtest.journal import Fault, Journal, Reply, read
from loadtest.protocol import Answer, Refused

pytestmark = pytest.mark.asyncio

GEN = 65537
LOGIN = {"sitting": "k3j4h5g6f7d8", "token": "t", "gen": GEN, "rev": 0}
PROBLEM = "https://serentak.example/problems/"


class Server(Wire):
    """A server that says what it is told to say; ``asked`` is what it was asked for."""

    def __init__(self) -> None:
        super().__init__("nowhere", 0)
        self.says: list[Answer | Callable[[Any], Answer]] = []
        self.asked: list[tuple[str, Any]] = []

    @override
    async def ask(self, method: str, path: str, token: str, body: object | None) -> Answer:
        del method, token
        self.asked.append((path.rpartition("/")[2], body))
        said = self.says.pop(0)
        return said if isinstance(said, Answer) else said(body)


def settled(result: str, *, at: str = "1:5-0", flushed: str = "1:0-0") -> Callable[[Any], Answer]:
    """Say the same of every change that is sent."""

    def say(body: dict[str, Any]) -> Answer:
        results = [{"rev": change["rev"], "result": result} for change in body["changes"]]
        return Answer(200, {"results": results, "at": at, "flushed": flushed})

    return say


def refused(status: int, problem: str) -> Answer:
    return Answer(status, {"type": PROBLEM + problem})


class Desk:
    """A page that has entered, with the server and the journal behind it."""

    def __init__(self, folder: Path, *, forgetful: bool = False) -> None:
        self.server = Server()
        self.folder = folder
        self.notes = Journal(folder / "journal-1.jsonl")
        self.person = Person("196512131993121001", "1")
        self.page = Page(
            self.server, self.notes, self.person, "e", Book("phone"), forgetful=forgetful
        )
        self.page.book.enter(LOGIN)

    def will(self, *says: Answer | Callable[[Any], Answer]) -> None:
        self.server.says += says

    def write(self, value: str = "a") -> int:
        return self.page.book.write("LD-01", value, flagged=False).rev

    @property
    def breaches(self) -> list[str]:
        self.notes.flush()
        return [e.error for e in read(self.folder) if isinstance(e, Fault) and e.name == BREACH]

    @property
    def results(self) -> list[str]:
        self.notes.flush()
        return [entry.result for entry in read(self.folder) if isinstance(entry, Reply)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_it_forgets_a_change_only_when_postgres_has_it(desk: Desk) -> None:
    rev = desk.write()
    desk.will(settled("stored"), settled("stored", at="1:7-0", flushed="1:5-0"))
    await desk.page.send()
    assert list(desk.page.book.journal) == [rev]
    desk.write()
    await desk.page.send()
    assert list(desk.page.book.journal) == [rev + 1]
    assert list(desk.person.told) == [rev]


async def test_a_busy_server_is_asked_again_and_every_try_is_written_down(desk: Desk) -> None:
    desk.write()
    desk.will(refused(503, "busy"), refused(503, "room-recovering"), settled("same"))
    await desk.page.send()
    assert desk.results == ["unanswered", "unanswered", "same"]
    assert desk.page.busy == 2
    assert desk.breaches == []


async def test_a_recovered_room_is_claimed_and_everything_is_sent_again(desk: Desk) -> None:
    first = desk.write()
    desk.will(settled("stored"))
    await desk.page.send()
    second = desk.write("b")
    claimed = LOGIN | {"gen": 2 * 65536 + 1, "rev": 0}
    desk.will(refused(409, "recovered-claim"), Answer(200, claimed), settled("stored"))
    desk.page.forgetful = True
    await desk.page.send()
    path, body = desk.server.asked[-1]
    assert path == "answers"
    assert [change["rev"] for change in body["changes"]] == [first, second]
    assert desk.page.claims == 1
    assert desk.breaches == []
    assert desk.write() >> 20 == 2 * 65536 + 1


async def test_what_is_stored_twice_was_gone_in_between(desk: Desk) -> None:
    desk.write()
    desk.will(settled("stored"), settled("stored"))
    await desk.page.send()
    await desk.page.post([desk.page.book.newest["LD-01"]])
    assert "stored twice" in desk.breaches[0]


async def test_what_the_record_had_may_not_be_new_to_a_room_that_lost_its_disk(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, forgetful=True)
    desk.write()
    desk.will(settled("stored", flushed="1:5-0"), settled("stored"))
    await desk.page.send()
    await desk.page.post([desk.page.book.newest["LD-01"]])
    assert "stored twice" in desk.breaches[0]


async def test_what_was_told_to_be_recorded_may_not_be_missing(desk: Desk) -> None:
    desk.write()
    desk.will(settled("stored", flushed="1:5-0"), Answer(200, {"missing": ["LD-01"]}))
    await desk.page.send()
    desk.will(settled("same"))
    await desk.page.come_back()
    assert "told to be recorded, and missing" in desk.breaches[0]


async def test_nothing_may_be_stored_under_a_seal(desk: Desk) -> None:
    desk.person.sealed_s = 0.0
    desk.write()
    desk.will(settled("stored"))
    await desk.page.send()
    assert "stored under a seal" in desk.breaches[0]


async def test_a_token_that_is_suddenly_none_is_a_breach(desk: Desk) -> None:
    desk.write()
    desk.will(refused(401, "token-invalid"))
    with pytest.raises(Refused):
        await desk.page.send()
    assert "401 token-invalid" in desk.breaches[0]
    assert desk.results == ["refused"]


async def test_a_refusal_by_state_is_no_breach(desk: Desk) -> None:
    desk.write()
    desk.will(refused(403, "sealed"))
    with pytest.raises(Refused):
        await desk.page.send()
    assert desk.breaches == []


async def test_after_a_reload_only_the_server_and_the_journal_are_left(desk: Desk) -> None:
    kept = desk.write()
    desk.page.book.newest["LD-09"] = desk.page.book.newest["LD-01"]  # only in the old tab's mind
    held = {"LD-02": {"rev": 9, "value": "c", "flagged": False}}
    desk.will(Answer(200, {"answers": held, "rev": (GEN << 20) + 40}))
    await desk.page.reload()
    assert {item: change.rev for item, change in desk.page.book.newest.items()} == {
        "LD-01": kept,
        "LD-02": 9,
    }
    assert desk.write() == (GEN << 20) + 41


async def test_places_of_the_log_are_compared_as_numbers() -> None:
    assert place("1:9-9") < place("1:10-0") < place("2:0-0")


RECEIPT = {"code": "1-00-k3j4-1.1-x", "seal": 1}


def taken(body: dict[str, Any]) -> Answer:
    """Say of a submit that all of it stands, and give the receipt."""
    results = [{"rev": one["rev"], "result": "same"} for one in body["answers"].values()]
    reply = {"results": results, "receipt": RECEIPT, "at": "2:9-0", "flushed": "2:0-0"}
    return Answer(200, reply)


async def test_whoever_handed_in_stays_until_it_is_recorded(desk: Desk) -> None:
    desk.will(Answer(200, {"state": "sealed"}), Answer(200, {"state": "recorded"}))
    await stay(desk.page)
    assert [path for path, _ in desk.server.asked] == [LOGIN["sitting"]] * 2


async def test_a_room_that_lost_a_seal_is_handed_everything_again(desk: Desk) -> None:
    desk.page.forgetful = True
    rev = desk.write()
    desk.will(settled("stored"), taken)
    await desk.page.send()
    await desk.page.submit()
    claimed = LOGIN | {"gen": 2 * 65536 + 1, "rev": 0}
    desk.will(refused(409, "recovered-claim"), Answer(200, claimed))
    desk.will(Answer(200, {"state": "open"}), Answer(200, {"missing": ["LD-01"]}))
    desk.will(settled("stored", at="2:5-0", flushed="2:0-0"), taken, taken)
    desk.will(Answer(200, {"state": "recorded"}))
    await stay(desk.page)
    assert [path for path, _ in desk.server.asked[2:]] == [
        *(LOGIN["sitting"], "claim", LOGIN["sitting"]),
        *("reconcile", "answers", "submit", "submit", LOGIN["sitting"]),
    ]
    again = dict(desk.server.asked)["submit"]
    assert (again["answers"]["LD-01"]["rev"], again["receipt"]) == (rev, RECEIPT)
    assert desk.breaches == []


async def test_what_was_kept_as_late_is_settled_but_may_be_stored_when_it_comes_again(
    desk: Desk,
) -> None:
    rev = desk.write()
    kept = [{"rev": rev, "result": "kept"}]
    reply = {"results": kept, "kept": 1, "at": "1:5-0", "flushed": "1:5-0"}
    desk.will(Answer(200, reply), settled("stored"))
    assert await desk.page.hand_over_late() == 1
    assert desk.page.book.journal == {}
    await desk.page.post([desk.page.book.newest["LD-01"]])
    assert desk.breaches == []
