"""Write, edit and delete comments.

Side effects, in order, in one transaction: the comment, the paper's count of comments, its score, the notices of whom
it answers and mentions, the webhooks' deliveries, and, where a curator deletes, a line in the public log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.comments import (
    BY_AUTHOR,
    BY_CURATOR,
    MENTION,
    MOST_VERSIONS,
    REPLY,
    Comment,
    may_edit,
    parse_comment,
    parse_reason,
)
from broadsheet.domain.deeds import Deed
from broadsheet.domain.errors import Invalid, NotAllowed, NotFound
from broadsheet.domain.readers import Reader
from broadsheet.render import links
from broadsheet.render.markdown import Rendered, render_markdown
from broadsheet.store import comments, deeds, notices, papers
from broadsheet.store.database import Database
from broadsheet.store.trending import rescore
from broadsheet.usecases.announce import about_comment, announce

GONE = "This comment is deleted."
TOO_LATE = "This comment can no longer be edited: answer it instead."
NOT_YOURS = "This is somebody else's comment: answer or flag it instead."


@dataclass(frozen=True, slots=True)
class Written:
    """A comment as a reader sends it; `parent_pk` is the comment that it answers."""

    text: str
    parent_pk: int | None = None


def add_comment(database: Database, paper_id: str, reader: Reader, written: Written, now: datetime) -> Comment:
    """Write a comment on a paper; raises NotFound, and Invalid where it is empty or too long or its parent is gone."""
    text = parse_comment(written.text)
    rendered = render_markdown(text)
    with database.write() as connection:
        paper = papers.get_paper(connection, paper_id)
        parent = _parent(connection, paper.pk, written.parent_pk)
        new = comments.NewComment(paper.pk, reader.pk, text, rendered.html, parent)
        pk = comments.insert_comment(connection, new, now)
        _count(connection, paper.pk, 1)
        kinds = {parent.reader_pk: REPLY} if parent and parent.reader_pk else {}
        _tell(connection, pk, kinds, rendered, now, reader)
        # Only a paper that everybody sees gets this far: `get_paper` knows no other.
        announce(connection, "comment", about_comment(paper, reader.shown_name, text, links.comment(pk)), now)
        return comments.get_comment(connection, pk)


def edit_comment(database: Database, pk: int, reader: Reader, text: str, minutes: int, now: datetime) -> Comment:
    """Write one's own comment anew within the minutes that the settings give; raises NotFound, NotAllowed, Invalid."""
    text = parse_comment(text)
    rendered = render_markdown(text)
    with database.write() as connection:
        comment = get_living(connection, pk)
        if comment.reader_pk != reader.pk:
            raise NotAllowed(NOT_YOURS)
        if not may_edit(comment, reader.pk, minutes, now):
            raise NotAllowed(TOO_LATE)
        if text != comment.text:
            if len(comments.list_versions(connection, pk)) >= MOST_VERSIONS:
                raise NotAllowed(TOO_LATE)
            comments.update_comment(connection, comment, text, rendered.html, now)
            _tell(connection, pk, {}, rendered, now, reader)
        return comments.get_comment(connection, pk)


def delete_comment(database: Database, pk: int, reader: Reader, reason: str, now: datetime) -> Comment:
    """Delete one's own comment, or, as a curator who says why, another's; raises NotFound, NotAllowed, Invalid."""
    with database.write() as connection:
        comment = get_living(connection, pk)
        if comment.reader_pk == reader.pk:
            remove(connection, comment, BY_AUTHOR, now)
        elif reader.is_at_least("curator"):
            delete_as_curator(connection, comment, reader, parse_reason(reason), now)
        else:
            raise NotAllowed(NOT_YOURS)
        return comment


def delete_as_curator(connection: Connection, comment: Comment, reader: Reader, reason: str, now: datetime) -> None:
    """Delete a comment for all to see who did it, and why."""
    remove(connection, comment, BY_CURATOR, now)
    subject = f"{papers.get_id(connection, comment.paper_pk)}#comment-{comment.pk}"
    deeds.add_deed(connection, Deed(now, reader.pk, "comment deleted", subject, reason))


def get_living(connection: Connection, pk: int) -> Comment:
    """Return a comment that is not deleted; raises NotFound."""
    comment = comments.get_comment(connection, pk)
    if comment.deleted_by:
        raise NotFound(GONE)
    return comment


def remove(connection: Connection, comment: Comment, by: str, now: datetime) -> None:
    """Leave of a comment only its place, and count the paper's anew."""
    comments.delete_comment(connection, comment.pk, by, now)
    _count(connection, comment.paper_pk, -1)


def _parent(connection: Connection, paper_pk: int, pk: int | None) -> Comment | None:
    if pk is None:
        return None
    try:
        parent = get_living(connection, pk)
    except NotFound as error:
        raise Invalid("reply_to", "The comment that this answers is gone: answer another, or the paper.") from error
    if parent.paper_pk != paper_pk:
        raise Invalid("reply_to", "The comment that this answers is on another paper.")
    return parent


def _count(connection: Connection, paper_pk: int, more: int) -> None:
    papers.add_own_counts(connection, paper_pk, 0, more)
    rescore(connection, paper_pk)


def _tell(
    connection: Connection, pk: int, kinds: dict[int, str], rendered: Rendered, now: datetime, by: Reader
) -> None:
    """Tell whom a comment answers and whom it mentions, never its own author."""
    if rendered.mentions:
        mentioned = notices.list_mentioned(connection, rendered.mentions)
        kinds = {**dict.fromkeys(mentioned, MENTION), **kinds}
    kinds.pop(by.pk, None)
    notices.add_notices(connection, pk, kinds, now)
