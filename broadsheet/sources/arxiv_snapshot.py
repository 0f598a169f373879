"""arXiv's metadata snapshot, as Kaggle gives it: one JSON object a line, some three million of them.

The day of a paper is that of its first version; `update_date` is the day of the last change of any kind and
is never used. Written for speed: a line takes some tens of microseconds.
"""

from __future__ import annotations

from datetime import date
from email.utils import parsedate_to_datetime

from broadsheet.domain.errors import Invalid
from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links, find_code
from broadsheet.sources.fields import (
    MAX_ABSTRACT,
    MAX_NAMES,
    MAX_TITLE,
    MONTHS,
    Fields,
    day_of,
    fields_of,
    fold,
    list_of,
    make_day,
    name_of,
    names_of,
)

_MONTHS = {name.title(): number for name, number in MONTHS.items()}


def is_snapshot(fields: Fields) -> bool:
    """Say whether an object is a line of the snapshot."""
    return "authors_parsed" in fields or ("versions" in fields and "categories" in fields)


def read_snapshot(fields: Fields) -> Record:
    """Read one line of the snapshot; raises Invalid where it has no arXiv id or no title."""
    arxiv_id = find_arxiv_id(name_of(fields.get("id")))
    if arxiv_id is None:
        raise Invalid("id", "no arXiv id")
    title = fold(fields.get("title"), MAX_TITLE)
    if not title:
        raise Invalid("title", "no title")
    abstract = fold(fields.get("abstract"), MAX_ABSTRACT)
    doi = fields.get("doi")
    return Record(
        source="arxiv",
        source_id=arxiv_id,
        title=title,
        abstract=abstract,
        authors=_authors(fields),
        published_on=_first_version(fields.get("versions")),
        categories=tuple(fold(fields.get("categories")).split()),
        links=arxiv_links(arxiv_id) + find_code(abstract, fold(fields.get("comments"), MAX_ABSTRACT)),
        arxiv_id=arxiv_id,
        doi=find_doi(doi.split()[0]) if isinstance(doi, str) and doi.strip() else None,
        venue=fold(fields.get("journal-ref")),
    )


def _authors(fields: Fields) -> tuple[str, ...]:
    names = []
    for parts in list_of(fields.get("authors_parsed"))[:MAX_NAMES]:
        if not isinstance(parts, list):
            continue
        last, first, suffix, *_ = [*(part if isinstance(part, str) else "" for part in parts), "", "", ""]
        name = fold(f"{first} {last} {suffix}" if suffix else f"{first} {last}")
        if name:
            names.append(name)
    return tuple(names) or names_of(fields.get("authors"))


def _first_version(versions: object) -> date | None:
    found = list_of(versions)
    created = fields_of(found[0]).get("created") if found else None
    if not isinstance(created, str):
        return None
    try:  # "Mon, 2 Apr 2007 19:18:42 GMT"
        _, day, month, year, *_ = created.split(" ", 4)
        return make_day(int(year), _MONTHS[month], int(day))
    except (ValueError, KeyError):
        return day_of(created) or _other_form(created)


def _other_form(created: str) -> date | None:
    try:
        return parsedate_to_datetime(created[:100]).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
