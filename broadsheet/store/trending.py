"""The stored trending scores: worked out from what a paper's row, categories and editions say, in a few statements.

The score of an edition that has gone to press is frozen and not touched here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, update

from broadsheet.ranking.trending import Counts, Trending, trending, weight_of
from broadsheet.store.interest import list_typicals
from broadsheet.store.tables import edition_papers, editions, paper_categories, papers

CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Entry:
    """A place of a paper in a day's edition."""

    day: date
    score: float
    is_pressed: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """A paper's stored score, what it would be now, and its places."""

    pk: int
    stored: float
    now: Trending
    entries: list[_Entry]


def rescore(connection: Connection, pk: int) -> None:
    """Bring a paper's stored scores up to date, after its counts changed; within the caller's transaction."""
    rescore_papers(connection, [pk])


def rescore_papers(connection: Connection, pks: Sequence[int]) -> int:
    """Bring the stored scores of some papers up to date; return how many had another one, nothing else is written."""
    typicals, changed = list_typicals(connection), 0
    for at in range(0, len(pks), CHUNK):
        read = _read(connection, pks[at : at + CHUNK], typicals)
        scores = [{"this_pk": one.pk, "new": one.now.score} for one in read if one.now.score != one.stored]
        places = [
            {"this_pk": one.pk, "this_day": entry.day, "new": one.now.within_day}
            for one in read
            for entry in one.entries
            if not entry.is_pressed and entry.score != one.now.within_day
        ]
        if scores:
            connection.execute(_SET_SCORE, scores)
        if places:
            connection.execute(_SET_PLACE, places)
        changed += len(scores)
    return changed


def list_scores(connection: Connection, pks: Sequence[int]) -> dict[int, Trending]:
    """Return what the scores of these papers (at most CHUNK) are if they are worked out now."""
    return {one.pk: one.now for one in _read(connection, pks, list_typicals(connection))}


def _read(connection: Connection, pks: Sequence[int], typicals: Mapping[str, float]) -> list[_Read]:
    """Read what scoring needs of some papers, and score them: three statements, however many they are."""
    given = {"pks": list(pks)}
    entries: dict[int, list[_Entry]] = {pk: [] for pk in pks}
    for pk, day, score, pressed_on in connection.execute(_ENTRIES, given):
        entries[pk].append(_Entry(day, score, pressed_on is not None))
    fields = {row.paper_pk: row.category for row in connection.execute(_FIELDS, given)}
    found = []
    for row in connection.execute(_ROWS, given):
        shown_on = max((entry.day for entry in entries[row.pk]), default=None)
        now = trending(_counts(row), weight_of(fields.get(row.pk, ""), typicals), shown_on)
        found.append(_Read(row.pk, row.hotness, now, entries[row.pk]))
    return found


def _counts(row: Any) -> Counts:
    return Counts(row.upvotes_own, row.comments_own, row.upvotes_imported, row.comments_imported)


_ROWS = select(
    papers.c.pk,
    papers.c.hotness,
    papers.c.upvotes_own,
    papers.c.comments_own,
    papers.c.upvotes_imported,
    papers.c.comments_imported,
).where(papers.c.pk.in_(bindparam("pks", expanding=True)))
_FIELDS = select(paper_categories.c.paper_pk, paper_categories.c.category).where(
    paper_categories.c.paper_pk.in_(bindparam("pks", expanding=True)), paper_categories.c.position == 1
)
_ENTRIES = (
    select(edition_papers.c.paper_pk, edition_papers.c.edition_on, edition_papers.c.score, editions.c.edition_on)
    .outerjoin(editions, editions.c.edition_on == edition_papers.c.edition_on)
    .where(edition_papers.c.paper_pk.in_(bindparam("pks", expanding=True)))
)
_SET_SCORE = update(papers).where(papers.c.pk == bindparam("this_pk")).values(hotness=bindparam("new"))
_SET_PLACE = (
    update(edition_papers)
    .where(
        and_(edition_papers.c.paper_pk == bindparam("this_pk"), edition_papers.c.edition_on == bindparam("this_day"))
    )
    .values(score=bindparam("new"))
)
