"""What the fields of the search language take: from a field's name and value to a node of the tree."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NoReturn

from broadsheet.domain.identifiers import find_arxiv_id, find_doi, find_openreview_id
from broadsheet.domain.query_tree import (
    KINDS,
    Category,
    DateRange,
    Has,
    InLibrary,
    Node,
    PaperIdIs,
    Phrase,
    Source,
    Word,
)

SORTS = ("new", "relevance", "votes")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_CATEGORY = re.compile(r"([A-Za-z][A-Za-z-]*)(?:\.([A-Za-z][A-Za-z-]*))?")


class NotUnderstood(Exception):
    """The text is no query; the message is one sentence that says why."""


def field_node(field: str, value: str, quoted: bool) -> Node:
    """Return what a field with this value means; raises NotUnderstood."""
    match field:
        case "cat":
            return Category(_category(value))
        case "id":
            return PaperIdIs(_paper_id(value))
        case "has":
            return Has(_one_of("has", value, KINDS))
        case "source":
            return Source(value.lower())
        case "in":
            return _in(value)
        case "after":
            return DateRange(after=_span(f"after:{value}", value)[0])
        case "before":
            return DateRange(before=_span(f"before:{value}", value)[1])
        case "date":
            return _date_range(value)
        case "sort":
            raise NotUnderstood("sort: cannot stand in parentheses, after a minus or beside OR.")
        case _:
            return Phrase(value, field) if quoted else Word(value, field)


def sort_order(value: str) -> str:
    """Return the value of `sort:`, one of SORTS; raises NotUnderstood."""
    return _one_of("sort", value, SORTS)


def shown(text: str) -> str:
    """Return a part of the query, cut to a decent length, in quotation marks."""
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _category(value: str) -> str:
    """Spell a category as arXiv does (`cs.LG`, `cond-mat.mes-hall`); names of other schemes stay as they are."""
    name = value.removesuffix(".*").strip()
    if "*" in name:
        raise NotUnderstood(
            f"{shown(f'cat:{value}')} is no category: a star stands for a whole archive, as in cat:cs.*."
        )
    if match := _CATEGORY.fullmatch(name):
        archive, subject = match[1].lower(), match[2]
        if subject:
            return f"{archive}.{subject.upper() if len(subject) == 2 else subject.lower()}"
        return archive
    return name


def _paper_id(value: str) -> str:
    """Reduce an address or another spelling of an id to the id, until nothing is left to reduce."""
    while better := find_arxiv_id(value) or find_doi(value) or find_openreview_id(value):
        if better == value or not better.isascii() or not better.isprintable():
            break
        value = better
    return value


def _date_range(value: str) -> DateRange:
    typed = f"date:{value}"
    first, dots, last = (part.strip() for part in value.partition(".."))
    if not dots:
        return DateRange(*_span(typed, first))
    after = _span(typed, first)[0] if first else None
    before = _span(typed, last)[1] if last else None
    if after and before and after > before:
        raise NotUnderstood(f"{shown(typed)} ends before it begins.")
    return DateRange(after, before)


def _span(typed: str, text: str) -> tuple[date, date]:
    """Return the first and the last day of a year, a month or a day."""
    match = _DAY.fullmatch(text)
    if match is None:
        _no_date(typed)
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    try:
        first = date(year, month if match[2] else 1, day if match[3] else 1)
        last_month = month if match[2] else 12
        return first, date(year, last_month, day if match[3] else monthrange(year, last_month)[1])
    except ValueError:
        _no_date(typed)


def _no_date(typed: str) -> NoReturn:
    raise NotUnderstood(f"{shown(typed)} names no date: write 2024, 2024-05 or 2024-05-31.")


def _in(value: str) -> InLibrary:
    if value != "library":
        raise NotUnderstood(f"in: takes library, not {shown(value)}.")
    return InLibrary()


def _one_of(field: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise NotUnderstood(f"{field}: takes {', '.join(known[:-1])} or {known[-1]}, not {shown(value)}.")
    return value
