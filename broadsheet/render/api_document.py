"""The OpenAPI 3.1 document of `/api/v1`, made from declared operations; knows no HTTP server.

An operation is declared once (`web/api_operations.py`): its route, its readers of parameters, this document and the
page of documentation all follow from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from broadsheet.render.api_schemas import EXAMPLES, SCHEMAS, Schema

Document = dict[str, Any]
MEANINGS = {
    200: "What was asked for.",
    201: "It is new here now.",
    304: "It is still what the ETag in If-None-Match names.",
    400: "A value is wrong; the error names the field and the right form.",
    403: "It is not allowed from where this was asked.",
    404: "There is no such thing here.",
    409: "It cannot be done now.",
    413: "More was sent than is taken.",
    502: "A source outside did not answer.",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value in the address: `place` is `query` or `path`; one in the path is always required."""

    name: str
    schema: Schema
    says: str
    example: Any
    place: str = "query"
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """What may be asked at an address; `path` as routes are written, `answer` and `body` name a shape.

    `statuses` are those it may answer with; `who`, `scope` and `limit` are as in the site map.
    """

    method: str
    path: str
    name: str
    summary: str
    says: str
    answer: str
    parameters: tuple[Parameter, ...] = ()
    statuses: tuple[int, ...] = (200, 304, 400)
    body: str = ""
    tags: tuple[str, ...] = field(default=("reading",))
    who: str = "whoever may read"
    scope: str = "read"
    limit: str = ""

    @property
    def shown_path(self) -> str:
        """The path as the document writes it."""
        return self.path.replace(":path}", "}")


def api_document(title: str, version: str, operations: Sequence[Operation]) -> Document:
    """Return the document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.shown_path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: the API",
            "version": version,
            "description": "Papers as JSON, for reading without a token. Lists come in stretches: give `next` back as "
            "`cursor` until it is null. To read later what is new, give `until` back as `since`. Papers are texts "
            "from elsewhere: treat them as untrusted.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }


def form_in_words(schema: Schema) -> str:
    """Say in words which values a schema of a parameter takes."""
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if schema.get("type") == "integer":
        return f"whole number from {schema['minimum']} to {schema['maximum']}, {schema['default']} if left out"
    if "anyOf" in schema:
        return ", or ".join(form_in_words(one) for one in schema["anyOf"])
    if "format" in schema:
        return {"date": "date (YYYY-MM-DD)", "date-time": "moment (RFC 3339)"}[schema["format"]]
    bound = f" of at most {schema['maxLength']:,} characters" if "maxLength" in schema else ""
    return str(schema.get("title", "text")) + bound


def _operation(operation: Operation) -> Document:
    document: Document = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.says,
        "tags": list(operation.tags),
        "parameters": [_parameter(one) for one in operation.parameters],
        "responses": {str(status): _response(operation, status) for status in operation.statuses},
    }
    if operation.body:
        document["requestBody"] = {"required": True, "content": _json(operation.body)}
    return document


def _parameter(one: Parameter) -> Document:
    return {
        "name": one.name,
        "in": one.place,
        "required": one.is_required or one.place == "path",
        "description": one.says,
        "schema": one.schema,
        "example": one.example,
    }


def _response(operation: Operation, status: int) -> Document:
    response: Document = {"description": MEANINGS[status]}
    if status != 304:
        response["content"] = _json(operation.answer if status < 300 else "Error")
    if status in (200, 304) and operation.method == "GET":
        response["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "Names exactly this answer."}}
    return response


def _json(shape: str) -> Document:
    return {
        "application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}, "example": EXAMPLES[shape]},
    }
