"""A server of a few lines in the same event loop: so many at once, the other newcomers wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson

AT_ONCE = 12
TAKES_S = 0.02
GEN = 65_537


class House:
    """Sittings in memory. ``ends_after``: hangs up after so many replies on a connection."""

    def __init__(self, *, ends_after: int = 1_000_000) -> None:
        self.logins: list[str] = []
        self.stored: dict[str, dict[str, dict[str, Any]]] = {}
        self.sealed: set[str] = set()
        self.refused = 0
        self.connections = 0
        self._in_work = 0
        self._ends_after = ends_after

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=500)
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            for _ in range(self._ends_after):
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                size = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
                body = orjson.loads(await reader.readexactly(size) or b"{}")
                writer.write(await self._reply(head.split(" ", 2)[1], head, body))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _reply(self, path: str, head: str, body: dict[str, Any]) -> bytes:
        call = path.rpartition("/")[2]
        if call == "login" and self._in_work >= AT_ONCE:
            self.refused += 1
            return b"HTTP/1.1 503 Busy\r\nretry-after: 1\r\ncontent-length: 2\r\n\r\n{}"
        self._in_work += 1
        await asyncio.sleep(TAKES_S)
        self._in_work -= 1
        content = orjson.dumps(self._said(call, path.split("/")[-2], head, body))
        return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(content), content)

    def _said(self, call: str, sitting: str, head: str, body: dict[str, Any]) -> dict[str, Any]:
        match call:
            case "login":
                self.logins.append(body["device"])
                return {"sitting": body["nip"], "token": f"t-{body['nip']}", "gen": GEN, "rev": 0}
            case "form":
                options = [{"id": "a"}, {"id": "b"}]
                return {
                    "items": [
                        {"id": f"i{n}", "type": "single", "options": options} for n in range(5)
                    ]
                }
            case _:
                pass
        assert f"Bearer t-{sitting}" in head
        held = self.stored.setdefault(sitting, {})
        if call == "answers":
            (change,) = body["changes"]
            same = held.get(change["item"]) == change
            held[change["item"]] = change
            result = "same" if same else "stored"
            return {"results": [{"item": change["item"], "rev": change["rev"], "result": result}]}
        if call == "submit":
            self.sealed.add(sitting)
            given = body["answers"]
            results = [{"item": i, "rev": a["rev"], "result": "same"} for i, a in given.items()]
            receipt = {"code": "c", "seal": 1, "answered": len(given)}
            return {"state": "sealed", "receipt": receipt, "results": results}
        return {"state": "open"}
