"""How a call is refused, as the tests say it."""

from typing import Any

import httpx


def refusal(reply: httpx.Response) -> tuple[int, str]:
    """Return status and the suffix of the problem's type."""
    return reply.status_code, problem(reply)["type"].rpartition("/")[2]


def problem(reply: httpx.Response) -> dict[str, Any]:
    """Return the problem details, which must be complete and say something a person can act on."""
    document: dict[str, Any] = reply.json()
    assert reply.headers["content-type"] == "application/problem+json", reply.text
    assert document["status"] == reply.status_code
    assert document["title"]
    assert document["detail"].endswith(".")
    return document
