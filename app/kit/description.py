"""The OpenAPI description says what is really sent: media types, statuses, hand-checked bodies."""

from typing import Any, Final, cast

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict

_PROBLEM: Final = "application/problem+json"
_PLAIN: Final = "application/json"
_TEMPLATE: Final = "#/$defs/{model}"


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a body that the call decodes by itself, for ``openapi_extra``."""
    schema = model.model_json_schema(ref_template=_TEMPLATE)
    inlined = _inlined(schema, schema.pop("$defs", {}))
    return {"requestBody": {"required": True, "content": {_PLAIN: {"schema": inlined}}}}


class ProblemDetails(BaseModel):
    """RFC 9457 problem details; ``type`` ends in the stable suffix."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    state: str | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the statuses under which problem details come back, for ``responses``."""
    return {
        status: {
            "model": ProblemDetails,
            "content": {_PROBLEM: {}},
            "description": "Problem details",
        }
        for status in statuses
    }


def describe_truly(app: FastAPI) -> None:
    """Take back what FastAPI assumes and this app does not do.

    Problem details travel as problem+json only, and a path that is any text refuses none.
    """
    assumed = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = assumed()
            for path in document["paths"].values():
                for operation in path.values():
                    _correct(operation["responses"])
            for name in ("HTTPValidationError", "ValidationError"):
                document["components"]["schemas"].pop(name, None)
        return cast("dict[str, Any]", app.openapi_schema)

    app.openapi = described  # type: ignore[method-assign]  # the way that FastAPI documents


def _correct(responses: dict[str, Any]) -> None:
    for status, response in list(responses.items()):
        content = response.get("content", {})
        if _PROBLEM in content:
            content[_PROBLEM] = content.pop(_PLAIN)
        elif "HTTPValidationError" in str(content):
            del responses[status]


def _inlined(schema: Any, parts: dict[str, Any]) -> Any:  # noqa: ANN401 - any piece of a schema
    """Put the parts where they are named: a fragment cannot name its own."""
    if isinstance(schema, dict):
        named = schema.get("$ref")
        if named is not None:
            return _inlined(parts[named.rpartition("/")[2]], parts)
        return {name: _inlined(part, parts) for name, part in schema.items()}
    if isinstance(schema, list):
        return [_inlined(part, parts) for part in schema]
    return schema
