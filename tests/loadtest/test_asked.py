from argparse import Namespace
from pathlib import Path

import pytest

from loadtest import asked
from loadtest.asked import evidence, next_steps, parser, wish
from loadtest.crowd import Locust
from loadtest.server import RunError
from loadtest.tempo import tempo_of_day

VARIABLES = (
    *("SCENARIO", "PARTICIPANTS", "MINUTES", "EVENT", "PROCESSES", "KEEP", "TARGET", "CREDENTIALS"),
    *("WEB", "ROLE", "MASTER", "WORKERS", "RECORD", "AUDIT", "RESULTS", "JOURNAL"),
    *("DATA_DIR", "DATABASE_URL"),
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    path = tmp_path / "cards.csv"
    path.write_text("nip,pin\n" + "".join(f"{n},1\n" for n in range(30)))
    return path


def given(*words: str) -> Namespace:
    return parser("about").parse_args(words)


def test_the_whole_day_is_what_is_run_when_nothing_is_said() -> None:
    found = wish(given())
    assert (found.scenario, found.participants, found.event) == ("day", 10_303, "kukar-2023")
    assert (found.server, found.processes, found.locust) == (None, 2, Locust(here=2))
    assert found.tempo == tempo_of_day(10_303)


def test_each_scenario_has_its_own_size_and_length() -> None:
    doors, deadline, overload = (
        wish(given("--scenario", name)) for name in ("doors", "deadline", "overload")
    )
    assert (doors.participants, doors.tempo.arrive_s) == (12_500, 60.0)
    assert (deadline.participants, deadline.tempo.sit_s) == (10_303, 30.0)
    assert (overload.participants, overload.tempo.sit_s, overload.processes) == (10_303, 120.0, 1)
    assert wish(given("--scenario", "hold")).tempo.sit_s == 600.0


def test_minutes_shorten_the_overload() -> None:
    assert wish(given("--scenario", "overload", "--minutes", "0.5")).tempo.sit_s == 30.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--web",), "one process"),
        (("--processes", "2"), "one process"),
        (("--role", "master"), "one process"),
        (("--participants", "9"), "10 participants"),
    ],
)
def test_the_overload_is_sent_by_one_process(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(RunError, match=said):
        wish(given("--scenario", "overload", *words))


def test_a_small_day_needs_one_process() -> None:
    assert wish(given("--participants", "500")).processes == 1


def test_what_make_hands_on_is_heard(monkeypatch: pytest.MonkeyPatch, cards: Path) -> None:
    settings = {
        "SCENARIO": "hold",
        "MINUTES": "0.5",
        "TARGET": "https://exam.example/",
        "CREDENTIALS": str(cards),
        "EVENT": "latihan",
        "WEB": "1",
        "PROCESSES": "3",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    found = wish(given())
    assert (found.scenario, found.tempo.sit_s, found.event) == ("hold", 30.0, "latihan")
    assert found.locust == Locust(here=3, web=True)
    assert found.server is not None
    assert found.server.url == "https://exam.example"
    assert (found.cards, found.participants) == (cards, 30)


def test_no_more_take_part_than_have_cards(cards: Path) -> None:
    words = ("--target", "https://exam.example", "--credentials", str(cards))
    assert wish(given(*words, "--participants", "7")).participants == 7
    assert wish(given(*words, "--participants", "99")).participants == 30


@pytest.mark.parametrize("words", [("--target", "https://x"), ("--credentials", "cards.csv")])
def test_a_target_and_its_cards_go_together(words: tuple[str, str]) -> None:
    with pytest.raises(RunError, match="go together"):
        wish(given(*words))


def test_a_server_is_at_hand_when_its_stores_are_named(
    monkeypatch: pytest.MonkeyPatch, cards: Path, tmp_path: Path
) -> None:
    words = ("--target", "http://127.0.0.1:8000", "--credentials", str(cards))
    elsewhere = wish(given(*words)).server
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    here = wish(given(*words)).server
    assert elsewhere is not None
    assert here is not None
    assert (elsewhere.is_at_hand, elsewhere.roots) == (False, {})
    assert (here.is_at_hand, here.data) == (True, tmp_path)


def test_machines_share_the_participants_among_all_workers(cards: Path) -> None:
    words = ("--target", "https://exam.example", "--credentials", str(cards), "--workers", "3")
    master = wish(given(*words, "--role", "master", "--web"))
    worker = wish(given(*words, "--role", "worker", "--master", "10.0.0.5", "--processes", "2"))
    assert master.processes == worker.processes == 3
    assert master.locust.options(3, 1) == ["--master", "--expect-workers", "3"]
    assert worker.locust.options(3, 1) == [
        "--worker",
        "--master-host",
        "10.0.0.5",
        "--processes",
        "2",
    ]


def test_a_role_needs_a_target_and_the_number_of_workers(cards: Path) -> None:
    words = ("--target", "https://x", "--credentials", str(cards), "--role", "worker")
    with pytest.raises(RunError, match="WORKERS"):
        wish(given(*words))
    with pytest.raises(RunError, match="TARGET"):
        wish(given("--role", "worker", "--workers", "2"))


def test_locust_runs_without_its_page_unless_it_is_wanted() -> None:
    assert Locust().options(1, 1) == ["--headless"]
    assert Locust(web=True).options(1, 1) == []


def test_processes_of_one_machine_meet_where_no_other_run_does() -> None:
    words = Locust(here=2).options(2, 40123)
    assert words[:3] == ["--headless", "--processes", "2"]
    assert words.count("40123") == words.count("127.0.0.1") == 2


def test_what_remains_to_be_done_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(asked, "RESULTS", tmp_path)
    said = next_steps(given("--event", "latihan"))
    assert "serentak export answers latihan --csv record.csv" in said
    assert "make kukar RECORD=record.csv AUDIT=audit.json RESULTS=results.json\n" in said
    assert "JOURNAL=" in next_steps(given("--role", "worker"))


def test_what_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(asked, "RESULTS", tmp_path)
    record = ("--record", str(tmp_path / "record.csv"))
    with pytest.raises(RunError, match="no run to judge"):
        evidence(given(*record))
    with pytest.raises(RunError, match=r"no\.json"):
        evidence(given(*record, "--journal", "a", "b", "--audit", str(tmp_path / "no.json")))
    folders, path, audit, results = evidence(given(*record, "--journal", "a", "b"))
    assert (folders, path) == ([Path("a"), Path("b")], tmp_path / "record.csv")
    assert audit is results is None


@pytest.mark.parametrize("count", ["0", "-1", "many", ""])
def test_a_count_is_a_whole_number_above_0(count: str) -> None:
    with pytest.raises(SystemExit):
        given("--participants", count)


@pytest.mark.parametrize("text", [None, "name\nSiti\n", "nip,pin\n\xff"])
def test_cards_that_cannot_be_read_are_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "cards.csv"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    with pytest.raises(RunError, match="CREDENTIALS"):
        wish(given("--target", "https://exam.example", "--credentials", str(path)))
