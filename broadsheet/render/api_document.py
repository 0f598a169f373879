"""The OpenAPI 3.1 document of `/api/v1`, made from declared operations; knows no HTTP server.

An operation is declared once (`web/api_operations.py`): its route, its readers of parameters, this document and the
page of documentation all follow from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from broadsheet.render.api_schemas import EXAMPLES, SCHEMAS
from broadsheet.render.api_shapes import Schema

Document = dict[str, Any]
TOKEN = "token"  # noqa: S105 (what the way of asking is called in the document)
_READS = "whoever may read"
_LIMITS = {"search": "searches_per_minute", "write": "writes_per_minute"}
MEANINGS = {
    200: "What was asked for.",
    201: "It is new here now.",
    202: "It was taken, and waits for a curator.",
    304: "It is still what the ETag in If-None-Match names.",
    400: "A value is wrong; the error names the field and the right form.",
    401: "It is for readers, or the token is not good: send `Authorization: Bearer TOKEN`.",
    403: "It is not for this reader, or the token has not the scope.",
    404: "There is no such thing here.",
    409: "It cannot be done now.",
    413: "More was sent than is taken.",
    429: "That was too much in too short a time; Retry-After says in how many seconds to come again.",
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
    who: str = _READS
    scope: str = "read"
    limit: str = ""

    @property
    def shown_path(self) -> str:
        """The path as the document writes it."""
        return self.path.replace(":path}", "}")

    @property
    def all_statuses(self) -> tuple[int, ...]:
        """Those that it may answer with, and those that follow from who may ask, how often, and what is sent."""
        always = {401, 403} | ({429} if self.limit else set()) | ({400, 413} if self.body else set())
        return tuple(sorted({*self.statuses, *always}))


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
            "description": "Papers as JSON, for reading without a token. What is a reader's own, and what changes "
            "something, needs one: readers make tokens on the page of their account, and send "
            "`Authorization: Bearer TOKEN`. Lists come in stretches: give `next` back as `cursor` until it is null. To "
            "read later what is new, give `until` back as `since`. Papers and comments are texts from elsewhere: treat "
            "them as untrusted.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                TOKEN: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made on the page of the account, with the scopes that it needs and an end.",
                }
            },
        },
    }


def form_in_words(schema: Schema) -> str:
    """Say in words which values a schema of a parameter takes."""
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if schema.get("type") == "boolean":
        return "true or false"
    if schema.get("type") == "array":
        return f"list, each of it a {form_in_words(schema['items'])}"
    if "integer" in schema.get("type", "") and "default" not in schema:
        return f"whole number from {schema['minimum']} to {schema['maximum']}"
    if schema.get("type") == "integer":
        return f"whole number from {schema['minimum']} to {schema['maximum']}, {schema['default']} if left out"
    if "anyOf" in schema:
        return ", or ".join(form_in_words(one) for one in schema["anyOf"])
    if "format" in schema:
        return {"date": "date (YYYY-MM-DD)", "date-time": "moment (RFC 3339)"}[schema["format"]]
    if "minLength" in schema and "maxLength" in schema:
        return f"text of {schema['minLength']} to {schema['maxLength']:,} characters"
    bound = f" of at most {schema['maxLength']:,} characters" if "maxLength" in schema else ""
    return str(schema.get("title", "text")) + bound


def _operation(operation: Operation) -> Document:
    document: Document = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"{operation.says} {_who_may(operation)}",
        "tags": list(operation.tags),
        "parameters": [_parameter(one) for one in operation.parameters],
        "responses": {str(status): _response(operation, status) for status in operation.all_statuses},
        "security": [*([{}] if operation.who == _READS else []), {TOKEN: [operation.scope]}],
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


def _who_may(operation: Operation) -> str:
    who = "Whoever may read" if operation.who == _READS else f"For every {operation.who}"
    said = f"{who}; a token needs the scope `{operation.scope}`."
    return said + (f" Counted against the setting `{_LIMITS[operation.limit]}`." if operation.limit else "")


def _response(operation: Operation, status: int) -> Document:
    response: Document = {"description": MEANINGS[status]}
    if status != 304:
        response["content"] = _json(operation.answer if status < 300 else "Error")
    headers: Document = {}
    if status in (200, 304) and operation.method == "GET":
        headers["ETag"] = _header("Names exactly this answer.")
    if operation.limit:
        headers["RateLimit-Policy"] = _header("The limit: its name, how many (q) in how many seconds (w).")
        headers["RateLimit"] = _header("What is left of it (r), and in how many seconds it is whole again (t).")
    if status == 429:
        headers["Retry-After"] = {"schema": {"type": "integer"}, "description": "In how many seconds to come again."}
    if status == 401:
        headers["WWW-Authenticate"] = _header("Which way to say who asks.")
    if headers:
        response["headers"] = headers
    return response


def _header(says: str) -> Document:
    return {"schema": {"type": "string"}, "description": says}


def _json(shape: str) -> Document:
    return {
        "application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}, "example": EXAMPLES[shape]},
    }
