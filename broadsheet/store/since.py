"""Lists into which readers put things, read from a moment on: each thing's moment is later than all before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, true


def is_since(column: ColumnElement[datetime], since: datetime | None) -> ColumnElement[bool]:
    """Return the condition that a column's moment is `since` (aware) or later; always where that is None."""
    return true() if since is None else column >= since.astimezone(UTC).replace(tzinfo=None)


def put_at(connection: Connection, newest: Select[Any], now: datetime) -> datetime:
    """Return when something is put into a list: `now`, or just behind the newest moment there, whichever is later.

    Good while the caller holds the writer. Whoever waited for it asked the clock before others did, and whoever has
    read the list since would never be told of what came with an older moment.
    """
    found: datetime | None = connection.execute(newest).scalar()
    return max(now, found.replace(tzinfo=UTC) + timedelta(microseconds=1)) if found else now
