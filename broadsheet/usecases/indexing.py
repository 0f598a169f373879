"""Bring the index to where the record is.

Side effects, in order: (1) an index that has lost what the queue already forgot, or that is ahead of the record, is
emptied and every paper is queued again; (2) queued papers are put into the index, or taken out where they are gone;
(3) the index commits them with the queue position; (4) the queue forgets up to there. A crash between any two
repeats harmlessly.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from broadsheet.domain.errors import Conflict
from broadsheet.index.protocol import IndexBatch, SearchIndex
from broadsheet.store import facts, index_queue, papers
from broadsheet.store.database import Database
from broadsheet.usecases.fresh_papers import FreshPapers

ROUND = 1_000
# Each commit ends a segment, and eight of a size are merged: small ones keep what a merge maps small.
PAPERS_PER_COMMIT = 20_000
VECTORS_FOLLOWED = "vectors_followed"
REQUEUED = "requeued"


def drain_index(
    database: Database,
    index: SearchIndex,
    on_papers: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    fresh: FreshPapers | None = None,
) -> int:
    """Index all that is queued and return how many papers that were; raises Conflict while another process does it.

    Stops early, with what is done made durable, once `should_stop` says so. What `fresh` keeps is not read again.
    """
    with database.read() as connection:
        if index.position() == index_queue.last_position(connection):
            return 0
    done = committed = 0
    with index.batch() as batch:
        position = _start(database, index, batch)
        while chunk := _put_next(database, batch, position, fresh):
            position, done = chunk[-1][0], done + len(chunk)
            if done - committed >= PAPERS_PER_COMMIT:
                batch.commit(position)
                committed = done
            if on_papers:
                on_papers(len(chunk))
            if should_stop():
                break
        batch.commit(position)
    forget_followed(database, index)
    return done


def drain_if_free(database: Database, index: SearchIndex) -> bool:
    """Index all that is queued; False, with nothing done, where another process has the index and will do it."""
    try:
        drain_index(database, index)
    except Conflict:
        return False
    return True


def forget_followed(database: Database, index: SearchIndex, *, is_shown: bool = True) -> None:
    """Let the queue forget what both words and vectors have taken in.

    `is_shown` tells those who keep pages that the index has moved on; False where they know it already.
    """
    position = index.position()
    with database.read() as connection:
        followed = facts.find_fact(connection, VECTORS_FOLLOWED)
        through = min(position, int(followed)) if followed else position
        oldest = index_queue.list_after(connection, 0, 1)
    if not oldest or oldest[0][0] > through:
        return
    with database.write(is_shown=is_shown) as connection:
        if facts.find_fact(connection, VECTORS_FOLLOWED) == followed:  # else somebody needs what was not needed
            index_queue.delete_through(connection, through)


def is_whole(connection: Connection, index: SearchIndex) -> bool:
    """Say whether index and queue together know every change of the record."""
    position = index.position()
    return position + index_queue.count_after(connection, position) == index_queue.last_position(connection)


def rebuild_index(database: Database, index: SearchIndex) -> int:
    """Empty the index and fill it from the record; return how many papers it holds then."""
    with index.batch() as batch:
        batch.clear()
        batch.commit(0)
    return drain_index(database, index)


def _start(database: Database, index: SearchIndex, batch: IndexBatch) -> int:
    """Return the position to go on from, after queueing everything anew where the index is not whole."""
    with database.read() as connection:
        if is_whole(connection, index):
            return index.position()
    batch.clear()
    position = _queue_everything(database)
    batch.commit(position)
    return position


def _queue_everything(database: Database) -> int:
    """Queue each paper once more; return the position before the first of them."""
    with database.write() as connection:
        before = index_queue.last_position(connection)
        pk = 0
        while pks := papers.list_pks_after(connection, pk, ROUND):
            index_queue.enqueue(connection, pks)
            pk = pks[-1]
        facts.set_fact(connection, REQUEUED, f"{before} {index_queue.last_position(connection)}")
    return before


def find_requeued(connection: Connection) -> tuple[int, int]:
    """Return (after, through): the positions at which every paper was queued once more, though nothing had changed."""
    after, through = (facts.find_fact(connection, REQUEUED) or "0 0").split()
    return int(after), int(through)


def _put_next(database: Database, batch: IndexBatch, position: int, fresh: FreshPapers | None) -> list[tuple[int, int]]:
    with database.read() as connection:
        rows = index_queue.list_after(connection, position, ROUND)
        known = fresh.take(rows) if fresh else {}
        pks = list(dict.fromkeys(pk for _, pk in rows))
        present = known | {
            paper.pk: paper for paper in papers.list_papers(connection, [p for p in pks if p not in known])
        }
    batch.remove([pk for pk in pks if pk not in present])
    batch.put([present[pk] for pk in pks if pk in present])
    return rows
