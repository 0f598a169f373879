"""Collections in BEIR's form: `corpus.jsonl`, a document a line, with `_id`, `title`, `text` and perhaps
more.

BEIR names three fields; the others read here are those that real collections add. Ids count within one
collection alone, so the folder's name is part of the source.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from broadsheet.domain.errors import Invalid
from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.addresses import arxiv_links, find_code
from broadsheet.sources.fields import (
    MAX_ABSTRACT,
    MAX_TITLE,
    Fields,
    count_of,
    day_of,
    first_text,
    fold,
    links_of,
    name_of,
    names_of,
    words_of,
)
from broadsheet.sources.json_items import ReadFields


def is_document(fields: Fields) -> bool:
    """Say whether an object is a document of a collection."""
    return "_id" in fields and ("text" in fields or "title" in fields)


def source_of(folder: str) -> str:
    """Name the source after the folder that holds the file: `SciFact (BEIR)` gives `corpus-scifact-beir`."""
    plain = unicodedata.normalize("NFKD", folder).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:60]
    return f"corpus-{slug or 'file'}"


def document_reader(folder: str) -> ReadFields:
    """Return the reader of the documents in one folder."""
    source = source_of(folder)

    def read(fields: Fields) -> Record:
        return read_document(fields, source)

    return read


def read_document(fields: Fields, source: str) -> Record:
    """Read one document; raises Invalid where it has no id or no title."""
    name = name_of(fields.get("_id"))
    if not name:
        raise Invalid("_id", "no _id")
    title = fold(fields.get("title"), MAX_TITLE)
    if not title:
        raise Invalid("title", "no title")
    abstract = fold(fields.get("text"), MAX_ABSTRACT)
    arxiv_id = find_arxiv_id(name)
    categories = fields.get("categories")
    return Record(
        source=source,
        source_id=name,
        title=title,
        abstract=abstract,
        summary=first_text(fields, "ai_summary", "summary", limit=MAX_ABSTRACT),
        authors=names_of(fields.get("authors")),
        organization=first_text(fields, "organization"),
        published_on=_first_day(fields, "published", "date", "first_seen", "year"),
        edition_on=_first_day(fields, "daily_date"),
        categories=words_of(categories, r"[\s,;]+"),
        keywords=words_of(fields.get("keywords")) or words_of(fields.get("ai_keywords")),
        upvotes=count_of(fields.get("upvotes")),
        comments=count_of(fields.get("num_comments")),
        links=arxiv_links(arxiv_id) + _links(fields, abstract),
        arxiv_id=arxiv_id,
        doi=find_doi(first_text(fields, "doi")),
        venue=first_text(fields, "venue", "journal", "bib"),
    )


def _links(fields: Fields, abstract: str) -> tuple[Link, ...]:
    given = links_of(
        ("code", fields.get("github")),
        ("project", fields.get("project_page")),
        ("other", fields.get("url")),
    )
    if any(link.kind == "code" for link in given):
        return given
    return find_code(abstract, fold(fields.get("comment"), MAX_ABSTRACT)) + given


def _first_day(fields: Fields, *keys: str) -> date | None:
    for key in keys:
        day = day_of(fields.get(key))
        if day is not None:
            return day
    return None
