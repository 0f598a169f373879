"""What sources remember between fetches, as small texts: a day, or a mark for each of several things."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

Mark = str | int


def day_from(cursor: str, since: date, today: date) -> date:
    """Return the day that a cursor names, `since` where it names none; never a day after `today`."""
    try:
        day = date.fromisoformat(cursor)
    except ValueError:
        day = since
    return min(day, today)


def marks_from(cursor: str) -> dict[str, Mark]:
    """Return the marks that a cursor holds; none where it cannot be read."""
    try:
        found = json.loads(cursor)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: mark for name, mark in found.items() if isinstance(mark, Mark) and not isinstance(mark, bool)}


def cursor_of(marks: Mapping[str, Mark]) -> str:
    """Write marks as a cursor, the same for the same marks."""
    return json.dumps(dict(marks), sort_keys=True, separators=(",", ":"))
