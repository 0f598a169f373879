"""Read the public log."""

from __future__ import annotations

from broadsheet.domain.deeds import Deed
from broadsheet.store import deeds
from broadsheet.store.database import Database


def read_log(database: Database, before: int, limit: int) -> tuple[list[Deed], int | None]:
    """Return public deeds, newest first, and the one before which the next page begins, None at the end."""
    with database.read() as connection:
        found = deeds.list_deeds(connection, is_public=True, before=before, limit=limit + 1)
    return found[:limit], found[limit - 1].pk if len(found) > limit else None
