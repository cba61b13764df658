"""Holds every reply against what OpenAPI says of it."""

import re
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI
from jsonschema_rs import Draft202012Validator

from app.main import create_app
from app.settings import Settings


@cache
def description() -> "Description":
    """Return the description, which is the same for every installation."""
    return Description(create_app(Settings()))


class Description:
    """The app's own description; ``check`` is a hook of the client for each reply."""

    def __init__(self, app: FastAPI) -> None:
        self.document: dict[str, Any] = app.openapi()
        self._paths = [
            (path, re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operations)
            for path, operations in self.document["paths"].items()
        ]
        self.seen: set[tuple[str, str, str]] = set()
        self._validators: dict[int, tuple[object, Draft202012Validator]] = {}

    async def check(self, reply: httpx.Response) -> None:
        """Expect a described status, a described media type and a fitting body."""
        request = reply.request
        path, operation = self._operation(request)
        if operation is None and request.url.path.startswith(("/api/", "/health/")):
            assert reply.status_code == httpx.codes.NOT_FOUND, request.url
        if operation is None:  # a page: for people, not described
            return
        where = f"{request.method} {request.url.path} {reply.status_code}"
        responses = operation["responses"]
        assert str(reply.status_code) in responses, f"{where} is not described"
        self.seen.add((request.method, path, str(reply.status_code)))
        await reply.aread()
        content = responses[str(reply.status_code)].get("content")
        if content is None:
            assert reply.content == b"", f"{where} is described without a body"
            return
        kind = reply.headers["content-type"].partition(";")[0]
        assert kind in content, f"{where} comes as {kind}"
        if not kind.endswith("json"):
            return
        assert self.faults(content[kind]["schema"], reply.json()) == [], where
        if reply.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
            pointers = [fault["pointer"] for fault in reply.json()["faults"]]
            if not all(pointer.endswith("/detail") for pointer in pointers):  # a limit in bytes
                self._expect_undescribed(operation, request)

    def faults(self, schema: dict[str, Any], document: object) -> list[str]:
        """Return what does not fit; empty where all does."""
        held = self._validators.get(id(schema))
        if held is None:
            whole = {"components": self.document["components"], **schema}
            held = (schema, Draft202012Validator(whole))
            self._validators[id(schema)] = held
        return [error.message for error in held[1].iter_errors(document)]

    def body_schema(self, method: str, path: str) -> dict[str, Any]:
        """Return the described body of a call."""
        operation = self.document["paths"][path][method]
        schema: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["schema"]
        return schema

    def _expect_undescribed(self, operation: dict[str, Any], request: httpx.Request) -> None:
        """Expect of a refused body that the description does not promise to take it."""
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        try:
            sent = httpx.Response(200, content=request.content).json()
        except (ValueError, RecursionError):
            return
        assert self.faults(schema, sent), f"{request.url.path} refuses what is described: {sent}"

    def _operation(self, request: httpx.Request) -> tuple[str, dict[str, Any] | None]:
        for path, pattern, operations in self._paths:
            if pattern.fullmatch(request.url.path):
                found: dict[str, Any] | None = operations.get(request.method.lower())
                return path, found
        return "", None
