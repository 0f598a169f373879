"""Which papers a reader does not want to see: left out of every list of that reader's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, true

from broadsheet.store.library_tables import dismissals
from broadsheet.store.since import count_put, list_put, put_at


def is_wanted(paper_pk: ColumnElement[int], reader_pk: int | None) -> ColumnElement[bool]:
    """Return the condition under which a paper stands in a reader's lists; always for nobody."""
    if reader_pk is None:
        return true()
    return paper_pk.not_in(select(dismissals.c.paper_pk).where(dismissals.c.reader_pk == reader_pk))


def list_dismissed_pks(connection: Connection, reader_pk: int | None) -> frozenset[int]:
    """Return the papers that a reader does not want to see; none for nobody."""
    if reader_pk is None:
        return frozenset()
    rows = select(dismissals.c.paper_pk).where(dismissals.c.reader_pk == reader_pk)
    return frozenset(connection.execute(rows).scalars())


def count_dismissed(connection: Connection, reader_pk: int, since: datetime | None = None) -> int:
    """Count those of them that others see, dismissed since a moment."""
    return count_put(connection, dismissals.c.made_at, reader_pk, since)


def list_dismissed(
    connection: Connection, reader_pk: int, limit: int, offset: int, since: datetime | None = None
) -> list[tuple[int, datetime]]:
    """Return (pk, moment) of those, the last one first."""
    return list_put(connection, dismissals.c.made_at, reader_pk, (limit, offset), since)


def dismiss_paper(connection: Connection, reader_pk: int, pk: int, now: datetime) -> None:
    """Leave a paper out of a reader's lists from now on."""
    newest = select(func.max(dismissals.c.made_at)).where(dismissals.c.reader_pk == reader_pk)
    values = {"reader_pk": reader_pk, "paper_pk": pk, "made_at": put_at(connection, newest, now)}
    connection.execute(insert(dismissals).prefix_with("OR IGNORE").values(**values))


def restore_paper(connection: Connection, reader_pk: int, pk: int) -> None:
    """Let a paper stand in a reader's lists again."""
    own = (dismissals.c.reader_pk == reader_pk) & (dismissals.c.paper_pk == pk)
    connection.execute(delete(dismissals).where(own))
