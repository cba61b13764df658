"""Participants against a server of a few lines that answers as the protocol says."""

from pathlib import Path
from typing import Any

import orjson

from loadtest.journal import ACKNOWLEDGED, KEPT, Entry, Journal, Reply, Sealed, Seated, read
from loadtest.plan import ITEMS, Act, Kind, Step, steps
from loadtest.protocol import Answer, Card, Check, Refused
from loadtest.sitter import Sitter

CARD = Card("199001012015011001", "123456789012")
GLANCER = next(
    index
    for index in range(100)
    if any(step.act is Act.GLANCE for step in steps(7, index, Kind.STEADY, 45.0))
)
OPTIONS = [{"id": option} for option in "abcd"]


class Server:
    """One sitting in memory. ``forget`` drops a save after acknowledging it."""

    def __init__(self, forget: int = 0) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.sealed = False
        self.thought_s = 0.0
        self._forget = forget
        self._stored = 0
        self._gen = 65536
        self._device = ""
        self._answers: dict[str, dict[str, Any]] = {}

    def begin(self) -> None:
        self.thought_s = 0.0

    def pause(self, seconds: float) -> None:
        self.thought_s += seconds

    def close(self) -> bool:
        """End the day."""
        self.sealed = True
        return True

    def send(self, name: str, path: str, body: object | None, token: str, check: Check) -> Answer:
        told = orjson.loads(orjson.dumps(body))
        self.sent.append((name, told))
        call = path.rpartition("/")[2]
        answer = orjson.loads(orjson.dumps(self._reply(call, told, token)))
        reply = Answer(answer.pop("status", 200), answer)
        if wrong := check(reply):
            raise Refused(wrong, reply)
        return reply

    def _reply(self, call: str, told: dict[str, Any], token: str) -> dict[str, Any]:
        if call in {"answers", "submit"} and token != str(self._gen):
            return {"status": 409, "type": "/problems/superseded-device"}
        if call == "answers" and self.sealed:
            return {"status": 403, "type": "/problems/sealed"}
        reply: dict[str, Any] = {"state": "open", "rev": 0, "answers": self._answers}
        match call:
            case "login":
                self._gen += bool(self._device) and told["device"] != self._device
                self._device = told["device"]
                reply = {"sitting": "s", "token": str(self._gen), "gen": self._gen, "rev": 0}
            case "form":
                ids = [f"LD-{n:02d}" for n in range(ITEMS)]
                reply = {"items": [{"id": i, "type": "single", "options": OPTIONS} for i in ids]}
            case "answers":
                results = [self._store(c["item"], c) for c in told.get("changes", ())]
                events = [{"rev": e["rev"], "result": "stored"} for e in told.get("events", ())]
                reply = {"results": results + events}
            case "reconcile":
                held = {item: answer["rev"] for item, answer in self._answers.items()}
                reply = {"missing": [i for i, rev in told["items"].items() if held.get(i) != rev]}
            case "late":
                reply = {"kept": len(told["changes"])}
            case "submit":
                self.sealed = True
                results = [self._store(item, given) for item, given in told["answers"].items()]
                receipt = {"code": "code", "seal": 1, "answered": len(self._answers)}
                reply = {"state": "sealed", "receipt": receipt, "results": results}
            case _:
                pass  # resume and start
        return reply

    def _store(self, item: str, told: dict[str, Any]) -> dict[str, Any]:
        answer = {k: told.get(k, False) for k in ("rev", "value", "flagged")}
        held = self._answers.get(item)
        result = "same" if held == answer else "stored"
        self._stored += result == "stored"
        if result == "same" or self._stored != self._forget:
            self._answers[item] = answer
        return {"item": item, "rev": told["rev"], "result": result}


def play(
    server: Server, kind: Kind, folder: Path, index: int = 1, *, closes: bool = True
) -> list[Entry]:
    journal = Journal(folder / "journal-1.jsonl")
    plan = steps(7, index, kind, 45.0)
    is_closed = server.close if closes else lambda: False
    Sitter(CARD, "kukar-2023", journal, server, is_closed).sit(plan)
    journal.flush()
    return list(read(folder))


def ending(entries: list[Entry]) -> str:
    return next(entry.ending for entry in entries if isinstance(entry, Seated))


def results(entries: list[Entry]) -> list[str]:
    return [entry.result for entry in entries if isinstance(entry, Reply)]


def test_a_steady_participant_gets_a_receipt_over_every_item(tmp_path: Path) -> None:
    entries = play(Server(), Kind.STEADY, tmp_path)
    assert ending(entries) == "submitted"
    assert [e.answered for e in entries if isinstance(e, Sealed)] == [ITEMS]
    assert set(results(entries)) <= ACKNOWLEDGED


def test_one_change_a_request_and_every_rev_once(tmp_path: Path) -> None:
    server = Server()
    entries = play(server, Kind.STEADY, tmp_path)
    saves = [told["changes"] for name, told in server.sent if name == "answers"]
    assert {len(changes) for changes in saves} == {1}
    revs = [entry.change.rev for entry in entries if isinstance(entry, Reply)]
    assert len(set(revs)) == len(revs) == len(saves)
    assert revs == sorted(revs)


def test_a_switcher_resumes_elsewhere_and_the_first_device_sends_late(tmp_path: Path) -> None:
    server = Server()
    entries = play(server, Kind.SWITCHER, tmp_path)
    names = [name for name, _ in server.sent]
    assert names.count("login") == 2
    assert names.index("answers superseded-device") + 1 == names.index("late")
    assert results(entries).count(KEPT) == 1
    assert ending(entries) == "submitted"


def test_a_silent_participant_delivers_the_backlog_in_one_batch(tmp_path: Path) -> None:
    server = Server()
    assert ending(play(server, Kind.SILENT, tmp_path)) == "submitted"
    (backlog,) = [told["changes"] for name, told in server.sent if name == "backlog"]
    assert len(backlog) >= 5


def test_what_a_borrowers_phone_delivers_after_the_submit_is_late(tmp_path: Path) -> None:
    server = Server()
    entries = play(server, Kind.BORROWER, tmp_path)
    names = [name for name, _ in server.sent]
    assert names[-3:] == ["submit", "answers superseded-device", "late"]
    kept = [e.change for e in entries if isinstance(e, Reply) and e.result == KEPT]
    stored = {e.change.item: e.change for e in entries if isinstance(e, Reply) and e.result != KEPT}
    assert len(kept) >= 5
    assert all(stored[change.item].rev > change.rev for change in kept)
    assert [e.answered for e in entries if isinstance(e, Sealed)] == [ITEMS]
    assert ending(entries) == "submitted"


def test_a_stragglers_backlog_comes_when_the_day_has_been_closed(tmp_path: Path) -> None:
    server = Server()
    entries = play(server, Kind.STRAGGLER, tmp_path)
    assert [name for name, _ in server.sent][-2:] == ["answers sealed", "late"]
    assert results(entries).count(KEPT) >= 5
    assert ending(entries) == "left"


def test_where_nobody_closes_the_day_a_straggler_just_leaves(tmp_path: Path) -> None:
    server = Server()
    entries = play(server, Kind.STRAGGLER, tmp_path, closes=False)
    assert "late" not in [name for name, _ in server.sent]
    assert KEPT not in results(entries)
    assert ending(entries) == "left"


def test_thinking_begins_when_the_form_is_there(tmp_path: Path) -> None:
    server = Server()
    play(server, Kind.STEADY, tmp_path)
    planned = sum(step.wait_s for step in steps(7, 1, Kind.STEADY, 45.0))
    assert server.thought_s == planned


def test_a_glance_elsewhere_takes_a_number_from_the_same_counter(tmp_path: Path) -> None:
    server = Server()
    entries = play(server, Kind.STEADY, tmp_path, index=GLANCER)
    events = [told["events"] for name, told in server.sent if name == "event"]
    revs = [entry.change.rev for entry in entries if isinstance(entry, Reply)]
    assert [len(sent) for sent in events] == [1]
    assert events[0][0]["rev"] not in revs
    assert len(revs) + 1 == max(revs) - min(revs) + 1


def test_a_leaver_leaves(tmp_path: Path) -> None:
    entries = play(Server(), Kind.LEAVER, tmp_path)
    assert ending(entries) == "left"
    assert not [entry for entry in entries if isinstance(entry, Sealed)]


def test_a_save_that_was_forgotten_shows_at_the_submit(tmp_path: Path) -> None:
    server = Server(forget=3)
    entries = play(server, Kind.STEADY, tmp_path)
    revs = [e.change.rev for e in entries if isinstance(e, Reply) and e.result == "stored"]
    assert len(revs) == len(set(revs)) + 1


def test_a_resume_that_lacks_a_promised_answer_is_noticed(tmp_path: Path) -> None:
    assert ending(play(Server(forget=3), Kind.SWITCHER, tmp_path)) == "gave-up"


def test_a_page_that_is_loaded_again_is_the_same_device_and_goes_on(tmp_path: Path) -> None:
    server = Server()
    journal = Journal(tmp_path / "journal-1.jsonl")
    plan = (Step(Act.ANSWER, place=1), Step(Act.RELOAD), Step(Act.ANSWER, place=1, pick=0.9))
    assert Sitter(CARD, "kukar-2023", journal, server, lambda: False).sit(plan) == "left"
    journal.flush()
    entrance = ["login", "start", "form"]
    assert [name for name, _ in server.sent] == [*entrance, "answers", *entrance, "answers"]
    devices = {told["device"] for name, told in server.sent if name == "login"}
    assert len(devices) == 1
    assert results(list(read(tmp_path))) == ["stored", "stored"]
