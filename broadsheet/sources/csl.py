"""CSL-JSON, as Zotero and Crossref give it: one array, one object, or one object a line."""

from __future__ import annotations

from datetime import date

from broadsheet.domain.paper import Record
from broadsheet.sources.citations import Reference, plain_words, record_of
from broadsheet.sources.fields import (
    MAX_ABSTRACT,
    MAX_NAMES,
    MAX_TITLE,
    Fields,
    day_of,
    fields_of,
    fold,
    list_of,
    make_day,
    words_of,
)


def is_csl_item(fields: Fields) -> bool:
    """Say whether an object is an item of CSL-JSON."""
    return "type" in fields and any(key in fields for key in ("title", "DOI", "issued"))


def read_csl_item(item: Fields) -> Record:
    """Read one item; raises Invalid where it has no title."""
    return record_of(
        Reference(
            source="csl",
            title=plain_words(_text(item.get("title"), MAX_TITLE)),
            abstract=plain_words(_text(item.get("abstract"), MAX_ABSTRACT)),
            authors=tuple(_name(author) for author in list_of(item.get("author"))[:MAX_NAMES]),
            published_on=_day(item.get("issued")),
            keywords=words_of(item.get("keyword")),
            venue=_text(item.get("container-title")),
            names=(_text(item.get("DOI")), _archived(item)),
            texts=(_text(item.get("note"), MAX_ABSTRACT), _text(item.get("number")), _text(item.get("id"))),
            urls=(_text(item.get("URL"), MAX_TITLE),),
        )
    )


def _text(value: object, limit: int = 300) -> str:
    """Return a text; Crossref puts single texts into lists."""
    listed = list_of(value)
    return fold(listed[0] if listed else value, limit)


def _archived(item: Fields) -> str:
    if _text(item.get("archive")).lower() != "arxiv":
        return ""
    return _text(item.get("archive_location")) or _text(item.get("number"))


def _name(author: object) -> str:
    parts = fields_of(author)
    keys = ("given", "non-dropping-particle", "dropping-particle", "family", "suffix")
    spoken = " ".join(text for text in (fold(parts.get(key)) for key in keys) if text)
    return spoken or fold(parts.get("literal")) or fold(parts.get("name", author))


def _day(issued: object) -> date | None:
    fields = fields_of(issued)
    parts = list_of(fields.get("date-parts"))
    numbers = [_whole(part) for part in list_of(parts[0] if parts else None)[:3]]
    if not numbers or numbers[0] is None:
        return day_of(fields.get("raw")) or day_of(fields.get("literal")) or day_of(issued)
    year, month, day = (*numbers, 1, 1)[:3]
    return make_day(year or 0, month or 1, day or 1)


def _whole(value: object) -> int | None:
    """Return a part of a date; some programs write it as text."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isdecimal() and len(text) <= 4 else None
