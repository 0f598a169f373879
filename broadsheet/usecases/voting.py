"""Vote for papers and take votes back.

Side effects, in one transaction: the vote, the paper's count, its score; the paper queued for the index, which orders
by votes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.listing import Listing, Ranked
from broadsheet.domain.paper import Paper
from broadsheet.domain.readers import Reader
from broadsheet.store import claims, index_queue, papers, submissions, votes
from broadsheet.store.database import Database
from broadsheet.store.trending import rescore
from broadsheet.usecases.seeing import get_seen


def vote(database: Database, paper_id: str, reader: Reader, now: datetime, *, is_for: bool) -> Paper:
    """Give a reader's vote to a paper, or take it back; return the paper as it is then. Raises NotFound.

    A vote twice is one vote. Who wrote a paper or brought it may vote for it too, but that does not count.
    """
    with database.write() as connection:
        paper = get_seen(connection, paper_id, reader)
        if is_for:
            counts = not _is_own(connection, reader.pk, paper.pk)
            has_changed = votes.insert_vote(connection, paper.pk, reader.pk, now, counts=counts)
        else:
            has_changed = votes.delete_vote(connection, paper.pk, reader.pk)
        if has_changed:
            note_votes(connection, paper.pk)
        return papers.list_papers(connection, [paper.pk], with_hidden=True)[0]


def note_votes(connection: Connection, pk: int) -> None:
    """Bring a paper's score and its place in the index after its votes."""
    rescore(connection, pk)
    index_queue.enqueue(connection, [pk])


def find_voted(database: Database, reader_pk: int | None, shown: Sequence[Paper]) -> frozenset[int]:
    """Return which of the papers on a page a reader voted for: their pks, none for nobody."""
    if reader_pk is None or not shown:
        return frozenset()
    with database.read() as connection:
        return votes.find_voted(connection, reader_pk, [paper.pk for paper in shown])


def with_votes(database: Database, listing: Listing, reader_pk: int | None) -> Listing:
    """Return a list that knows what of it a reader voted for."""
    return replace(listing, voted=find_voted(database, reader_pk, [entry.paper for entry in listing.entries]))


def read_votes(
    database: Database, reader_pk: int, limit: int, offset: int = 0, since: datetime | None = None
) -> Listing:
    """Return the papers that a reader voted for, since a moment, the newest vote first."""
    with database.read() as connection:
        count = votes.count_votes_of(connection, reader_pk, since)
        rows = votes.list_voted(connection, reader_pk, limit, offset, since) if offset < count else []
        shown = papers.list_papers(connection, [pk for pk, _ in rows])
    entries = tuple(Ranked(rank, 0.0, {}, paper) for rank, paper in enumerate(shown, offset + 1))
    newest_at = rows[0][1] if rows else None
    return Listing(entries, count, offset, limit, voted=frozenset(pk for pk, _ in rows), newest_at=newest_at)


def _is_own(connection: Connection, reader_pk: int, pk: int) -> bool:
    is_theirs = submissions.is_submitter(connection, reader_pk, pk)
    return is_theirs or claims.is_author(connection, reader_pk, pk)
