"""A discussion as a page shows it: each comment with its indent, whom it answers and what the visitor may do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from markupsafe import Markup

from broadsheet.domain.comments import BY_CURATOR, LONGEST_COMMENT, Comment, Discussion, Placed
from broadsheet.render import links

DEEPEST_INDENT = 4
FORMER = "a former reader"


@dataclass(frozen=True, slots=True)
class Line:
    """A comment to be shown; `gone` says in words that it is deleted, `answers` names whom it answers."""

    comment: Comment
    said: Markup
    by: str
    when: str
    when_iso: str
    edited: str = ""
    gone: str = ""
    indent: int = 0
    answers: str = ""
    answers_url: str = ""
    own_vote: int = 0
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A page of a discussion; the addresses lead to the pages around it, None where there is none."""

    count: int
    lines: list[Line]
    previous: str | None
    next: str | None
    longest: int = LONGEST_COMMENT


def make_talk(discussion: Discussion, paper_id: str, zone: tzinfo, reader_pk: int | None) -> Talk:
    """Make a page of a discussion for a visitor."""
    here = {placed.comment.pk: placed.comment for placed in discussion.shown}
    page = discussion.page
    return Talk(
        count=discussion.count,
        lines=[_placed(placed, here, discussion, zone, reader_pk) for placed in discussion.shown],
        previous=links.discussion(paper_id, page - 1) if page else None,
        next=links.discussion(paper_id, page + 1) if page + 1 < discussion.pages else None,
    )


def make_line(comment: Comment, zone: tzinfo, reader_pk: int | None, own_vote: int = 0) -> Line:
    """Make a comment that stands alone."""
    by = "a curator" if comment.deleted_by == BY_CURATOR else "its author"
    return Line(
        comment,
        said=Markup(comment.html),  # noqa: S704 (sanitised when it was written)
        by=comment.shown_name or FORMER,
        when=moment(comment.written_at, zone),
        when_iso=comment.written_at.isoformat(timespec="seconds"),
        edited=moment(comment.edited_at, zone) if comment.edited_at else "",
        gone=f"Deleted by {by}." if comment.deleted_by else "",
        own_vote=own_vote,
        is_own=reader_pk is not None and comment.reader_pk == reader_pk,
    )


def moment(value: datetime, zone: tzinfo) -> str:
    """Return a moment in the site's zone, to the minute."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"


def _placed(
    placed: Placed, here: dict[int, Comment], discussion: Discussion, zone: tzinfo, reader_pk: int | None
) -> Line:
    comment, parent = placed.comment, placed.comment.parent_pk
    line = make_line(comment, zone, reader_pk, discussion.own_votes.get(comment.pk, 0))
    if parent is None:
        return line
    answered = here.get(parent)
    return replace(
        line,
        indent=min(placed.depth, DEEPEST_INDENT),
        answers=(answered.shown_name or FORMER) if answered else "a comment",
        answers_url=f"#{links.comment_anchor(parent)}" if answered else links.comment(parent),
    )
