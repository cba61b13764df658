"""The owners of what is guessed at, who come in with what is right while the guesses fall."""

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

_EACH_S: Final = 0.25
_LIMIT_S: Final = 30


@dataclass(slots=True)
class Owners:
    """One after the other comes in, four a second, until ``stop``; each time from a new device.

    ``path``: of the call; ``bodies``: what each of them says.
    """

    url: str
    path: str
    bodies: Sequence[dict[str, Any]]
    took_ms: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        """Let them come."""
        self._thread = threading.Thread(target=self._come, name="owners")
        self._thread.start()

    def stop(self) -> dict[str, Any]:
        """Let nobody come any more; return how it went. Times in milliseconds."""
        self._stopping.set()
        if self._thread:
            self._thread.join()
        took = sorted(self.took_ms)
        return {
            "entered": len(took),
            "refused": len(self.refused),
            "first_refusals": self.refused[:5],
            "p50_ms": _share(took, 0.5),
            "p99_ms": _share(took, 0.99),
            "longest_ms": _share(took, 1),
        }

    def _come(self) -> None:
        turn = 0
        while not self._stopping.wait(_EACH_S):
            self._enter(self.bodies[turn % len(self.bodies)])
            turn += 1

    def _enter(self, body: dict[str, Any]) -> None:
        began = time.perf_counter()
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=_LIMIT_S)
        try:
            connection.request("POST", self.path, orjson.dumps(body))
            reply = connection.getresponse()
            said = reply.read()
        except (OSError, http.client.HTTPException) as error:
            self.refused.append(f"{type(error).__name__}: {error}")
            return
        finally:
            connection.close()
        if reply.status == http.client.OK:
            self.took_ms.append((time.perf_counter() - began) * 1000)
        else:
            self.refused.append(f"{reply.status} {said.decode(errors='replace')[:200]}")


def _share(took: Sequence[float], share: float) -> float | None:
    return round(took[ceil(share * len(took)) - 1], 1) if took else None
