"""Read the public log."""

from __future__ import annotations

from datetime import datetime

from broadsheet.domain.deeds import Deed
from broadsheet.store import deeds
from broadsheet.store.database import Database


def read_log(
    database: Database, before: int, limit: int, since: datetime | None = None
) -> tuple[list[Deed], int | None]:
    """Return public deeds, since a moment, newest first, and the one before which the next page begins, if any."""
    with database.read() as connection:
        found = deeds.list_deeds(connection, is_public=True, before=before, limit=limit + 1, since=since)
    return found[:limit], found[limit - 1].pk if len(found) > limit else None
