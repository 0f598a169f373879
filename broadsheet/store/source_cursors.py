"""How far each source has been taken in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from broadsheet.store.tables import source_cursors


def find_cursor(connection: Connection, source: str) -> str | None:
    """Return the cursor from which a source goes on, or None where it was never asked."""
    return connection.execute(select(source_cursors.c.cursor).where(source_cursors.c.source == source)).scalar()


def set_cursor(connection: Connection, source: str, cursor: str, now: datetime) -> None:
    """Let a source go on from `cursor`; what is so already is not written."""
    before = find_cursor(connection, source)
    if before is None:
        connection.execute(insert(source_cursors).values(source=source, cursor=cursor, moved_at=now))
    elif before != cursor:
        values = {"cursor": cursor, "moved_at": now}
        connection.execute(update(source_cursors).where(source_cursors.c.source == source).values(values))
