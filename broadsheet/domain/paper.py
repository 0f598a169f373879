"""Papers and the records they are made of.

A `Record` is what one source says of a paper, in one shape for every source. Records that are one paper become
one `Paper`; every record is kept.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# Why a paper is not shown to everyone: it waits for a curator, a curator hid it, a group keeps it to itself.
WAITING, BY_CURATOR, BY_GROUP = "waiting", "curator", "group"
LINK_KINDS = ("abs", "pdf", "code", "project", "data", "other")


@dataclass(frozen=True, slots=True)
class Link:
    """An address that belongs to a paper; `kind` is one of LINK_KINDS."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Record:
    """What one source says of one paper.

    `source_id` is the source's own name for the paper; `published_on` the day of the first version;
    `edition_on` the day on which a daily list carried it; `upvotes` and `comments` are counts that the source
    showed; `author_count` stands where the source gives a number in place of names.
    """

    source: str
    source_id: str
    title: str
    abstract: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    organization: str = ""
    published_on: date | None = None
    edition_on: date | None = None
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    upvotes: int = 0
    comments: int = 0
    links: tuple[Link, ...] = ()
    arxiv_id: str | None = None
    doi: str | None = None
    openreview_id: str | None = None
    venue: str = ""


def record_from(values: Mapping[str, Any]) -> Record:
    """Return the record whose fields were written as plain values (ISO dates, lists, links as objects).

    Raises ValueError, TypeError, KeyError or AttributeError where `values` is no such thing.
    """
    given = dict(values)
    for name in ("source", "source_id", "title"):
        if not isinstance(given[name], str) or not given[name]:
            raise ValueError(name)
    for name in ("published_on", "edition_on"):
        given[name] = date.fromisoformat(given[name]) if given.get(name) else None
    for name in ("authors", "categories", "keywords"):
        given[name] = tuple(str(one) for one in given.get(name, ()))
    given["links"] = tuple(Link(str(link["kind"]), str(link["url"])) for link in given.get("links", ()))
    for name in ("upvotes", "comments"):
        given[name] = int(given.get(name, 0))
    return Record(**given)


@dataclass(frozen=True, slots=True)
class PaperContent:
    """The fields of a paper as chosen from its records; `abstract` is the authors', `summary` somebody's own words."""

    title: str
    abstract: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    organization: str = ""
    published_on: date | None = None
    edition_on: date | None = None
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    upvotes: int = 0
    comments: int = 0
    links: tuple[Link, ...] = ()
    venue: str = ""
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where a paper was seen: a source and its own name for the paper, and why that is taken for this paper."""

    source: str
    source_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as readers see it: its public id, its content, where it came from, and our own counts.

    `hidden` says why not everyone sees it: "" for most, else WAITING, BY_CURATOR or BY_GROUP.
    """

    pk: int
    id: str
    content: PaperContent
    sources: tuple[SourceRef, ...] = field(default=())
    own_upvotes: int = 0
    own_comments: int = 0
    hidden: str = ""

    @property
    def upvotes(self) -> int:
        """Votes shown elsewhere and votes given here."""
        return self.content.upvotes + self.own_upvotes

    @property
    def comments(self) -> int:
        """Comments counted elsewhere and comments written here."""
        return self.content.comments + self.own_comments


GROUP_SOURCE = "group-"  # what a group brought that nobody outside has shown: the group's pk follows


def is_private(source: str) -> bool:
    """Say whether a source is a group: what it says is never shown beside, or in place of, what others say."""
    return source.startswith(GROUP_SOURCE)


def content_key(record: Record) -> str:
    """Name a record by its words: the same title and abstract give the same key, whatever the case and spacing.

    Where there is no abstract, authors and year stand in for it, so that two papers that share a short title
    stay two. What a group brought has keys of its own: nobody else's words lead to it.
    """
    year = str(record.published_on.year) if record.published_on else ""
    rest = record.abstract or " ".join(record.authors) + year
    words = _letters(record.title) + "\n" + _letters(rest)
    if is_private(record.source):
        words += f"\n{record.source}"
    return hashlib.sha256(words.encode()).hexdigest()[:20]


_NOT_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


def _letters(text: str) -> str:
    if text.isascii():
        return text.lower().encode().translate(None, _NOT_LETTERS).decode()
    folded = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\W_]+", "", folded)


def identity_keys(record: Record) -> Iterator[str]:
    """Yield the strong names of a record's paper, strongest first; two papers never share one."""
    if record.arxiv_id:
        yield f"arxiv:{record.arxiv_id}"
    if record.doi:
        yield f"doi:{record.doi}"
    if record.openreview_id:
        yield f"openreview:{record.openreview_id}"
    yield own_key(record)


def all_keys(record: Record) -> list[str]:
    """Return all names that lead to a record's paper, each once: the strong ones, and last the one by its words."""
    return list(dict.fromkeys((*identity_keys(record), f"content:{content_key(record)}")))


def own_key(record: Record) -> str:
    """Name a record's paper as its source does; every version of the record has the same."""
    return f"{record.source}:{record.source_id}"


def public_id(record: Record) -> str:
    """Choose the id under which a new paper is shown: arXiv id, else DOI, else OpenReview's, else one of our own."""
    if record.arxiv_id:
        return record.arxiv_id
    if record.doi:
        return record.doi
    if record.openreview_id:
        return f"openreview-{record.openreview_id}"
    if record.source.startswith("corpus-"):
        return f"{record.source.removeprefix('corpus-')}-{record.source_id}"
    return f"p-{content_key(record)[:12]}"
