"""When papers came and when they last changed, and what else is asked of all papers at once: ids, categories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from broadsheet.domain.listing import Moments
from broadsheet.store.hiding import is_shown
from broadsheet.store.loading import given, is_given
from broadsheet.store.papers import CHUNK
from broadsheet.store.tables import paper_categories, papers, records


def list_moments(connection: Connection, pks: Sequence[int]) -> dict[int, Moments]:
    """Return when each of these papers came here and when one of its sources last said something new of it."""
    found: dict[int, Moments] = {}
    for start in range(0, len(pks), CHUNK):
        for pk, added, changed in connection.execute(_MOMENTS, given(pks[start : start + CHUNK])).all():
            found[pk] = Moments(added.replace(tzinfo=UTC), max(added, changed or added).replace(tzinfo=UTC))
    return found


_SEEN = select(func.max(records.c.seen_at)).where(records.c.paper_pk == papers.c.pk).scalar_subquery()
_MOMENTS = select(papers.c.pk, papers.c.added_at, _SEEN).where(is_given(papers.c.pk))


def find_newest(connection: Connection) -> datetime | None:
    """Return when the newest paper came here, None where there is none."""
    found = connection.execute(
        select(papers.c.added_at).where(is_shown(papers.c.pk)).order_by(papers.c.pk.desc()).limit(1)
    ).scalar()
    return found.replace(tzinfo=UTC) if found else None


def list_ids_between(connection: Connection, first_pk: int, last_pk: int) -> list[tuple[str, datetime]]:
    """Return the id of each paper from one pk to another, both included, and when it last changed."""
    last = func.coalesce(func.max(records.c.seen_at), papers.c.added_at)
    rows = (
        select(papers.c.id, last)
        .outerjoin(records, records.c.paper_pk == papers.c.pk)
        .where(papers.c.pk.between(first_pk, last_pk), is_shown(papers.c.pk))
        .group_by(papers.c.pk)
        .order_by(papers.c.pk)
    )
    return [(paper_id, changed.replace(tzinfo=UTC)) for paper_id, changed in connection.execute(rows)]


def list_categories(connection: Connection, limit: int) -> list[tuple[str, int]]:
    """Return the categories that papers have with their number, most first, ties by name."""
    count = func.count()
    shown = select(paper_categories.c.category, count).where(is_shown(paper_categories.c.paper_pk))
    rows = shown.group_by(paper_categories.c.category)
    ordered = rows.order_by(count.desc(), paper_categories.c.category).limit(limit)
    return [(name, n) for name, n in connection.execute(ordered)]
