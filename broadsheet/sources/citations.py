"""What the three bibliography formats share: a reference, its identifiers, its date, and the record it makes.

Citation keys mean nothing outside their file, so a record is named by its strongest identifier, else by its
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from broadsheet.domain.errors import Invalid
from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Record, content_key
from broadsheet.sources.addresses import arxiv_links, identifiers_in
from broadsheet.sources.fields import (
    MAX_ABSTRACT,
    MAX_NAMES,
    MAX_TITLE,
    MONTHS,
    day_of,
    fold,
    links_of,
    make_day,
)

_MARKUP = re.compile(r"</?(?:i|b|em|sup|sub|sc|span|p|jats:[a-z-]+)(?:\s[^<>]*)?/?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One entry of a bibliography, in plain words.

    `names` are fields that hold nothing but an identifier; `texts` are fields in which one may be mentioned.
    """

    source: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    published_on: date | None = None
    keywords: tuple[str, ...] = ()
    venue: str = ""
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


def record_of(reference: Reference) -> Record:
    """Make the record of a reference; raises Invalid where it has no title."""
    title = fold(reference.title, MAX_TITLE)
    if not title:
        raise Invalid("title", "no title")
    arxiv_id = _first(find_arxiv_id(name) for name in reference.names)
    doi = _first(find_doi(name) for name in reference.names)
    found = identifiers_in(text[:MAX_ABSTRACT] for text in (*reference.urls, *reference.texts))
    arxiv_id, doi = arxiv_id or found[0], doi or found[1]
    own = arxiv_links(arxiv_id)
    given = links_of(*(("other", url) for url in reference.urls))
    authors = [name for name in map(fold, reference.authors) if name]
    record = Record(
        source=reference.source,
        source_id=arxiv_id or doi or "",
        title=title,
        abstract=fold(reference.abstract, MAX_ABSTRACT),
        authors=tuple(authors[:MAX_NAMES]),
        published_on=reference.published_on,
        keywords=reference.keywords,
        links=own + tuple(link for link in given if find_arxiv_id(link.url) is None),
        arxiv_id=arxiv_id,
        doi=doi,
        openreview_id=found[2],
        venue=fold(reference.venue),
    )
    return record if record.source_id else replace(record, source_id=content_key(record))


def plain_words(text: str) -> str:
    """Take the mark-up of references (`<i>`, `<sub>`, JATS) out of a text."""
    return _MARKUP.sub("", text)


def day_from_parts(when: str, year: str, month: str, day: str = "") -> date | None:
    """Return the date of a reference: from its date, else from year, month (a name or a number) and day."""
    found = day_of(when)
    if found is not None and (found.month, found.day) != (1, 1):
        return found
    match = re.search(r"(?<!\d)(?:1[5-9]|2[01])\d\d(?!\d)", year) or re.search(
        r"(?<!\d)(?:1[5-9]|2[01])\d\d(?!\d)", when
    )
    if match is None:
        return found
    number = _month(month)
    if number is None:
        return found or make_day(int(match[0]))
    exact = make_day(int(match[0]), number, int(day)) if day.isdecimal() and len(day) <= 2 else None
    return exact or make_day(int(match[0]), number)


def _month(text: str) -> int | None:
    word = text.strip(' {}".').lower()
    if word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= 12:
        return int(word)
    letters = re.search(r"[a-z]{3}", word)
    return MONTHS.get(letters[0]) if letters else None


def _first(found: Iterable[str | None]) -> str | None:
    return next((name for name in found if name), None)
