"""Saved pages of the Hub's Daily Papers, as plain text.

A card is a title, an abstract and a line or two about it; cards of some pages lack authors and date. A date
without a year belongs to the year in which the page was saved. That is the year of `saved_on` where the
reader was told it; else the newest year written out on the page plus one, because the site writes the year
of every date but those of the current year; else, where no year is written out, the year in which the file
was last changed. Only years that date a card count, not those that an abstract mentions.

The same pages saved as HTML are read in `daily_html.py`, into the same cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from broadsheet.sources.daily_cards import DATE, Card, add_small_print, records_of, starts_small_print
from broadsheet.sources.reading import WHOLE_FILE_BYTES, Item, Lines, PaperFile, SetAside, decode

_TITLE_LETTERS = 200
_ABSTRACT_LETTERS = 250
_BANNER = re.compile(r"(?:.*\s)?by\s*AK and the research community", re.IGNORECASE)
_FURNITURE = re.compile(
    r"new|subscribe|get trending papers in your email inbox!|(?:daily |trending )?papers|previous|next|search"
    r"|submitted by.*|upvote|[\d\s]+",
    re.IGNORECASE,
)
_FOOTER = re.compile(r"company|system theme|tos|© ?hugging face.*", re.IGNORECASE)
MARKS = re.compile(
    r"^[ \t]*(?:by[ \t]*AK and the research community|get trending papers in your email inbox!|daily papers"
    r"|[•·][ \t]*\d+ authors?)[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)


class _Paragraph(NamedTuple):
    line: int
    text: str
    small_print: tuple[str, ...]
    damaged: bool


def read_text_page(file: PaperFile, lines: Lines, saved_on: date | None) -> Iterator[Item]:
    """Yield the papers of a page saved as text."""
    asides: list[SetAside] = []
    paragraphs = [part for raw in _raw_paragraphs(lines, asides) for part in _parts(*raw)]
    cards = _cards(paragraphs[_after_banner(paragraphs) :])
    if file.failure is not None and cards:
        cards.pop()  # the file broke off inside it
    yield from asides
    yield from records_of(cards, saved_on, file.modified_on)


def _raw_paragraphs(lines: Lines, asides: list[SetAside]) -> Iterator[tuple[int, list[str], bool]]:
    """Yield (first line, lines, whether one is damaged) of each run of lines between empty ones."""
    texts: list[str] = []
    start, size, damaged = 0, 0, False
    for line in lines:
        if isinstance(line, SetAside):
            asides.append(line)
            continue
        size += len(line.data)
        if size > WHOLE_FILE_BYTES:
            reason = f"a page of more than {WHOLE_FILE_BYTES >> 20} MiB: what follows was not read"
            asides.append(SetAside(line.number, reason))
            break
        text = decode(line.data)
        damaged = damaged or text is None
        stripped = (line.data.decode("utf-8", "replace") if text is None else text).strip()
        if stripped:
            start = start if texts else line.number
            texts.append(stripped)
        elif texts:
            yield start, texts, damaged
            texts, damaged = [], False
    if texts:
        yield start, texts, damaged


def _parts(start: int, lines: list[str], damaged: bool) -> Iterator[_Paragraph]:
    """Part the words of a paragraph from the small print that ends it; a title may stand right above both."""
    at = next((n for n in range(len(lines)) if starts_small_print(lines, n)), None)
    if at is None and all(DATE.fullmatch(line) for line in lines):
        at = 0
    words = lines[:at]
    small_print = tuple(lines[at:]) if at is not None else ()
    if small_print and len(words) > 1:
        yield _Paragraph(start, words[0], (), damaged)
        yield _Paragraph(start + 1, " ".join(words[1:]), (), damaged)
    elif words:
        yield _Paragraph(start, " ".join(words), (), damaged)
    if small_print:
        yield _Paragraph(start + len(words), "", small_print, damaged)


def _after_banner(paragraphs: Sequence[_Paragraph]) -> int:
    for at, paragraph in enumerate(paragraphs[:50]):
        if _BANNER.fullmatch(paragraph.text):
            return at + 1
    return 0


def _cards(paragraphs: Sequence[_Paragraph]) -> list[Card]:
    cards: list[Card] = []
    open_card: Card | None = None
    for at, paragraph in enumerate(paragraphs):
        following = paragraphs[at + 1].text if at + 1 < len(paragraphs) else ""
        if paragraph.small_print:
            if open_card is not None:
                add_small_print(open_card, paragraph.small_print)
                open_card.damaged = open_card.damaged or paragraph.damaged
            open_card = None
        elif _FOOTER.fullmatch(paragraph.text):
            break
        elif open_card is not None and _belongs(open_card, paragraph.text, following):
            open_card.abstract = f"{open_card.abstract} {paragraph.text}".strip()
            open_card.damaged = open_card.damaged or paragraph.damaged
        elif len(following) > _ABSTRACT_LETTERS or not _FURNITURE.fullmatch(paragraph.text):
            open_card = Card(paragraph.line, paragraph.text, damaged=paragraph.damaged)
            cards.append(open_card)
    return cards


def _belongs(card: Card, text: str, following: str) -> bool:
    """Say whether a paragraph is abstract of the card above it, or the title of the next card."""
    if card.abstract:
        return len(text) > _ABSTRACT_LETTERS
    title_of_next = len(text) <= _TITLE_LETTERS and len(following) > _ABSTRACT_LETTERS
    return not title_of_next
