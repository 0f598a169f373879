"""Comments on a paper: what one is, in which order a discussion is read, what may be written and until when."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from broadsheet.domain.errors import Invalid
from broadsheet.domain.paper import Paper

LONGEST_COMMENT = 10_000
LONGEST_REASON = 300
ON_A_PAGE = 100
MOST_VERSIONS = 20
MOST_MENTIONS = 10
BY_AUTHOR, BY_CURATOR = "author", "curator"
REPLY, MENTION = "reply", "mention"

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it stands. `deleted_by` is "" where it is there, else who deleted it: nothing of it is left then.

    `reader_pk` is None and the names are "" where the account is gone. `html` is sanitised. `is_author` says that a
    claim to the paper was confirmed for its reader. `text` is what was typed, "" where a list does not need it.
    """

    pk: int
    paper_pk: int
    parent_pk: int | None
    thread_pk: int | None
    reader_pk: int | None
    name: str
    shown_name: str
    html: str
    is_author: bool
    ups: int
    downs: int
    score: float
    written_at: datetime
    edited_at: datetime | None
    deleted_by: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A comment in its place: `depth` counts the comments above it in its thread."""

    comment: Comment
    depth: int


@dataclass(frozen=True, slots=True)
class Discussion:
    """A page of a paper's comments, in reading order; `count` leaves out the deleted, `own_votes` is by comment."""

    count: int = 0
    shown: tuple[Placed, ...] = ()
    page: int = 0
    pages: int = 1
    own_votes: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """What a comment was before it was edited."""

    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class OneComment:
    """A comment by itself: its paper, the page of the discussion, what it was before, what the visitor did about it."""

    comment: Comment
    paper: Paper
    page: int
    versions: list[Version]
    own_vote: int = 0
    is_flagged: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody answered a reader or named one; `kind` is REPLY or MENTION, `text` the comment as it was typed."""

    pk: int
    kind: str
    comment_pk: int
    paper_title: str
    by: str
    text: str
    made_at: datetime
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Flagged:
    """A comment that readers flagged, with (who, why) of each flag that is not settled."""

    comment: Comment
    paper_id: str
    paper_title: str
    flags: tuple[tuple[str, str], ...]


def parse_comment(text: str) -> str:
    """Return what was written as it is kept, with plain line ends and without control characters; raises Invalid."""
    kept = _UNSEEN.sub("", _BREAKS.sub("\n", text)).strip()
    if not kept:
        raise Invalid("text", "There is nothing in the comment: write something first.")
    if len(kept) > LONGEST_COMMENT:
        raise Invalid(
            "text",
            f"A comment has up to {LONGEST_COMMENT:,} characters, this one has {len(kept):,}: shorten or split it.",
        )
    return kept


def parse_reason(text: str) -> str:
    """Return why something was flagged or deleted, in one line; raises Invalid."""
    reason = " ".join(_UNSEEN.sub("", text).split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid("reason", f"Say why, in one sentence of up to {LONGEST_REASON} characters.")
    return reason


def may_edit(comment: Comment, reader_pk: int | None, minutes: int, now: datetime) -> bool:
    """Say whether a reader may still edit a comment."""
    is_own = reader_pk is not None and comment.reader_pk == reader_pk and not comment.deleted_by
    return is_own and now < comment.written_at + timedelta(minutes=minutes)


def reading_order(comments: Iterable[tuple[int, int | None, float]]) -> list[tuple[int, int]]:
    """Return (pk, depth) of comments given as (pk, parent pk, score), each followed by its answers.

    Among those with one parent the highest score comes first, ties the oldest first. Where a parent is missing, the
    comment begins a thread.
    """
    rows = list(comments)
    known = {pk for pk, _, _ in rows}
    answers: dict[int | None, list[tuple[float, int]]] = defaultdict(list)
    for pk, parent, score in rows:
        answers[parent if parent in known else None].append((-score, pk))
    waiting, ordered = [(pk, 0) for _, pk in sorted(answers[None], reverse=True)], []
    while waiting:
        pk, depth = waiting.pop()
        ordered.append((pk, depth))
        if pk in answers:
            waiting += [(answer, depth + 1) for _, answer in sorted(answers[pk], reverse=True)]
    return ordered
