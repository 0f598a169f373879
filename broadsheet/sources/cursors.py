"""The cursors of sources that must keep more than a day: small JSON objects; a plain day stands for its beginning."""

from __future__ import annotations

import json
import re
from datetime import date

from broadsheet.sources.fields import Fields

MOST_LETTERS = 20_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_cursor(cursor: str) -> Fields:
    """Return the fields of a cursor: `{"since": "2026-03-01"}` for a plain day, empty for what cannot be read."""
    if _DAY.fullmatch(cursor):
        return {"since": cursor}
    try:
        fields = json.loads(cursor[:MOST_LETTERS])
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def write_cursor(**fields: object) -> str:
    """Write fields as a cursor; what is empty is left out."""
    return json.dumps({name: value for name, value in fields.items() if value}, separators=(",", ":"))


def day_in(fields: Fields, name: str) -> date | None:
    """Return the day in a field, or None."""
    value = fields.get(name)
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        return None
