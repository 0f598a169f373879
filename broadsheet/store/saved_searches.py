"""Saved searches in the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from broadsheet.domain.errors import NotFound
from broadsheet.domain.saved_searches import SavedSearch
from broadsheet.store.alert_tables import saved_searches
from broadsheet.store.since import put_at

_NONE = "There is no such saved search of yours: /searches names them."


def insert_search(connection: Connection, new: SavedSearch) -> int:
    """Write a search, whose pk is not looked at, and return its pk."""
    values = {
        "reader_pk": new.reader_pk, "name": new.name, "text": new.text, "looked_pk": new.looked_pk,
        "told_pk": new.told_pk, "is_announced": new.is_announced, "made_at": new.made_at, "feed_from": new.feed_from,
    }  # fmt: skip
    return int(connection.execute(insert(saved_searches).values(values)).lastrowid)


def next_moment(connection: Connection, reader_pk: int, now: datetime) -> datetime:
    """Return when a search is saved, later than all others of this reader."""
    own = select(func.max(saved_searches.c.made_at)).where(saved_searches.c.reader_pk == reader_pk)
    return put_at(connection, own, now)


def list_of(connection: Connection, reader_pk: int) -> list[SavedSearch]:
    """Return a reader's searches by their names."""
    mine = select(saved_searches).where(saved_searches.c.reader_pk == reader_pk)
    return [_search(row) for row in connection.execute(mine.order_by(func.lower(saved_searches.c.name), "pk"))]


def find_search(connection: Connection, pk: int) -> SavedSearch | None:
    """Return a search of whomever, or None."""
    row = connection.execute(select(saved_searches).where(saved_searches.c.pk == pk)).first()
    return _search(row) if row else None


def get_of(connection: Connection, reader_pk: int, pk: int) -> SavedSearch:
    """Return a reader's own search; raises NotFound."""
    found = find_search(connection, pk)
    if found is None or found.reader_pk != reader_pk:
        raise NotFound(_NONE)
    return found


def update_search(connection: Connection, pk: int, **to: Any) -> None:
    """Change columns of a search."""
    connection.execute(update(saved_searches).where(saved_searches.c.pk == pk).values(to))


def delete_search(connection: Connection, pk: int) -> None:
    """Forget a search."""
    connection.execute(delete(saved_searches).where(saved_searches.c.pk == pk))


def list_untold(connection: Connection, newest_pk: int) -> list[SavedSearch]:
    """Return the searches that webhooks hear of and that have not been told of all papers up to a pk."""
    behind = saved_searches.c.is_announced & (saved_searches.c.told_pk < newest_pk)
    return [_search(row) for row in connection.execute(select(saved_searches).where(behind).order_by("pk"))]


def set_told(connection: Connection, pks: Sequence[int], told_pk: int) -> None:
    """Note up to which paper webhooks were told of some searches."""
    connection.execute(update(saved_searches).where(saved_searches.c.pk.in_(pks)).values(told_pk=told_pk))


def _search(row: Any) -> SavedSearch:
    return SavedSearch(
        row.pk, row.reader_pk, row.name, row.text, row.looked_pk, row.told_pk, row.is_announced,
        row.made_at.replace(tzinfo=UTC), row.feed_from.replace(tzinfo=UTC),
    )  # fmt: skip
