"""Lists of papers in the order of time: of their arrival here, and of their publication."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, select, tuple_

from broadsheet.domain.listing import WHENEVER, Arrived
from broadsheet.store.hiding import is_shown
from broadsheet.store.papers import bounded
from broadsheet.store.tables import paper_categories, papers


def find_pk_before(connection: Connection, moment: datetime) -> int:
    """Return the pk that every paper which came at that moment (aware) or later is above."""
    first = select(func.min(papers.c.pk)).where(papers.c.added_at >= moment.astimezone(UTC).replace(tzinfo=None))
    found = connection.execute(first).scalar()
    return newest_shown_pk(connection) if found is None else found - 1


def newest_shown_pk(connection: Connection) -> int:
    """Return the pk of the newest paper that everyone sees, 0 where there is none."""
    return connection.execute(select(func.max(papers.c.pk)).where(is_shown(papers.c.pk))).scalar() or 0


def list_arrivals(connection: Connection, arrived: Arrived, limit: int) -> list[int]:
    """Return the pks of the papers that came last, newest first."""
    rows = select(papers.c.pk).where(is_shown(papers.c.pk))
    rows = bounded(rows, papers.c.pk, arrived).order_by(papers.c.pk.desc()).limit(limit)
    return list(connection.execute(rows).scalars())


def list_published(connection: Connection, before: tuple[date, int] | None, limit: int) -> list[tuple[int, date]]:
    """Return (pk, day) of papers that say when they were published, newest first, behind `before` (day, pk)."""
    place = tuple_(papers.c.published_on, papers.c.pk)
    rows = select(papers.c.pk, papers.c.published_on).where(papers.c.published_on.is_not(None), is_shown(papers.c.pk))
    rows = rows.where(place < before) if before else rows
    rows = rows.order_by(papers.c.published_on.desc(), papers.c.pk.desc()).limit(limit)
    return [(pk, day) for pk, day in connection.execute(rows)]


def list_categories(connection: Connection, arrived: Arrived = WHENEVER) -> list[tuple[str, int]]:
    """Return each category that has papers with their number, by name."""
    shown = select(paper_categories.c.category, func.count()).where(is_shown(paper_categories.c.paper_pk))
    rows = shown.group_by(paper_categories.c.category)
    rows = bounded(rows, paper_categories.c.paper_pk, arrived).order_by(paper_categories.c.category)
    return [(name, count) for name, count in connection.execute(rows)]
