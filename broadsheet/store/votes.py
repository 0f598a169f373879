"""Votes: one a reader and paper. A paper's count moves in the same transaction, so that it is always exact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from broadsheet.store.community_tables import votes
from broadsheet.store.papers import CHUNK, add_own_counts
from broadsheet.store.since import count_put, list_put, put_at


def insert_vote(connection: Connection, pk: int, reader_pk: int, now: datetime, *, counts: bool) -> bool:
    """Note a vote and count it, unless it is there; say whether it was not."""
    voted_at = put_at(connection, select(func.max(votes.c.voted_at)).where(votes.c.reader_pk == reader_pk), now)
    values = {"paper_pk": pk, "reader_pk": reader_pk, "voted_at": voted_at, "counts": counts}
    is_new = connection.execute(insert(votes).values(**values).on_conflict_do_nothing()).rowcount == 1
    if is_new and counts:
        add_own_counts(connection, pk, 1, 0)
    return is_new


def delete_vote(connection: Connection, pk: int, reader_pk: int) -> bool:
    """Take a vote back with its count; say whether there was one."""
    counted = find_vote(connection, pk, reader_pk)
    if counted is None:
        return False
    connection.execute(delete(votes).where(votes.c.paper_pk == pk, votes.c.reader_pk == reader_pk))
    if counted:
        add_own_counts(connection, pk, -1, 0)
    return True


def find_vote(connection: Connection, pk: int, reader_pk: int) -> bool | None:
    """Return whether a reader's vote counts, None where there is none."""
    own = select(votes.c.counts).where(votes.c.paper_pk == pk, votes.c.reader_pk == reader_pk)
    return connection.execute(own).scalar()


def discount_vote(connection: Connection, pk: int, reader_pk: int) -> bool:
    """Let a reader's vote for a paper no longer count; say whether it did."""
    if not find_vote(connection, pk, reader_pk):
        return False
    own = update(votes).where(votes.c.paper_pk == pk, votes.c.reader_pk == reader_pk)
    connection.execute(own.values(counts=False))
    add_own_counts(connection, pk, -1, 0)
    return True


def find_voted(connection: Connection, reader_pk: int, pks: Sequence[int]) -> frozenset[int]:
    """Return which of these papers a reader voted for."""
    found: set[int] = set()
    for start in range(0, len(pks), CHUNK):
        own = select(votes.c.paper_pk).where(votes.c.reader_pk == reader_pk)
        found.update(connection.execute(own.where(votes.c.paper_pk.in_(pks[start : start + CHUNK]))).scalars())
    return frozenset(found)


def count_votes_of(connection: Connection, reader_pk: int, since: datetime | None = None) -> int:
    """Count the papers that a reader voted for, since a moment, and that are shown."""
    return count_put(connection, votes.c.voted_at, reader_pk, since)


def list_voted(
    connection: Connection, reader_pk: int, limit: int, offset: int = 0, since: datetime | None = None
) -> list[tuple[int, datetime]]:
    """Return (pk, moment) of the papers that a reader voted for, since a moment, the newest vote first."""
    return list_put(connection, votes.c.voted_at, reader_pk, (limit, offset), since)
