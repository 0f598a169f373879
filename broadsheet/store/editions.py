"""Editions in the record: which papers a day carries, and the days that have any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select

from broadsheet.domain.days import Period
from broadsheet.store.dismissals import is_wanted
from broadsheet.store.tables import edition_papers, papers


def list_edition(
    connection: Connection, period: Period, limit: int, offset: int = 0, reader: int | None = None
) -> list[tuple[int, float]]:
    """Return (pk, score) of a period's papers: highest score first, ties newest first, each paper once.

    Without those that a reader does not want to see.
    """
    score = func.max(edition_papers.c.score)
    rows = (
        select(edition_papers.c.paper_pk, score)
        .join(papers, papers.c.pk == edition_papers.c.paper_pk)
        .where(edition_papers.c.edition_on.between(period.first_on, period.last_on))
        .where(is_wanted(edition_papers.c.paper_pk, reader))
        .group_by(edition_papers.c.paper_pk)
        .order_by(score.desc(), papers.c.published_on.desc(), edition_papers.c.paper_pk.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(pk, value) for pk, value in connection.execute(rows)]


def count_edition(connection: Connection, period: Period, reader: int | None = None) -> int:
    """Count the different papers of a period, without those that a reader does not want to see."""
    rows = select(func.count(edition_papers.c.paper_pk.distinct())).where(
        edition_papers.c.edition_on.between(period.first_on, period.last_on),
        is_wanted(edition_papers.c.paper_pk, reader),
    )
    return connection.execute(rows).scalar_one()


def find_edition_before(connection: Connection, day: date) -> date | None:
    """Return the last day with papers before `day`."""
    rows = select(func.max(edition_papers.c.edition_on)).where(edition_papers.c.edition_on < day)
    return connection.execute(rows).scalar()


def find_edition_after(connection: Connection, day: date) -> date | None:
    """Return the first day with papers after `day`."""
    rows = select(func.min(edition_papers.c.edition_on)).where(edition_papers.c.edition_on > day)
    return connection.execute(rows).scalar()


def list_edition_days(connection: Connection) -> list[tuple[date, int]]:
    """Return each day that has papers with their number, newest first."""
    rows = select(edition_papers.c.edition_on, func.count()).group_by(edition_papers.c.edition_on)
    return [(day, n) for day, n in connection.execute(rows.order_by(edition_papers.c.edition_on.desc()))]


def list_days_of(connection: Connection, pks: Sequence[int]) -> dict[int, set[date]]:
    """Return the days that carry each paper."""
    rows = select(edition_papers.c.paper_pk, edition_papers.c.edition_on).where(edition_papers.c.paper_pk.in_(pks))
    found: dict[int, set[date]] = {pk: set() for pk in pks}
    for pk, day in connection.execute(rows):
        found[pk].add(day)
    return found


def insert_entries(connection: Connection, entries: Iterable[tuple[date, int, float]]) -> None:
    """Let days carry papers: (day, pk, score), none of them there yet."""
    rows = [{"edition_on": day, "paper_pk": pk, "score": score} for day, pk, score in entries]
    if rows:
        connection.execute(insert(edition_papers), rows)


def delete_entries(connection: Connection, pks: Sequence[int]) -> None:
    """Take papers out of every edition."""
    connection.execute(delete(edition_papers).where(edition_papers.c.paper_pk.in_(pks)))
