"""Lists into which readers put papers, read from a moment on."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, true


def is_since(column: ColumnElement[datetime], since: datetime | None) -> ColumnElement[bool]:
    """Return the condition that a column's moment is `since` (aware) or later; always where that is None."""
    return true() if since is None else column >= since.astimezone(UTC).replace(tzinfo=None)
