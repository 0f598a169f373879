"""The cards of saved Daily Papers, whatever form their page has: their small print and their dates.

The year of a date without one is worked out here; `daily_page.py` says how.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from broadsheet.domain.paper import Record, content_key
from broadsheet.sources.addresses import arxiv_links
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_TITLE, MONTHS, fold, make_day
from broadsheet.sources.reading import Item, SetAside, excerpt_of

SOURCE = "daily-page"
AUTHORS = re.compile(r"[•·*\s]*(\d{1,6}) authors?", re.IGNORECASE)
DOT = re.compile(r"[·•]")
DATE = re.compile(
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? (\d{1,2})(?:, (\d{4}))?(?:\s+(\d{1,6}))?"
)
_ORGANIZATION_LETTERS = 100


class CardDate(NamedTuple):
    """A date as a card shows it; the year is None where it is left out."""

    month: int
    day: int
    year: int | None


@dataclass(slots=True)
class Card:
    """One paper of a page, while it is read; `about` once its small print was seen."""

    line: int
    title: str
    abstract: str = ""
    author_count: int | None = None
    organization: str = ""
    shown: CardDate | None = None
    comments: int = 0
    upvotes: int = 0
    arxiv_id: str | None = None
    about: bool = False
    damaged: bool = False


def starts_small_print(lines: Sequence[str], at: int) -> bool:
    """Say whether a card's small print begins at a line: a number of authors, or what stands before a dot."""
    line = lines[at]
    if AUTHORS.fullmatch(line) or DOT.fullmatch(line):
        return True
    return at + 1 < len(lines) and len(line) <= _ORGANIZATION_LETTERS and bool(DOT.fullmatch(lines[at + 1]))


def add_small_print(card: Card, lines: Sequence[str]) -> None:
    """Note what the lines about a card say: authors, organisation, date and comments."""
    card.about = True
    for at, line in enumerate(lines):
        if match := AUTHORS.fullmatch(line):
            card.author_count = int(match[1])
        elif match := DATE.fullmatch(line):
            month = MONTHS[match[1].lower()]
            card.shown = CardDate(month, int(match[2]), int(match[3]) if match[3] else None)
            card.comments = int(match[4] or 0)
        elif not DOT.fullmatch(line) and at + 1 < len(lines) and DOT.fullmatch(lines[at + 1]):
            card.organization = _said_once(fold(line))


def records_of(cards: Sequence[Card], saved_on: date | None, modified_on: date) -> Iterator[Item]:
    """Turn cards into records, now that the year of their dates can be known."""
    year = (saved_on.year if saved_on else None) or _year_of_saving(cards) or modified_on.year
    for card in cards:
        if card.damaged:
            yield SetAside(card.line, "invalid UTF-8", excerpt_of(card.title))
        elif not fold(card.title):
            yield SetAside(card.line, "no title", excerpt_of(card.abstract))
        elif not (card.abstract or card.about or card.arxiv_id):
            yield SetAside(card.line, "a line that belongs to no paper", excerpt_of(card.title))
        else:
            yield _record(card, year)


def _year_of_saving(cards: Sequence[Card]) -> int | None:
    years = [card.shown.year for card in cards if card.shown and card.shown.year]
    return max(years) + 1 if years else None


def _record(card: Card, year: int) -> Record:
    shown = card.shown
    record = Record(
        source=SOURCE,
        source_id=card.arxiv_id or "",
        title=fold(card.title, MAX_TITLE),
        abstract=fold(card.abstract, MAX_ABSTRACT),
        author_count=card.author_count,
        organization=card.organization,
        published_on=make_day(shown.year or year, shown.month, shown.day) if shown else None,
        upvotes=card.upvotes,
        comments=card.comments,
        links=arxiv_links(card.arxiv_id),
        arxiv_id=card.arxiv_id,
    )
    return record if card.arxiv_id else replace(record, source_id=content_key(record))


def _said_once(name: str) -> str:
    """Return an organisation's name once, where the text of its logo stands before it."""
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and words[:half] == words[half:] else name
