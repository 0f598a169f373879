"""Votes on comments, and the counts and the score that are kept with each comment."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, case, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from broadsheet.ranking.wilson import lower_bound
from broadsheet.store.community_tables import comment_votes, comments
from broadsheet.store.papers import CHUNK

_v = comment_votes.c


def set_vote(connection: Connection, comment_pk: int, reader_pk: int, value: int) -> None:
    """Let a reader's vote on a comment be 1, -1 or, with 0, none; and count anew."""
    if value:
        vote = insert(comment_votes).values(comment_pk=comment_pk, reader_pk=reader_pk, value=value)
        connection.execute(
            vote.on_conflict_do_update(index_elements=("comment_pk", "reader_pk"), set_={"value": value})
        )
    else:
        connection.execute(delete(comment_votes).where(_v.comment_pk == comment_pk, _v.reader_pk == reader_pk))
    recount_votes(connection, [comment_pk])


def list_votes(connection: Connection, reader_pk: int, comment_pks: Sequence[int]) -> dict[int, int]:
    """Return how a reader voted on each of these comments (at most CHUNK) that has the reader's vote."""
    own = select(_v.comment_pk, _v.value).where(_v.reader_pk == reader_pk, _v.comment_pk.in_(comment_pks))
    return {row.comment_pk: row.value for row in connection.execute(own)}


def forget_votes(connection: Connection, reader_pk: int) -> None:
    """Take all of a reader's votes on comments back, and count anew."""
    voted = list(connection.execute(select(_v.comment_pk).where(_v.reader_pk == reader_pk)).scalars())
    connection.execute(delete(comment_votes).where(_v.reader_pk == reader_pk))
    recount_votes(connection, voted)


def recount_votes(connection: Connection, comment_pks: Sequence[int]) -> None:
    """Count the votes on comments anew and score them."""
    for start in range(0, len(comment_pks), CHUNK):
        chunk = comment_pks[start : start + CHUNK]
        ups, downs = (func.sum(case((_v.value == value, 1), else_=0)) for value in (1, -1))
        counted = select(_v.comment_pk, ups, downs).where(_v.comment_pk.in_(chunk)).group_by(_v.comment_pk)
        found = {pk: (up, down) for pk, up, down in connection.execute(counted)}
        rows = [(pk, *found.get(pk, (0, 0))) for pk in chunk]
        connection.execute(
            update(comments).where(comments.c.pk == bindparam("this_pk")),
            [{"this_pk": pk, "ups": up, "downs": down, "score": lower_bound(up, down)} for pk, up, down in rows],
        )
