"""Editions in the record: which papers a day carries, and the days that have any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, Date, delete, exists, func, insert, literal, select

from broadsheet.domain.days import Period
from broadsheet.domain.listing import WHENEVER, Arrived
from broadsheet.store.community_tables import leads
from broadsheet.store.hiding import is_shown
from broadsheet.store.papers import bounded
from broadsheet.store.tables import edition_papers, papers

_IS_SHOWN = is_shown(edition_papers.c.paper_pk)


def list_edition(
    connection: Connection, period: Period, limit: int, offset: int = 0, arrived: Arrived = WHENEVER
) -> list[tuple[int, float]]:
    """Return (pk, score) of a period's papers: highest score first, ties newest first, each paper once.

    Before them all stands, on a day, the lead story that a curator chose. Hidden papers are left out.
    """
    score = func.max(edition_papers.c.score)
    day = literal(period.first_on if period.kind == "day" else None, Date)
    is_lead = exists().where(leads.c.edition_on == day, leads.c.paper_pk == edition_papers.c.paper_pk)
    rows = (
        select(edition_papers.c.paper_pk, score)
        .join(papers, papers.c.pk == edition_papers.c.paper_pk)
        .where(edition_papers.c.edition_on.between(period.first_on, period.last_on), is_shown(papers.c.pk))
        .group_by(edition_papers.c.paper_pk)
        .order_by(is_lead.desc(), score.desc(), papers.c.published_on.desc(), edition_papers.c.paper_pk.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = bounded(rows, edition_papers.c.paper_pk, arrived)
    return [(pk, value) for pk, value in connection.execute(rows)]


def count_edition(connection: Connection, period: Period, arrived: Arrived = WHENEVER) -> int:
    """Count the different papers of a period."""
    rows = select(func.count(edition_papers.c.paper_pk.distinct())).where(
        edition_papers.c.edition_on.between(period.first_on, period.last_on), is_shown(edition_papers.c.paper_pk)
    )
    return connection.execute(bounded(rows, edition_papers.c.paper_pk, arrived)).scalar_one()


def find_edition_before(connection: Connection, day: date) -> date | None:
    """Return the last day with papers before `day`."""
    rows = select(edition_papers.c.edition_on).where(edition_papers.c.edition_on < day, _IS_SHOWN)
    rows = rows.order_by(edition_papers.c.edition_on.desc()).limit(1)
    return connection.execute(rows).scalar()


def find_edition_after(connection: Connection, day: date) -> date | None:
    """Return the first day with papers after `day`."""
    rows = select(edition_papers.c.edition_on).where(edition_papers.c.edition_on > day, _IS_SHOWN)
    rows = rows.order_by(edition_papers.c.edition_on).limit(1)
    return connection.execute(rows).scalar()


def list_edition_days(connection: Connection, arrived: Arrived = WHENEVER) -> list[tuple[date, int]]:
    """Return each day that has papers with their number, newest first."""
    rows = select(edition_papers.c.edition_on, func.count()).where(_IS_SHOWN).group_by(edition_papers.c.edition_on)
    rows = bounded(rows, edition_papers.c.paper_pk, arrived)
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
