"""Lists into which readers put things, read from a moment on: each thing's moment is later than all before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, func, literal, select, true, tuple_

from broadsheet.domain.listing import Entries, Entry, Part, first_of
from broadsheet.store.hiding import is_shown


def is_since(column: ColumnElement[datetime], since: datetime | None) -> ColumnElement[bool]:
    """Return the condition that a column's moment is `since` (aware) or later; always where that is None."""
    return true() if since is None else column >= _naive(since)


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


def read_part(
    connection: Connection, rows: Select[Any], moment: Column[datetime], part: Part, make: Callable[[Any], Entry], *,
    oldest_first: bool = False,
) -> Entries[Entry]:  # fmt: skip
    """Return a part of a list by the moment of each entry, then by its pk, counted; its table has the column `pk`.

    `rows` are all entries, their columns as `make` takes them.
    """
    rows = rows.where(is_since(moment, part.since))
    whole = rows.with_only_columns(func.count(), func.max(moment))
    pk = moment.table.c.pk
    if part.behind is not None:
        place, last = tuple_(moment, pk), tuple_(literal(_naive(part.behind[0])), literal(part.behind[1]))
        rows = rows.where(place > last if oldest_first else place < last)
    order = (moment, pk) if oldest_first else (moment.desc(), pk.desc())
    rows = rows.order_by(*order).limit(part.limit + 1).offset(part.offset)
    found = [make(row) for row in connection.execute(rows)]
    count, newest_at = connection.execute(whole).one()
    return first_of(found, part.limit, _aware(newest_at), count)


def find_newest(connection: Connection, newest: Select[Any]) -> datetime | None:
    """Return the newest moment of a list (aware), as a statement finds it; None where there is none."""
    return _aware(connection.execute(newest).scalar())


def put_at(connection: Connection, newest: Select[Any], now: datetime) -> datetime:
    """Return when something is put into a list: `now`, or just behind the newest moment there, whichever is later.

    Good while the caller holds the writer. Whoever waited for it asked the clock before others did, and whoever has
    read the list since would never be told of what came with an older moment.
    """
    found = find_newest(connection, newest)
    return max(now, found + timedelta(microseconds=1)) if found else now


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
