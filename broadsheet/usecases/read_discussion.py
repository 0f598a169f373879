"""Read discussions, single comments, notices and flags. Nothing here changes anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.comments import (
    ON_A_PAGE,
    Comment,
    Discussion,
    Flagged,
    Notice,
    OneComment,
    Placed,
    reading_order,
)
from broadsheet.domain.listing import Entries, first_of
from broadsheet.store import comment_flags, comment_votes, comments, notices, papers, visibility
from broadsheet.store.database import Database

IN_A_LIST = 50


def read_discussion(database: Database, paper_pk: int, page: int, reader_pk: int | None) -> Discussion:
    """Return a page of a paper's comments, the last page where there are not that many."""
    with database.read() as connection:
        ordered = reading_order(comments.list_places(connection, paper_pk))
        pages = max(1, -(-len(ordered) // ON_A_PAGE))
        page = min(page, pages - 1)
        depths = dict(ordered[page * ON_A_PAGE : (page + 1) * ON_A_PAGE])
        shown = comments.list_comments(connection, list(depths))
        own = comment_votes.list_votes(connection, reader_pk, list(depths)) if reader_pk and depths else {}
        count = comments.count_comments(connection, paper_pk)
    placed = tuple(Placed(comment, depths[comment.pk]) for comment in shown)
    return Discussion(count, placed, page, pages, own)


def find_place(database: Database, comment_pk: int) -> tuple[str, int]:
    """Return the id of a comment's paper and the page of its discussion where it stands; raises NotFound."""
    with database.read() as connection:
        comment = comments.get_comment(connection, comment_pk)
        return papers.get_id(connection, comment.paper_pk), _page_of(connection, comment)


def read_comment(database: Database, pk: int, reader_pk: int | None) -> OneComment:
    """Return one comment with what it was before; raises NotFound, also where its paper is not for this reader."""
    with database.read() as connection:
        comment = comments.get_comment(connection, pk)
        paper = visibility.get_paper_for(connection, papers.get_id(connection, comment.paper_pk), reader_pk)
        found = OneComment(comment, paper, _page_of(connection, comment), comments.list_versions(connection, pk))
        if reader_pk is None:
            return found
        vote = comment_votes.list_votes(connection, reader_pk, [pk]).get(pk, 0)
        return replace(found, own_vote=vote, is_flagged=comment_flags.is_flagged_by(connection, pk, reader_pk))


def read_comments_after(
    database: Database, paper_pk: int, after: int, since: datetime | None = None
) -> tuple[list[Comment], int | None]:
    """Return comments of a paper, since a moment, oldest first, from a pk on, and the pk to go on after, if any."""
    with database.read() as connection:
        found = comments.list_comments_after(connection, paper_pk, after, ON_A_PAGE + 1, since)
    return found[:ON_A_PAGE], found[ON_A_PAGE - 1].pk if len(found) > ON_A_PAGE else None


def read_newest_comments(database: Database, paper_pk: int, limit: int) -> list[Comment]:
    """Return a paper's comments that are not deleted, newest first."""
    with database.read() as connection:
        return comments.list_newest(connection, paper_pk, limit)


def read_notices(database: Database, reader_pk: int, before: int, since: datetime | None = None) -> Entries[Notice]:
    """Return a reader's notices, since a moment, newest first, from below a pk on (0 for all)."""
    with database.read() as connection:
        found = notices.list_notices(connection, reader_pk, before, IN_A_LIST + 1, since)
        newest_at = notices.find_newest_notice(connection, reader_pk, since)
    return first_of(found, IN_A_LIST, newest_at)


def read_flagged(database: Database, before: int, since: datetime | None = None) -> Entries[Flagged]:
    """Return the comments that wait for a curator, flagged since a moment, newest first, from below a pk on."""
    with database.read() as connection:
        found = comment_flags.list_flagged(connection, before, IN_A_LIST + 1, since)
        newest_at = comment_flags.find_newest_flag(connection, since)
    return first_of(found, IN_A_LIST, newest_at)


def count_unread(database: Database, reader_pk: int) -> int:
    """Count the notices that a reader has not seen."""
    with database.read() as connection:
        return notices.count_unread(connection, reader_pk)


def count_flagged(database: Database) -> int:
    """Count the comments that wait for a curator."""
    with database.read() as connection:
        return comment_flags.count_flagged(connection)


def _page_of(connection: Connection, comment: Comment) -> int:
    ordered = reading_order(comments.list_places(connection, comment.paper_pk))
    return next(n for n, (pk, _) in enumerate(ordered) if pk == comment.pk) // ON_A_PAGE
