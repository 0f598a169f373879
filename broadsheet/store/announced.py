"""What was announced, read back: per day over all sources and categories, and per feed for its freshness.

A paper belongs to the first day on which it was announced, as new or as a cross-list; replacements belong nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, select

from broadsheet.domain.announcements import COUNTED_KINDS
from broadsheet.domain.completeness import Completeness, DayAnnounced, assess
from broadsheet.domain.staleness import DAYS_OF_USUAL, Feed
from broadsheet.store.hiding import drop_provisional
from broadsheet.store.records import find_pks_by_keys
from broadsheet.store.tables import announced_papers, announcements, edition_papers, editions

_CHUNK = 500


def find_completeness(connection: Connection, day: date) -> Completeness | None:
    """Return how complete a day's edition is now, None where no source said what it should hold."""
    stated, moments = _read_stated(connection, day)
    if not moments:
        return None
    categories: dict[str, set[str]] = defaultdict(set)
    rows = select(announced_papers.c.category, announced_papers.c.arxiv_id).where(
        announced_papers.c.announced_on == day, announced_papers.c.kind.in_(COUNTED_KINDS)
    )
    for category, arxiv_id in connection.execute(rows):
        categories[category].add(arxiv_id)
    named = sorted(set().union(*categories.values()))
    days = find_announced_days(connection, named)
    pks = drop_provisional(connection, find_pks(connection, named))
    late_pks = select(edition_papers.c.paper_pk).where(edition_papers.c.edition_on == day, edition_papers.c.is_late)
    late = set(connection.execute(late_pks).scalars())
    checked = connection.execute(select(editions.c.checked_at).where(editions.c.edition_on == day)).scalar()
    return assess(
        DayAnnounced(
            edition_on=day,
            categories={name: frozenset(ids) for name, ids in categories.items()},
            stated=stated,
            as_of=max([*moments, *([checked] if checked else [])]).replace(tzinfo=UTC),
            known_before={name for name, first in days.items() if first < day},
            here=pks.keys(),
            late={name for name, pk in pks.items() if pk in late},
        )
    )


def list_announced(connection: Connection, day: date) -> list[str]:
    """Return the arXiv ids that were announced first on a day, in order."""
    rows = (
        select(announced_papers.c.arxiv_id)
        .distinct()
        .where(announced_papers.c.announced_on == day, announced_papers.c.kind.in_(COUNTED_KINDS))
    )
    days = find_announced_days(connection, list(connection.execute(rows).scalars()))
    return sorted(name for name, first in days.items() if first == day)


def find_announced_days(connection: Connection, arxiv_ids: Sequence[str]) -> dict[str, date]:
    """Return the first day on which each of some papers was announced; those never announced are left out."""
    found: dict[str, date] = {}
    table = announced_papers.c
    for chunk in _chunks(arxiv_ids):
        rows = select(table.arxiv_id, func.min(table.announced_on)).where(
            table.arxiv_id.in_(chunk), table.kind.in_(COUNTED_KINDS)
        )
        found.update((name, day) for name, day in connection.execute(rows.group_by(table.arxiv_id)))
    return found


def find_pks(connection: Connection, arxiv_ids: Sequence[str]) -> dict[str, int]:
    """Return the papers in the record that have these arXiv ids."""
    leads = find_pks_by_keys(connection, [f"arxiv:{name}" for name in arxiv_ids])
    return {key.removeprefix("arxiv:"): pk for key, pk in leads.items()}


def list_announced_days(connection: Connection, first: date, last: date) -> list[date]:
    """Return the days from `first` to `last` for which anything was announced, oldest first."""
    rows = select(announcements.c.announced_on).distinct().where(announcements.c.announced_on.between(first, last))
    return list(connection.execute(rows.order_by(announcements.c.announced_on)).scalars())


def find_feed(connection: Connection, source: str, category: str) -> Feed:
    """Return what a source last announced in a category.

    The usual numbers are those of the category over all sources, the largest of each of the newest days.
    """
    own = select(func.max(announcements.c.announced_on)).where(
        announcements.c.source == source, announcements.c.category == category
    )
    newest = connection.execute(own).scalar()
    if newest is None:
        return Feed(source, category, None)
    numbers = _numbers(connection, category, newest)
    before = [max(of_day.values()) for day, of_day in numbers.items() if day < newest]
    return Feed(source, category, newest, numbers.get(newest, {}).get(source, 0), before[:DAYS_OF_USUAL])


def _numbers(connection: Connection, category: str, newest: date) -> dict[date, dict[str, int]]:
    """Return how many papers each source announced on each of the newest days of a category, newest day first."""
    said, named = announcements.c, announced_papers.c
    days = select(said.announced_on).distinct().where(said.category == category, said.announced_on <= newest)
    chosen = days.order_by(said.announced_on.desc()).limit(DAYS_OF_USUAL + 1).scalar_subquery()
    counted = (
        select(named.announced_on, named.source, func.count())
        .where(named.category == category, named.announced_on.in_(chosen), named.kind.in_(COUNTED_KINDS))
        .group_by(named.announced_on, named.source)
    )
    of_sources = {(day, source): number for day, source, number in connection.execute(counted)}
    rows = select(said.announced_on, said.source, said.stated).where(
        said.category == category, said.announced_on.in_(chosen)
    )
    found: dict[date, dict[str, int]] = {}
    for day, source, stated in connection.execute(rows.order_by(said.announced_on.desc())):
        found.setdefault(day, {})[source] = max(stated or 0, of_sources.get((day, source), 0))
    return found


def _read_stated(connection: Connection, day: date) -> tuple[dict[str, int], list[datetime]]:
    rows = (
        select(announcements.c.category, func.max(announcements.c.stated), func.max(announcements.c.seen_at))
        .where(announcements.c.announced_on == day)
        .group_by(announcements.c.category)
    )
    found = list(connection.execute(rows))
    return {category: stated or 0 for category, stated, _ in found}, [seen for _, _, seen in found]


def _chunks(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[at : at + _CHUNK] for at in range(0, len(names), _CHUNK))
