"""What readers are told: who answered them, who named them. On papers that are hidden nobody is told anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects.sqlite import insert

from broadsheet.domain.comments import Notice
from broadsheet.store.community_tables import comments, notices, readers
from broadsheet.store.since import find_newest, is_since, put_at
from broadsheet.store.tables import papers

_n = notices.c


def add_notices(connection: Connection, comment_pk: int, kinds: Mapping[int, str], now: datetime) -> None:
    """Tell each reader of `kinds` about a comment; who was told already is not told again."""
    if kinds:
        made_at = put_at(connection, select(func.max(_n.made_at)).where(_n.reader_pk.in_(list(kinds))), now)
        rows = [
            {"reader_pk": pk, "comment_pk": comment_pk, "kind": kind, "made_at": made_at} for pk, kind in kinds.items()
        ]
        connection.execute(insert(notices).on_conflict_do_nothing(), rows)


def list_mentioned(connection: Connection, names: Iterable[str]) -> list[int]:
    """Return the readers with these short names; who is blocked, or the machine's own reader, is none."""
    wanted = select(readers.c.pk).where(readers.c.name.in_(list(names)), ~readers.c.is_local, ~readers.c.is_blocked)
    return list(connection.execute(wanted).scalars())


def count_unread(connection: Connection, reader_pk: int) -> int:
    """Count what a reader was told and has not seen."""
    unseen = _among(select(func.count()), reader_pk).where(_n.seen_at.is_(None))
    return int(connection.execute(unseen).scalar_one())


def list_notices(
    connection: Connection, reader_pk: int, before: int, limit: int, since: datetime | None = None
) -> list[Notice]:
    """Return what a reader was told, since a moment, newest first, older than a pk; 0 for all."""
    columns = (_n.pk, _n.kind, _n.comment_pk, _n.made_at, _n.seen_at, comments.c.text, papers.c.title)
    by = readers.alias("by")
    wanted = _among(select(*columns, by.c.name, by.c.full_name), reader_pk, by).where(is_since(_n.made_at, since))
    if before:
        wanted = wanted.where(_n.pk < before)
    return [
        Notice(
            row.pk, row.kind, row.comment_pk, row.title, row.full_name or row.name or "", row.text,
            row.made_at.replace(tzinfo=UTC), row.seen_at is not None,
        )
        for row in connection.execute(wanted.order_by(_n.pk.desc()).limit(limit))
    ]  # fmt: skip


def find_newest_notice(connection: Connection, reader_pk: int, since: datetime | None) -> datetime | None:
    """Return when a reader was last told something, since a moment; None where that never was."""
    newest = _among(select(func.max(_n.made_at)), reader_pk)
    return find_newest(connection, newest.where(is_since(_n.made_at, since)))


def mark_seen(connection: Connection, reader_pk: int, now: datetime, pk: int | None = None) -> int | None:
    """Note that a reader has seen one notice, or all; return the comment of the one, None where it is not there."""
    own = (_n.reader_pk == reader_pk) if pk is None else (_n.reader_pk == reader_pk) & (_n.pk == pk)
    connection.execute(update(notices).where(own, _n.seen_at.is_(None)).values(seen_at=now))
    return None if pk is None else connection.execute(select(_n.comment_pk).where(own)).scalar()


def _among(wanted: Select[Any], reader_pk: int, by: Any = None) -> Select[Any]:
    joined = notices.join(comments, comments.c.pk == _n.comment_pk).join(papers, papers.c.pk == comments.c.paper_pk)
    if by is not None:
        joined = joined.outerjoin(by, by.c.pk == comments.c.reader_pk)
    return wanted.select_from(joined).where(_n.reader_pk == reader_pk, papers.c.hidden == "")
