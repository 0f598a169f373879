"""Note which papers a reader opened, once an hour each, and forget it again.

Side effects: the reader's own visits and choice. Noting one does not move the revision: no page that is kept shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from broadsheet.store import visits
from broadsheet.store.database import Database

AGAIN_AFTER = timedelta(hours=1)


def note_visits(database: Database, opened: Mapping[tuple[int, int], datetime]) -> int:
    """Note what was opened, (reader, paper) with the moment; return how many were written."""
    with database.read() as connection:
        fresh = {}
        for (reader, pk), now in opened.items():
            last = visits.find_visit(connection, reader, pk)
            if (last is None or now - last >= AGAIN_AFTER) and visits.keeps_history(connection, reader):
                fresh[reader, pk] = now
    if fresh:
        with database.write(is_shown=False) as connection:
            for (reader, pk), now in fresh.items():
                visits.note_visit(connection, reader, pk, now)
    return len(fresh)


def clear_history(database: Database, reader: int) -> None:
    """Forget all that a reader opened."""
    with database.write(is_shown=False) as connection:
        visits.delete_visits(connection, reader)


def choose_history(database: Database, reader: int, *, keeps: bool) -> None:
    """Note from now on what a reader opens, or no longer; what was noted stays until it is cleared."""
    with database.write(is_shown=False) as connection:
        visits.choose_history(connection, reader, keeps)
