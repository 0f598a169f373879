"""The pages of discussions beside a paper's own: a comment, the form to write one, notices, flags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from broadsheet.domain.comments import LONGEST_COMMENT, LONGEST_REASON, Flagged, Notice, OneComment
from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render.markdown import plain_words
from broadsheet.render.news import News
from broadsheet.render.pages import Masthead, render_page
from broadsheet.render.talk import make_line, moment

EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form for a comment: its words, how they would look (sanitised HTML), why they were refused."""

    text: str
    reply_to: int | None = None
    preview: str = ""
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment on its own page: what the visitor may do, and what was typed in its form."""

    one: OneComment
    may_edit: bool
    typed: Typed | None = None


def show_comment(masthead: Masthead, view: CommentView) -> str:
    """Return the page of one comment."""
    one = view.one
    return render_page(
        "show_comment.html",
        masthead,
        line=make_line(one.comment, masthead.zone, masthead.visitor.pk, one.own_vote),
        paper_id=one.paper.id,
        title=readable(one.paper.content.title),
        view=view,
        typed=view.typed or Typed(one.comment.text),
        preview=_safe(view.typed.preview if view.typed else ""),
        versions=[(moment(version.written_at, masthead.zone), version.text) for version in one.versions],
        longest=LONGEST_COMMENT,
        longest_reason=LONGEST_REASON,
    )


def show_comment_form(masthead: Masthead, paper: Paper, typed: Typed) -> str:
    """Return the form for a comment with what was typed, how it would look, or why it was not taken."""
    return render_page(
        "show_comment_form.html",
        masthead,
        paper_id=paper.id,
        title=readable(paper.content.title),
        typed=typed,
        preview=_safe(typed.preview),
        longest=LONGEST_COMMENT,
    )


def show_notices(masthead: Masthead, notices: Sequence[Notice], older: str, flagged: int, news: News) -> str:
    """Return a reader's notices, `older` at another address; `flagged` comments wait, where the reader is a curator."""
    return render_page(
        "show_notices.html",
        masthead,
        notices=[
            (one, readable(one.paper_title), plain_words(one.text, EXCERPT), moment(one.made_at, masthead.zone))
            for one in notices
        ],
        older=older,
        flagged=flagged,
        news=news,
    )


def show_flags(masthead: Masthead, flagged: Sequence[Flagged], older: str, news: News) -> str:
    """Return the comments that wait for a curator, `older` at another address."""
    return render_page(
        "show_flags.html",
        masthead,
        flagged=[
            (one, make_line(one.comment, masthead.zone, masthead.visitor.pk), readable(one.paper_title))
            for one in flagged
        ],
        older=older,
        news=news,
        longest_reason=LONGEST_REASON,
    )


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 (from render_markdown, which sanitises)
