"""What tools are asked: the arguments that they share, as a schema for clients and as a check of what came.

Arguments come from a program that was told what to say by texts of strangers: each is checked here, and nothing is
clamped in silence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from broadsheet.domain.errors import Invalid

MOST_IDS = 50
_SHOWN = 40
_SAID = ("period", "since")  # whose form is told where it is missed: a length alone helps nobody there


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of a call, checked; those that were left out have their defaults."""

    query: str = ""
    id: str = ""
    ids: tuple[str, ...] = ()
    period: str = ""
    limit: int = 10
    cursor: str = ""
    note: str = ""
    since: str = ""

    def fingerprint(self, tool: str) -> str:
        """Name a request, whichever of its pages is asked for."""
        said = orjson.dumps([tool, asdict(replace(self, cursor=""))])
        return hashlib.sha256(said).hexdigest()[:8]


_ID = {"type": "string", "minLength": 1, "maxLength": 300}
SCHEMAS: dict[str, dict[str, Any]] = {
    "query": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "description": (
            'Words, best first. Also "exact phrase", -without, ti: abs: au: cat:cs.LG has:code in:library, '
            "after:2024-01 before:2024-06, sort:new or sort:votes."
        ),
    },
    "id": {**_ID, "description": "An id from a list here, an arXiv id, a DOI, or an address of one."},
    "ids": {
        "type": "array",
        "items": _ID,
        "minItems": 1,
        "maxItems": MOST_IDS,
        "description": "Ids from lists here, arXiv ids, DOIs, or addresses of these.",
    },
    "note": {
        "type": "string",
        "minLength": 0,
        "maxLength": 10_000,
        "description": "A private note in plain text, in place of the one there is; an empty one takes that away.",
    },
    "period": {
        "type": "string",
        "minLength": 7,
        "maxLength": 10,
        "description": "A day 2025-11-07, a week 2025-W45 or a month 2025-11; the newest day where it is left out.",
    },
    "since": {
        "type": "string",
        "minLength": 2,
        "maxLength": 40,
        "description": "Only what came here since: `until` of an earlier answer, a day 2025-11-07, or a moment.",
    },
    "limit": {
        "type": "integer",
        "minimum": 1,
        "maximum": 50,
        "default": 10,
        "description": "At most so many papers a page; a page that is full has fewer.",
    },
    "cursor": {
        "type": "string",
        "minLength": 1,
        "maxLength": 60,
        "description": "`next` of the page before, with all other arguments as they were.",
    },
}


def input_schema(takes: Sequence[str], needs: Sequence[str]) -> dict[str, Any]:
    """Return the JSON Schema of a tool's arguments."""
    return {
        "type": "object",
        "properties": {name: SCHEMAS[name] for name in takes},
        "required": list(needs),
        "additionalProperties": False,
    }


def read_arguments(takes: Sequence[str], needs: Sequence[str], given: Mapping[str, Any]) -> Asked:
    """Check what came with a call; null counts as left out. Raises Invalid, with the argument and its right form."""
    said = {name: value for name, value in given.items() if value is not None}
    for name in said:
        if name not in takes:
            raise Invalid(name, f"There is no argument {_shown(name)} here; this tool takes {', '.join(takes)}.")
    for name in needs:
        if name not in said:
            raise Invalid(name, f"The argument {name} is missing. {SCHEMAS[name]['description']}")
    return Asked(**{name: _checked(name, value, SCHEMAS[name]) for name, value in said.items()})


def _checked(name: str, value: Any, schema: Mapping[str, Any]) -> Any:
    match schema["type"]:
        case "string":
            return _text(name, value, schema)
        case "integer":
            return _number(name, value, schema)
        case _:
            least, most = schema["minItems"], schema["maxItems"]
            if not isinstance(value, list) or not least <= len(value) <= most:
                raise Invalid(name, f"The argument {name} must be a list of {least} to {most} texts.")
            return tuple(_text(f"{name}[{n}]", one, schema["items"]) for n, one in enumerate(value))


def _text(name: str, value: Any, schema: Mapping[str, Any]) -> str:
    least, most = schema["minLength"], schema["maxLength"]
    if not isinstance(value, str) or not least <= len(value) <= most or (least and not value.strip()):
        form = f" {schema['description']}" if name in _SAID else ""
        raise Invalid(name, f"The argument {name} must be a text of {least} to {most:,} characters.{form}")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Invalid(name, f"The argument {name} holds half a character: send whole Unicode text.")
    return value


def _number(name: str, value: Any, schema: Mapping[str, Any]) -> int:
    least, most = schema["minimum"], schema["maximum"]
    is_whole = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
    if not is_whole or value != int(value):
        raise Invalid(name, f"The argument {name} must be a whole number from {least} to {most}.")
    return int(value)


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
