"""What readers ask of curators: to take a paper in, or to be known as one of its authors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from broadsheet.domain.errors import Invalid

OPEN, APPROVED, DECLINED = "waiting", "approved", "declined"
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Submission:
    """A paper that a reader brought, and what became of it; `name` is "" for nobody and for accounts that are gone."""

    pk: int
    paper_pk: int
    paper_id: str
    title: str
    reader_pk: int | None
    name: str
    note: str
    state: str
    reason: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A reader's word that they are one of a paper's authors, and what curators say to it."""

    pk: int
    paper_pk: int
    paper_id: str
    title: str
    reader_pk: int
    name: str
    author: str
    note: str
    state: str
    reason: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """What a reader may do about a paper beyond reading it.

    `days` are those whose editions carry it, each with whether it leads there; `may_give_links` holds for curators and
    for authors whom a curator has confirmed; `claim` is the reader's own.
    """

    has_voted: bool = False
    is_curator: bool = False
    may_give_links: bool = False
    days: tuple[tuple[date, bool], ...] = ()
    submissions: tuple[Submission, ...] = ()
    claim: Claim | None = None


def parse_words(text: str, field: str) -> str:
    """Return a note as it is kept, "" for none; raises Invalid for one that is too long."""
    words = " ".join(text.split())
    if len(words) > LONGEST:
        raise Invalid(field, f"Say it in at most {LONGEST:,} letters.")
    return "".join(letter for letter in words if letter.isprintable())


def parse_reason(text: str) -> str:
    """Return a reason, which must be given; raises Invalid."""
    words = parse_words(text, "reason")
    if not words:
        raise Invalid("reason", "Give a reason: it is shown to whom it concerns, and stands in the log.")
    return words
