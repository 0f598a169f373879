"""What the handlers of `/api/v1` share: what was sent, held to its declared shape, and answers as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from broadsheet.domain.errors import Invalid
from broadsheet.render.api_document import form_in_words
from broadsheet.render.api_parameters import LIMIT, NUMBER_CURSOR
from broadsheet.render.api_schemas import EXAMPLES, SCHEMAS
from broadsheet.render.api_shapes import Schema
from broadsheet.web.bodies import read_json
from broadsheet.web.cursors import put_until, read_number
from broadsheet.web.parameters import JSON, whole_number
from broadsheet.web.site import pack, respond
from broadsheet.web.visitors import visitor_of

_TYPES: dict[str, type] = {"string": str, "boolean": bool, "integer": int, "array": list, "null": type(None)}


def fields_of(request: Request, shape: str) -> dict[str, Any]:
    """Return what a program sent, as far as the shape names it; raises Invalid where it is not of that shape."""
    sent = {name: _whole(value) for name, value in read_json(request).items()}
    schema = _form_of(SCHEMAS[shape], sent)
    example = orjson.dumps(EXAMPLES[shape]).decode()
    for name in schema["required"]:
        if name not in sent:
            raise Invalid(name, f"There is no {name}: send an object such as {example}.")
    for name, wanted in schema["properties"].items():
        if name in sent and not _fits(sent[name], wanted):
            raise Invalid(name, f"The {name} must be a {form_in_words(wanted)}: send an object such as {example}.")
    return {name: sent[name] for name in schema["properties"] if name in sent}


def limit_of(request: Request) -> int:
    """Return how many entries of a list are asked for; raises Invalid."""
    schema = LIMIT.schema
    return whole_number(request, LIMIT.name, schema["minimum"], schema["maximum"], schema["default"])


def start_of(request: Request) -> tuple[int, int]:
    """Return how many entries of a reader's list are asked for, and how many were read before; raises Invalid."""
    return limit_of(request), read_number(request, NUMBER_CURSOR)


def next_start(start: tuple[int, int], count: int) -> str | None:
    """Return the cursor of what follows in a list that is counted."""
    following = sum(start)
    return str(following) if following < count else None


def until(request: Request, newest_at: datetime | None) -> str | None:
    """Return what is given back as `since` for what is put into this list later; it stands in a first answer alone.

    What comes while a program reads on is in no later stretch: a later answer's would leave it out for ever.
    """
    return None if "cursor" in request.query_params else put_until(request, newest_at)


def give(request: Request, payload: Mapping[str, Any]) -> Response:
    """Answer with what is there, named by an ETag; what a reader is given is kept by nobody in between."""
    is_private = visitor_of(request).reader is not None
    return respond(request, pack(orjson.dumps(payload)), JSON, is_private=is_private)


def done(payload: Mapping[str, Any], status: int = 200, location: str = "") -> Response:
    """Answer with what a deed made."""
    headers = {"Cache-Control": "no-store"} | ({"Location": location} if location else {})
    return JSONResponse(payload, status, headers)


def _form_of(schema: Schema, sent: Mapping[str, object]) -> Schema:
    """Return the form that the action of what was sent asks for."""
    if "anyOf" not in schema:
        return schema
    forms: dict[object, Schema] = {form["properties"]["action"]["enum"][0]: form for form in schema["anyOf"]}
    action = sent.get("action")
    if not isinstance(action, str) or action not in forms:
        raise Invalid("action", f"The action must be {' or '.join(map(str, forms))}.")
    return forms[action]


def _whole(value: object) -> object:
    """Return whole numbers as such: in JSON 1.0 is one, too."""
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _fits(value: object, schema: Schema) -> bool:
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, _TYPES[one]) and (one == "boolean" or not isinstance(value, bool)) for one in types):
        return False
    if isinstance(value, str):
        return _fits_text(value, schema)
    if isinstance(value, list):
        return len(value) <= schema.get("maxItems", len(value)) and all(_fits(one, schema["items"]) for one in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return bool(schema["minimum"] <= value <= schema["maximum"])
    return True


def _fits_text(value: str, schema: Schema) -> bool:
    if "enum" in schema:
        return value in schema["enum"]
    if schema.get("format") == "date":
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    is_right_length = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
    return is_right_length and re.search(schema.get("pattern", ""), value) is not None
