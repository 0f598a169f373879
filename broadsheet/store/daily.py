"""The daily papers as programs ask for them: of a period or of all days, by day or by hotness, by who brought them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from broadsheet.domain.days import Period
from broadsheet.store.hiding import is_shown
from broadsheet.store.tables import edition_papers, papers, records


@dataclass(frozen=True, slots=True)
class Daily:
    """What is wanted: the papers of a period (of all days where None), and by one source where it is named."""

    period: Period | None = None
    is_trending: bool = False
    submitter: str = ""


def list_daily(connection: Connection, daily: Daily, limit: int | None, offset: int = 0) -> list[int]:
    """Return pks, each once; all of them with the limit None.

    By hotness where trending is wanted; else a period as its edition stands, and all days newest day first. Trending
    without a period holds papers without a day as well.
    """
    if daily.period:
        rows = _of_period(daily.period, is_trending=daily.is_trending)
    else:
        rows = _trending() if daily.is_trending else _of_all_days()
    if daily.submitter:
        rows = rows.where(_first_source(rows.selected_columns[0]) == daily.submitter)
    return list(connection.execute(rows.limit(limit).offset(offset)).scalars())


def _of_period(period: Period, *, is_trending: bool) -> Select[Any]:
    score = papers.c.hotness if is_trending else func.max(edition_papers.c.score)
    return (
        select(edition_papers.c.paper_pk)
        .join(papers, papers.c.pk == edition_papers.c.paper_pk)
        .where(
            edition_papers.c.edition_on.between(period.first_on, period.last_on), is_shown(edition_papers.c.paper_pk)
        )
        .group_by(edition_papers.c.paper_pk)
        .order_by(score.desc(), papers.c.published_on.desc(), edition_papers.c.paper_pk.desc())
    )


def _trending() -> Select[Any]:
    return select(papers.c.pk).where(is_shown(papers.c.pk)).order_by(papers.c.hotness.desc(), papers.c.pk.desc())


def _of_all_days() -> Select[Any]:
    """Walk the days backwards; a paper of several days stands on its last one."""
    own, other = edition_papers.c, edition_papers.alias().c
    later = exists().where(other.paper_pk == own.paper_pk, other.edition_on > own.edition_on)
    newest_first = (own.edition_on.desc(), own.score.desc(), own.paper_pk.desc())
    return select(own.paper_pk).where(~later, is_shown(own.paper_pk)).order_by(*newest_first)


def _first_source(pk: ColumnElement[int]) -> ColumnElement[str]:
    """Return the source of a paper's first record: who brought it."""
    first = select(records.c.source).where(records.c.paper_pk == pk).order_by(records.c.pk).limit(1)
    return first.correlate(edition_papers, papers).scalar_subquery()
