"""What operators did, with the names of readers who are still here."""

from __future__ import annotations

from datetime import datetime

from broadsheet.domain.deeds import Deed, find_reader_pk
from broadsheet.domain.listing import Entries, first_of
from broadsheet.store import deeds, readers
from broadsheet.store.database import Database


def read_audit(database: Database, before: int, limit: int, since: datetime | None = None) -> Entries[tuple[Deed, str]]:
    """Return (deed, whom it was done to) since a moment, newest first, from below a pk on (0 for all)."""
    with database.read() as connection:
        found = deeds.list_deeds(connection, is_public=False, before=before, limit=limit + 1, since=since)
        newest_at = deeds.find_newest_deed(connection, is_public=False, since=since)
        named = {deed.subject: pk for deed in found if (pk := find_reader_pk(deed.subject)) is not None}
        names = readers.list_shown_names(connection, named.values())
    return first_of([(deed, _shown(deed.subject, named.get(deed.subject), names)) for deed in found], limit, newest_at)


def _shown(subject: str, pk: int | None, names: dict[int, tuple[str, str]]) -> str:
    if pk is None:
        return subject
    return names[pk][0] if pk in names else f"{subject}, gone"
