"""Lists into which readers put things, read from a moment on: each thing's moment is later than all before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, func, select, true

from broadsheet.store.hiding import is_shown


def is_since(column: ColumnElement[datetime], since: datetime | None) -> ColumnElement[bool]:
    """Return the condition that a column's moment is `since` (aware) or later; always where that is None."""
    return true() if since is None else column >= since.astimezone(UTC).replace(tzinfo=None)


def count_put(connection: Connection, moment: Column[datetime], reader_pk: int, since: datetime | None) -> int:
    """Count the papers that a reader put into a list, since a moment, and that everyone sees.

    `moment` is the column that says when; its table has `reader_pk` and `paper_pk`.
    """
    rows = select(func.count()).select_from(moment.table).where(*_put(moment, reader_pk, since))
    return connection.execute(rows).scalar_one()


def list_put(
    connection: Connection, moment: Column[datetime], reader_pk: int, size: tuple[int, int], since: datetime | None
) -> list[tuple[int, datetime]]:
    """Return (pk, moment) of those papers, the last one first; `size` is limit and offset."""
    paper_pk = moment.table.c.paper_pk
    rows = select(paper_pk, moment).where(*_put(moment, reader_pk, since))
    rows = rows.order_by(moment.desc(), paper_pk.desc()).limit(size[0]).offset(size[1])
    return [(pk, at.replace(tzinfo=UTC)) for pk, at in connection.execute(rows)]


def _put(moment: Column[datetime], reader_pk: int, since: datetime | None) -> list[ColumnElement[bool]]:
    own = moment.table.c
    return [own.reader_pk == reader_pk, is_shown(own.paper_pk), is_since(moment, since)]


def sum_up(
    connection: Connection, moment: Column[datetime], *conditions: ColumnElement[bool]
) -> tuple[int, datetime | None]:
    """Return how many rows of a column's table meet conditions, and the newest moment among them."""
    rows = select(func.count(), func.max(moment)).select_from(moment.table).where(*conditions)
    count, newest = connection.execute(rows).one()
    return count, newest.replace(tzinfo=UTC) if newest else None


def put_at(connection: Connection, newest: Select[Any], now: datetime) -> datetime:
    """Return when something is put into a list: `now`, or just behind the newest moment there, whichever is later.

    Good while the caller holds the writer. Whoever waited for it asked the clock before others did, and whoever has
    read the list since would never be told of what came with an older moment.
    """
    found: datetime | None = connection.execute(newest).scalar()
    return max(now, found.replace(tzinfo=UTC) + timedelta(microseconds=1)) if found else now
