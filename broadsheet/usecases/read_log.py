"""Read the public log."""

from __future__ import annotations

from datetime import datetime

from broadsheet.domain.deeds import Deed
from broadsheet.domain.listing import Entries, first_of
from broadsheet.store import deeds
from broadsheet.store.database import Database


def read_log(database: Database, before: int, limit: int, since: datetime | None = None) -> Entries[Deed]:
    """Return public deeds, since a moment, newest first, from below a pk on (0 for all)."""
    with database.read() as connection:
        found = deeds.list_deeds(connection, is_public=True, before=before, limit=limit + 1, since=since)
        newest_at = deeds.find_newest_deed(connection, is_public=True, since=since)
    return first_of(found, limit, newest_at)
