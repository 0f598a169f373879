"""What sources remember between fetches, as small texts: a day, a mark for each of several things, or named fields."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date

from broadsheet.sources.fields import Fields

Mark = str | int

MOST_LETTERS = 20_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_cursor(cursor: str) -> Fields:
    """Return the fields of a cursor: `{"since": "2026-03-01"}` for a plain day, empty for what cannot be read."""
    if _DAY.fullmatch(cursor):
        return {"since": cursor}
    return _object_in(cursor[:MOST_LETTERS])


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


def day_from(cursor: str, since: date, today: date) -> date:
    """Return the day that a cursor names, `since` where it names none; never a day after `today`."""
    try:
        day = date.fromisoformat(cursor)
    except ValueError:
        day = since
    return min(day, today)


def marks_from(cursor: str) -> dict[str, Mark]:
    """Return the marks that a cursor holds; none where it cannot be read."""
    found = _object_in(cursor)
    return {name: mark for name, mark in found.items() if isinstance(mark, Mark) and not isinstance(mark, bool)}


def cursor_of(marks: Mapping[str, Mark]) -> str:
    """Write marks as a cursor, the same for the same marks."""
    return json.dumps(dict(marks), sort_keys=True, separators=(",", ":"))


def _object_in(text: str) -> Fields:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
