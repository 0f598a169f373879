"""The interest that a typical paper of each field meets: stored, refreshed now and then, used in every score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import Connection, and_, delete, func, insert, select

from broadsheet.ranking.trending import ALL_FIELDS, Counts
from broadsheet.store.tables import category_interest, edition_papers, paper_categories, papers


def list_typicals(connection: Connection) -> dict[str, float]:
    """Return the typical points of each category, and under ALL_FIELDS those of all papers; empty at the very first."""
    rows = select(category_interest.c.category, category_interest.c.typical)
    return {row.category: row.typical for row in connection.execute(rows)}


def find_refreshed_at(connection: Connection) -> datetime | None:
    """Return when typical interest was last worked out, None where it never was."""
    when = select(category_interest.c.refreshed_at).where(category_interest.c.category == ALL_FIELDS)
    found = connection.execute(when).scalar()
    return found.replace(tzinfo=UTC) if found else None


def replace_typicals(connection: Connection, typicals: Mapping[str, float], now: datetime) -> None:
    """Let exactly these categories have a typical interest."""
    connection.execute(delete(category_interest))
    rows = [{"category": name, "typical": value, "refreshed_at": now} for name, value in typicals.items()]
    if rows:
        connection.execute(insert(category_interest), rows)


def list_counts(connection: Connection, first: date, last: date) -> dict[str, list[Counts]]:
    """Return what people did with each paper that an edition from `first` to `last` carries, by its first category.

    Papers without a category stand under ALL_FIELDS.
    """
    shown = select(edition_papers.c.paper_pk).where(edition_papers.c.edition_on.between(first, last))
    of_paper = and_(paper_categories.c.paper_pk == papers.c.pk, paper_categories.c.position == 1)
    rows = select(
        func.coalesce(paper_categories.c.category, ALL_FIELDS),
        papers.c.upvotes_own,
        papers.c.comments_own,
        papers.c.upvotes_imported,
        papers.c.comments_imported,
    ).select_from(papers.outerjoin(paper_categories, of_paper))
    found: dict[str, list[Counts]] = defaultdict(list)
    for category, *numbers in connection.execute(rows.where(papers.c.pk.in_(shown))):
        found[category].append(Counts(*numbers))
    return found
