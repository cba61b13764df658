"""What people see of a run: in a terminal, and as a page."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from rich.console import Console
from typing_extensions import override

from loadtest.page import render
from loadtest.result import Times, document
from loadtest.show import remarks, show
from tests.loadtest.builders import orders, run
from tests.loadtest.test_result import PROMISED

VOID = {"meta", "link", "br", "img"}


class Page(HTMLParser):
    """Reads a page: its tags in order, what it would fetch, and that every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()


def printed(known: dict[str, Any]) -> str:
    console = Console(width=120)
    with console.capture() as captured:
        show(known, console)
    return captured.get()


def test_the_terminal_shows_every_figure_the_audit_and_the_goals() -> None:
    text = printed(document(run()))
    assert all(name in text for name in PROMISED)
    assert "receipts verify: 1 compared, 0 differ" in text
    assert "requests a participant" in text


def test_the_terminal_names_what_was_lost() -> None:
    assert "…1 LD-01: rev" in printed(document(run(lost=True)))


def test_the_page_needs_nothing_from_anywhere() -> None:
    page = Page(render(document(run())))
    assert page.fetched == []
    assert "script" not in page.tags
    assert page.tags.count("svg") == 9
    assert page.open == []


def test_the_page_says_what_was_proven() -> None:
    text = re.sub(r"\s+", " ", render(document(run())))
    assert "<strong>Passed</strong>" in text or "<strong>Not passed</strong>" in text
    assert "Dinas &lt;Baru&gt;" in text
    assert "receipts verify: 1 compared, 0 differ" in text
    assert "<small>0 lost, 0 wrong</small>" in text


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (document(run(lost=True)), "Not passed"),
        (document(run()) | {"complaints": []}, "Passed"),
        (
            document(run(outcome=None, audit=None, results=None, times=Times()))
            | {"complaints": []},
            "Nothing failed",
        ),
        (document(run(orders=orders(scenario="hold"))), "Everybody at once, held"),
        (document(run(orders=orders(scenario="doors"))), "The doors:"),
        (document(run(orders=orders(scenario="deadline"))), "The deadline:"),
        (document(run(orders=orders(scenario="overload"))), "Tries offered a second"),
        (document(run(orders=orders(target="https://exam.example"))), "https://exam.example"),
    ],
)
def test_each_kind_of_run_has_its_page(known: dict[str, Any], said: str) -> None:
    assert said in render(known)


def test_what_makes_a_measurement_worth_less_is_remarked() -> None:
    known = document(run()) | {"generator_busiest": 0.9, "cpu_share_elsewhere": 0.3}
    said = " ".join(remarks(known))
    assert "void as a measurement: the load generator took 90% of a core" in said
    assert "disturbed: 30% of the machine's CPU went elsewhere" in said
    assert "fewer than 10,303" in said
