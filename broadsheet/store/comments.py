"""Comments in the record: found, listed, written, edited with what they were before, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, insert, select, update

from broadsheet.domain.comments import Comment, Version
from broadsheet.domain.errors import NotFound
from broadsheet.store.community_tables import claims, comment_flags, comment_versions, comments, notices, readers
from broadsheet.store.hiding import is_shown
from broadsheet.store.papers import CHUNK
from broadsheet.store.since import is_since, put_at

_c = comments.c


@dataclass(frozen=True, slots=True)
class NewComment:
    """A comment to be written; `html` is sanitised, `parent` the comment that it answers."""

    paper_pk: int
    reader_pk: int
    text: str
    html: str
    parent: Comment | None = None


def get_comment(connection: Connection, pk: int) -> Comment:
    """Return a comment with what was typed; raises NotFound, also for one on a paper that is hidden."""
    row = connection.execute(_selected(_c.text).where(_c.pk == pk, is_shown(_c.paper_pk))).first()
    if row is None:
        raise NotFound("There is no such comment here.")
    return _comment(row)


def list_comments(connection: Connection, pks: Sequence[int], *, as_typed: bool = False) -> list[Comment]:
    """Return the comments with these pks in the same order, `as_typed` with their words; a statement for each CHUNK."""
    found: dict[int, Comment] = {}
    wanted = _selected(_c.text) if as_typed else _selected()
    for start in range(0, len(pks), CHUNK):
        rows = connection.execute(wanted.where(_c.pk.in_(pks[start : start + CHUNK])))
        found.update((row.pk, _comment(row)) for row in rows)
    return [found[pk] for pk in pks if pk in found]


def list_comments_after(
    connection: Connection, paper_pk: int, after: int, limit: int, since: datetime | None = None
) -> list[Comment]:
    """Return a paper's comments with what was typed, since a moment, oldest first, from the first one above a pk."""
    wanted = _selected(_c.text).where(_c.paper_pk == paper_pk, _c.pk > after, is_since(_c.written_at, since))
    return [_comment(row) for row in connection.execute(wanted.order_by(_c.pk).limit(limit))]


def list_newest(connection: Connection, paper_pk: int, limit: int) -> list[Comment]:
    """Return a paper's comments that are there, with what was typed, newest first."""
    there = (_c.paper_pk == paper_pk) & (_c.deleted_by == "")
    return [
        _comment(row) for row in connection.execute(_selected(_c.text).where(there).order_by(_c.pk.desc()).limit(limit))
    ]


def list_places(connection: Connection, paper_pk: int) -> list[tuple[int, int | None, float]]:
    """Return (pk, parent pk, score) of each comment on a paper: what `reading_order` needs."""
    wanted = select(_c.pk, _c.parent_pk, _c.score).where(_c.paper_pk == paper_pk)
    return [(pk, parent, score) for pk, parent, score in connection.execute(wanted)]


def count_comments(connection: Connection, paper_pk: int) -> int:
    """Count a paper's comments that are not deleted."""
    there = (_c.paper_pk == paper_pk) & _c.deleted_at.is_(None)
    return connection.execute(select(func.count()).select_from(comments).where(there)).scalar_one()


def insert_comment(connection: Connection, new: NewComment, now: datetime) -> int:
    """Write a comment and return its pk."""
    parent = new.parent
    newest = select(func.max(_c.written_at)).where(_c.paper_pk == new.paper_pk)
    values = {
        "paper_pk": new.paper_pk,
        "parent_pk": parent.pk if parent else None,
        "thread_pk": (parent.thread_pk or parent.pk) if parent else None,
        "reader_pk": new.reader_pk,
        "text": new.text,
        "html": new.html,
        "is_author": is_author(connection, new.paper_pk, new.reader_pk),
        "written_at": put_at(connection, newest, now),
    }
    return int((connection.execute(insert(comments).values(values)).inserted_primary_key or (0,))[0])


def is_author(connection: Connection, paper_pk: int, reader_pk: int) -> bool:
    """Say whether a claim of this reader to a paper was confirmed."""
    confirmed = _confirmed(paper_pk, reader_pk)
    return connection.execute(select(claims.c.pk).where(confirmed)).first() is not None


def update_comment(connection: Connection, comment: Comment, text: str, html: str, now: datetime) -> None:
    """Write a comment anew and keep what it was."""
    before = {"comment_pk": comment.pk, "text": comment.text, "written_at": comment.edited_at or comment.written_at}
    connection.execute(insert(comment_versions).values(before))
    connection.execute(update(comments).where(_c.pk == comment.pk).values(text=text, html=html, edited_at=now))


def list_versions(connection: Connection, comment_pk: int) -> list[Version]:
    """Return what a comment was before, oldest first."""
    kept = comment_versions.c
    wanted = select(kept.text, kept.written_at).where(kept.comment_pk == comment_pk).order_by(kept.pk)
    return [Version(text, written_at.replace(tzinfo=UTC)) for text, written_at in connection.execute(wanted)]


def delete_comment(connection: Connection, pk: int, by: str, now: datetime) -> None:
    """Leave of a comment only its place: its words, versions and notices go, its flags are settled."""
    connection.execute(
        update(comments).where(_c.pk == pk).values(text="", html="", edited_at=None, deleted_at=now, deleted_by=by)
    )
    connection.execute(delete(comment_versions).where(comment_versions.c.comment_pk == pk))
    connection.execute(delete(notices).where(notices.c.comment_pk == pk))
    open_flags = (comment_flags.c.comment_pk == pk) & comment_flags.c.settled_at.is_(None)
    connection.execute(update(comment_flags).where(open_flags).values(settled_at=now))


def _confirmed(paper_pk: Any, reader_pk: Any) -> Any:
    return and_(claims.c.paper_pk == paper_pk, claims.c.reader_pk == reader_pk, claims.c.state == "confirmed")


def _selected(*more: Any) -> Select[Any]:
    """Return the statement for comments with their readers' names and claims, in the order that `_comment` takes."""
    own = (_c.pk, _c.paper_pk, _c.parent_pk, _c.thread_pk, _c.reader_pk, _c.html, _c.is_author, _c.ups, _c.downs)
    wanted = select(
        *own, _c.score, _c.written_at, _c.edited_at, _c.deleted_by, readers.c.name, readers.c.full_name, claims.c.pk,
        *more,
    )  # fmt: skip
    with_readers = comments.outerjoin(readers, readers.c.pk == _c.reader_pk)
    return wanted.select_from(with_readers.outerjoin(claims, _confirmed(_c.paper_pk, _c.reader_pk)))


def _comment(row: Any) -> Comment:
    (
        pk, paper_pk, parent_pk, thread_pk, reader_pk, html, was_author, ups, downs, score, written_at, edited_at,
        deleted_by, name, full_name, claim_pk, *text,
    ) = row  # fmt: skip
    return Comment(
        pk,
        paper_pk,
        parent_pk,
        thread_pk,
        reader_pk,
        name or "",
        full_name or name or "",
        html,
        # A claim may be confirmed after the comment was written; who is gone has no claim left.
        claim_pk is not None if reader_pk else was_author,
        ups,
        downs,
        score,
        written_at.replace(tzinfo=UTC),
        edited_at.replace(tzinfo=UTC) if edited_at else None,
        deleted_by,
        *text,
    )
