"""How an insider comes in before the load: login, start and form, one after the other."""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Any

from loadtest.protocol import OK, Answer, Card, Question, said
from loadtest.pulse import BEFORE
from loadtest.storm.caller import Caller, answer_of, retry_after_s
from loadtest.storm.people import Insider, Requests, complete

#: Tells of one exchange: its name, the milliseconds it took, whether it failed.
Count = Callable[[str, float, bool], None]


class NotIn(Exception):
    """An insider could not come in; the sentence says why."""


async def enter(
    card: Card, event: str, caller: Caller, requests: Requests, count: Count
) -> Insider:
    """Bring a participant in.

    Raises:
        NotIn: when the server refuses for good, or does not answer.
    """

    async def insist(name: str, message: bytes) -> dict[str, Any]:
        while True:
            sent_s = perf_counter()
            status, head, content = await caller.exchange(message)
            reply, wait_s = answer_of(status, content), retry_after_s(status, head)
            count(BEFORE + name, (perf_counter() - sent_s) * 1e3, status != OK and wait_s is None)
            if status == OK:
                return reply.body
            if wait_s is None:
                raise NotIn(f"{name}: {_why(reply, content)}")
            await asyncio.sleep(wait_s)

    login = await insist("login", requests.login(card, event, f"{card.nip[-6:]}-in"))
    path, token = f"/sittings/{login['sitting']}", login["token"]
    await insist("start", complete(requests.head("POST", f"{path}/start", token), b"{}"))
    told = await insist("form", complete(requests.head("GET", f"{path}/form", token), b""))
    form = [
        Question(item["id"], item["type"], tuple(option["id"] for option in item["options"]))
        for item in told["items"]
        if item.get("options")
    ]
    return Insider(card, login, form, requests, caller)


def _why(reply: Answer, content: bytes) -> str:
    return said(reply) if reply.status else content.decode(errors="replace")
