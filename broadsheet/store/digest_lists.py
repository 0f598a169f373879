"""What digests look through: the papers of a stretch of editions, best first, once each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from broadsheet.store.hiding import is_shown
from broadsheet.store.tables import edition_papers, paper_authors, paper_categories, papers

LATE_DAYS = 7
_IS_SHOWN = is_shown(edition_papers.c.paper_pk)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Editions from `first_on` to `last_on`; what came late to the week before counts as well."""

    first_on: date
    last_on: date

    def where(self) -> ColumnElement[bool]:
        """Return what holds for a row of edition_papers in this stretch."""
        day = edition_papers.c.edition_on
        late_from = self.first_on - timedelta(days=LATE_DAYS)
        late = and_(day >= late_from, day < self.first_on, edition_papers.c.is_late)
        return or_(day.between(self.first_on, self.last_on), late)


def find_newest_day(connection: Connection, today: date) -> date | None:
    """Return the newest edition up to today, None where there is none."""
    newest = select(func.max(edition_papers.c.edition_on)).where(edition_papers.c.edition_on <= today, _IS_SHOWN)
    return connection.execute(newest).scalar()


def list_stretch(connection: Connection, stretch: Stretch, limit: int, kind: str = "", value: str = "") -> list[int]:
    """Return the papers of a stretch, highest score first, ties newest first; of a category or an author, or all."""
    rows = (
        select(edition_papers.c.paper_pk)
        .join(papers, papers.c.pk == edition_papers.c.paper_pk)
        .where(stretch.where(), _IS_SHOWN, *_narrowed(kind, value))
        .group_by(edition_papers.c.paper_pk)
        .order_by(func.max(edition_papers.c.score).desc(), papers.c.published_on.desc(), papers.c.pk.desc())
        .limit(limit)
    )
    return list(connection.execute(rows).scalars())


def _narrowed(kind: str, value: str) -> list[ColumnElement[bool]]:
    pk = edition_papers.c.paper_pk
    if kind == "category":
        name = func.lower(paper_categories.c.category)
        return [exists().where(paper_categories.c.paper_pk == pk, name == func.lower(value))]
    if kind == "author":
        return [exists().where(paper_authors.c.paper_pk == pk, func.lower(paper_authors.c.name) == func.lower(value))]
    return []
