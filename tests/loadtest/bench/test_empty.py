"""The yardstick runs as the product does, but for what is the product's own work."""

from typing import Any

import httpx
import pytest
import uvicorn

from app import serving
from app.kit import secrets
from app.settings import Settings
from loadtest.bench import empty


def test_the_empty_route_has_the_products_own_flags(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda _, **flags: asked.update(flags))
    secrets.create_missing(settings)
    serving.serve(settings)
    where = {"factory", "host", "port", "workers"}
    ours = {"loop", "http"}
    product = {name: flag for name, flag in asked.items() if name not in where | ours}
    yardstick = {name: flag for name, flag in empty.FLAGS.items() if name not in ours}
    assert yardstick == product
    assert (empty.FLAGS["loop"], empty.FLAGS["http"]) == ("uvloop", "httptools")


@pytest.mark.asyncio
async def test_the_empty_route_decodes_and_answers_a_constant() -> None:
    transport = httpx.ASGITransport(empty.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        reply = await client.post("/empty", content=b'{"changes":[]}')
        assert (reply.status_code, reply.content) == (200, b'{"ok":true}')
        with pytest.raises(ValueError, match="invalid literal"):
            await client.post("/empty", content=b"no JSON")
