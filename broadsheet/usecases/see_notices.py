"""Mark what a reader was told as seen. Side effects: the notices alone."""

from __future__ import annotations

from datetime import datetime

from broadsheet.domain.errors import NotFound
from broadsheet.domain.readers import Reader
from broadsheet.store import notices
from broadsheet.store.database import Database


def see_one(database: Database, reader: Reader, pk: int, now: datetime) -> int:
    """Mark one notice as seen and return the pk of its comment; raises NotFound."""
    with database.write() as connection:
        found = notices.mark_seen(connection, reader.pk, now, pk)
    if found is None:
        raise NotFound("This notice is gone: its comment was deleted.")
    return found


def see_all(database: Database, reader: Reader, now: datetime) -> None:
    """Mark all of a reader's notices as seen."""
    with database.write() as connection:
        notices.mark_seen(connection, reader.pk, now)
