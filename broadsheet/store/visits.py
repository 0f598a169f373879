"""Which papers a reader opened, and when last; and what the reader chose about that and about Zotero."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, DateTime, delete, exists, literal, select
from sqlalchemy.dialects.sqlite import insert

from broadsheet.store.community_tables import readers
from broadsheet.store.library_tables import library_choices, visits
from broadsheet.store.since import count_put, list_put
from broadsheet.store.tables import papers


def find_visit(connection: Connection, reader_pk: int, pk: int) -> datetime | None:
    """Return when a reader last opened a paper, as far as it was noted."""
    own = (visits.c.reader_pk == reader_pk) & (visits.c.paper_pk == pk)
    at = connection.execute(select(visits.c.visited_at).where(own)).scalar()
    return at.replace(tzinfo=UTC) if at else None


def note_visit(connection: Connection, reader_pk: int, pk: int, now: datetime) -> None:
    """Note that a reader opened a paper, where both are still there."""
    there = exists().where(readers.c.pk == reader_pk)
    row = select(literal(reader_pk), papers.c.pk, literal(now, DateTime)).where(papers.c.pk == pk, there)
    noted = insert(visits).from_select(["reader_pk", "paper_pk", "visited_at"], row)
    connection.execute(noted.on_conflict_do_update(["reader_pk", "paper_pk"], set_={"visited_at": now}))


def count_visits(connection: Connection, reader_pk: int, since: datetime | None = None) -> int:
    """Count the papers that a reader opened, for the last time since a moment."""
    return count_put(connection, visits.c.visited_at, reader_pk, since)


def list_visits(
    connection: Connection, reader_pk: int, limit: int, offset: int, since: datetime | None = None
) -> list[tuple[int, datetime]]:
    """Return (pk, moment) of the papers that a reader opened, the last one first."""
    return list_put(connection, visits.c.visited_at, reader_pk, (limit, offset), since)


def delete_visits(connection: Connection, reader_pk: int) -> None:
    """Forget all that a reader opened."""
    connection.execute(delete(visits).where(visits.c.reader_pk == reader_pk))


def keeps_history(connection: Connection, reader_pk: int) -> bool:
    """Say whether a reader wants to have noted what is opened; so it is until the reader says no."""
    rows = select(library_choices.c.keeps_history).where(library_choices.c.reader_pk == reader_pk)
    return connection.execute(rows).scalar() is not False


def choose_history(connection: Connection, reader_pk: int, keeps: bool) -> None:
    """Keep a reader's choice."""
    _choose(connection, reader_pk, keeps_history=keeps)


def find_zotero(connection: Connection, reader_pk: int) -> tuple[str, int]:
    """Return whose Zotero library a reader brought in last and its version then; ("", 0) for none."""
    columns = (library_choices.c.zotero_user, library_choices.c.zotero_version)
    row = connection.execute(select(*columns).where(library_choices.c.reader_pk == reader_pk)).first()
    return (row[0], row[1]) if row else ("", 0)


def note_zotero(connection: Connection, reader_pk: int, user: str, version: int) -> None:
    """Note that a Zotero library was brought in whole, in this version."""
    _choose(connection, reader_pk, zotero_user=user, zotero_version=version)


def _choose(connection: Connection, reader_pk: int, **values: bool | str | int) -> None:
    row = insert(library_choices).values(reader_pk=reader_pk, **values)
    connection.execute(row.on_conflict_do_update(["reader_pk"], set_=values))
