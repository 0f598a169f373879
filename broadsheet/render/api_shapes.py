"""What shapes of `/api/v1` are made of: small pieces of JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": 999_999_999_999_999}
YES_NO: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
MAYBE_DAY: Schema = {"type": ["string", "null"], "format": "date"}
NEXT: Schema = {
    "type": ["string", "null"],
    "description": "The cursor of what follows; null at the end of the list.",
}
# Something that can be seen stands in it.
_SEEN = "[^\\s\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\ufffe\\uffff]"


def ref(name: str) -> Schema:
    """Return what names another shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def an_object(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """Return the schema of an object; keys may be added to it later, so others are allowed."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def pages_of(key: str, item: Schema, **others: Schema) -> Schema:
    """Return the schema of a stretch of a list under `key`."""
    return an_object(**others, **{key: {"type": "array", "items": item}, "next": NEXT})


def words(most: int, says: str = "") -> Schema:
    """Return the schema of a text that must say something."""
    return {"type": "string", "minLength": 1, "maxLength": most, "pattern": _SEEN, "description": says}


def text_up_to(most: int, says: str = "") -> Schema:
    """Return the schema of a text that may be empty."""
    return {"type": "string", "maxLength": most, "description": says}


def one_of(*names: str) -> Schema:
    """Return the schema of a choice."""
    return {"type": "string", "enum": list(names)}
