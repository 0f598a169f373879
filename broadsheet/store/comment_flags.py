"""Flags: readers say that a comment should be looked at; curators settle them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, distinct, exists, func, select, update
from sqlalchemy.dialects.sqlite import insert

from broadsheet.domain.comments import Flagged
from broadsheet.store.comments import list_comments
from broadsheet.store.community_tables import comment_flags, comments, readers
from broadsheet.store.hiding import is_shown
from broadsheet.store.since import find_newest, is_since, put_at
from broadsheet.store.tables import papers

_f = comment_flags.c
_SEEN = (
    select(comments.c.pk).where(comments.c.pk == _f.comment_pk, is_shown(comments.c.paper_pk)).correlate(comment_flags)
)
_WAITS = _f.settled_at.is_(None) & exists(_SEEN)


def add_flag(connection: Connection, comment_pk: int, reader_pk: int, reason: str, now: datetime) -> None:
    """Note that a reader flags a comment; the first time counts."""
    made_at = put_at(connection, select(func.max(_f.made_at)), now)
    flag = {"comment_pk": comment_pk, "reader_pk": reader_pk, "reason": reason, "made_at": made_at}
    connection.execute(insert(comment_flags).values(flag).on_conflict_do_nothing())


def is_flagged_by(connection: Connection, comment_pk: int, reader_pk: int) -> bool:
    """Say whether a reader flagged a comment."""
    own = select(_f.comment_pk).where(_f.comment_pk == comment_pk, _f.reader_pk == reader_pk)
    return connection.execute(own).first() is not None


def settle_flags(connection: Connection, comment_pk: int, now: datetime) -> int:
    """Settle the flags of a comment and return how many there were."""
    settled = update(comment_flags).where(_f.comment_pk == comment_pk, _f.settled_at.is_(None)).values(settled_at=now)
    return connection.execute(settled).rowcount


def count_flagged(connection: Connection) -> int:
    """Count the comments with flags that are not settled, on papers that everyone sees."""
    return connection.execute(select(func.count(distinct(_f.comment_pk))).where(_WAITS)).scalar_one()


def find_newest_flag(connection: Connection, since: datetime | None = None) -> datetime | None:
    """Return when the newest flag that waits was put up, since a moment; None where none does."""
    return find_newest(connection, select(func.max(_f.made_at)).where(_WAITS, is_since(_f.made_at, since)))


def list_flagged(connection: Connection, before: int, limit: int, since: datetime | None = None) -> list[Flagged]:
    """Return the comments that `count_flagged` counts, flagged since a moment, newest comment first; all flags of each.

    `before` is the pk of the last comment that was read, 0 to begin.
    """
    wanted = select(_f.comment_pk).distinct().where(_WAITS, is_since(_f.made_at, since))
    if before:
        wanted = wanted.where(_f.comment_pk < before)
    pks = list(connection.execute(wanted.order_by(_f.comment_pk.desc()).limit(limit)).scalars())
    flags: dict[int, list[tuple[str, str]]] = defaultdict(list)
    given = select(_f.comment_pk, readers.c.name, _f.reason).join(readers, readers.c.pk == _f.reader_pk)
    for pk, name, reason in connection.execute(given.where(_f.comment_pk.in_(pks), _f.settled_at.is_(None))):
        flags[pk].append((name, reason))
    on = select(comments.c.pk, papers.c.id, papers.c.title).join(papers, papers.c.pk == comments.c.paper_pk)
    named = {pk: (paper_id, title) for pk, paper_id, title in connection.execute(on.where(comments.c.pk.in_(pks)))}
    return [Flagged(one, *named[one.pk], tuple(flags[one.pk])) for one in list_comments(connection, pks, as_typed=True)]
