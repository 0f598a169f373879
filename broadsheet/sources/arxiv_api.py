"""arXiv's search API: the newest papers of some categories, as Atom.

Rules and form: https://info.arxiv.org/help/api/user-manual.html and https://info.arxiv.org/help/api/tou.html (one
request in 3 seconds over all machines, at most 2,000 entries a slice and 30,000 of a search). Errors arrive as a
normal entry; a page may come empty although there is more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links, find_code
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_NAMES, MAX_TITLE, day_of, fold
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.lanes import Lane
from broadsheet.sources.reading import Item, SetAside, excerpt_of

LANE = Lane("arxiv.org", 3.0)  # one lane for all of arXiv's hosts
MOST_PAPERS = 30_000
MOST_IN_A_SLICE = 2_000
SLICE = 200
TRIES_A_SLICE = 4

_CATEGORY = re.compile(r"[a-z][a-z-]{1,20}(?:\.[A-Za-z-]{2,20})?")
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_LATER = "what is here stays, try again later."


@dataclass(frozen=True, slots=True)
class ArxivQuery:
    """Which papers: of any of these categories, first published on `since` or later, the newest `limit` of them."""

    categories: Sequence[str]
    since: date
    limit: int = MOST_PAPERS
    slice_size: int = SLICE


@dataclass(frozen=True, slots=True)
class Page:
    """One slice of a search: its entries, and how many papers match in all."""

    entries: list[Element]
    total: int


class BrokenFeed(Exception):
    """An answer is no whole Atom feed; another try may give one."""


class ArxivHarvest:
    """The papers of a query, slice by slice, newest first; to be iterated once.

    Iterating raises SourceFailed where arXiv cannot be reached or does not answer as it should, always with one
    sentence. Afterwards `complete` says whether the harvest reached back to the query's day.
    """

    source = "arxiv"

    def __init__(self, client: PoliteClient, address: str, query: ArxivQuery) -> None:
        for category in query.categories:
            if _CATEGORY.fullmatch(category) is None:
                raise Invalid("category", f"{category!r} is no category of arXiv: write one like cs.CL.")
        if not query.categories:
            raise Invalid("category", "No category is chosen: give --category or the setting categories.")
        self.complete = False
        self._client = client
        self._address = address
        self._query = query
        self._total = 0
        self._seen: set[str] = set()

    def __iter__(self) -> Iterator[list[Item]]:
        start, end = 0, min(self._query.limit, MOST_PAPERS)
        while start < end:
            page = self._page(start, min(self._query.slice_size, MOST_IN_A_SLICE, end - start))
            start += len(page.entries)
            items = [read_entry(entry) for entry in page.entries]
            yield [item for item in items if self._is_wanted(item)]
            if start >= self._total or self._is_too_old(items[-1:]):
                self.complete = True
                return

    def _is_wanted(self, item: Item) -> bool:
        """Leave out what is older, and what a slice repeats because new papers moved the rest on."""
        if isinstance(item, SetAside):
            return True
        if self._is_too_old([item]) or item.source_id in self._seen:
            return False
        self._seen.add(item.source_id)
        return True

    def _is_too_old(self, items: Sequence[Item]) -> bool:
        days = [item.published_on for item in items if isinstance(item, Record)]
        return any(day is not None and day < self._query.since for day in days)

    def _page(self, start: int, size: int) -> Page:
        """Fetch a slice, again where it is broken or empty against its own word."""
        reason = ""
        for tries in range(1, TRIES_A_SLICE + 1):
            if tries > 1:
                self._client.back_off(tries - 1)
            try:
                page = read_feed(self._ask(start, size))
            except BrokenFeed as error:
                reason = str(error)
                continue
            # Papers do not vanish: a smaller total than before is a fault too.
            self._total = max(self._total, page.total)
            if page.entries:
                return page
            if self._total == 0:
                names = ", ".join(self._query.categories)
                raise SourceFailed(f"arXiv gives no paper for {names}: check the categories; {_LATER}")
            reason = f"an empty page, though {self._total:,} papers match"
        raise SourceFailed(f"arXiv sent {reason}, {TRIES_A_SLICE} times: {_LATER}")

    def _ask(self, start: int, size: int) -> bytes:
        search = " OR ".join(f"cat:{category}" for category in self._query.categories)
        order = {"sortBy": "submittedDate", "sortOrder": "descending"}
        parameters = {"search_query": search, "start": start, "max_results": size, **order}
        url = f"{self._address}?{urlencode(parameters)}"
        try:
            # With 400 comes the entry that says why.
            return self._client.get(url, LANE, accepted=(200, 400)).body
        except SourceFailed as error:
            message = f"arXiv could not be reached ({error}): {_LATER}"
            raise SourceFailed(message, error.retry_after_seconds) from error


def read_feed(body: bytes) -> Page:
    """Read one answer; raises BrokenFeed where it is no whole feed, SourceFailed where it is an error or unsafe."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise SourceFailed(f"arXiv's answer declares entities, which is not safe to read: {_LATER}") from error
    except (ParseError, ValueError, LookupError) as error:
        raise BrokenFeed("broken XML") from error
    if root.tag != f"{_ATOM}feed":
        raise BrokenFeed("something that is no Atom feed")
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        if "/api/errors" in _text(entry, f"{_ATOM}id"):
            words = _text(entry, f"{_ATOM}summary").rstrip(".:") or "no reason given"
            raise SourceFailed(f"arXiv refused the search ({words}): check categories and address; {_LATER}")
    total = _text(root, _TOTAL)
    if not re.fullmatch(r"[0-9]{1,9}", total):
        raise BrokenFeed("a feed without its number of papers")
    return Page(entries, int(total))


def read_entry(entry: Element) -> Item:
    """Return the record of an entry, or why there is none."""
    address = _text(entry, f"{_ATOM}id")
    title = _text(entry, f"{_ATOM}title", MAX_TITLE)
    arxiv_id = find_arxiv_id(address)
    if arxiv_id is None:
        return SetAside(0, f"no arXiv id in {excerpt_of(address)!r}", excerpt_of(title))
    if not title:
        return SetAside(0, f"{arxiv_id}: no title", excerpt_of(address))
    abstract = _text(entry, f"{_ATOM}summary", MAX_ABSTRACT)
    comment = _text(entry, f"{_ARXIV}comment", MAX_ABSTRACT)
    doi = _text(entry, f"{_ARXIV}doi").split()
    names = (_text(author, f"{_ATOM}name") for author in entry.findall(f"{_ATOM}author")[:MAX_NAMES])
    return Record(
        source="arxiv",
        source_id=arxiv_id,
        title=title,
        abstract=abstract,
        authors=tuple(name for name in names if name),
        published_on=day_of(_text(entry, f"{_ATOM}published")),
        categories=_categories(entry),
        links=arxiv_links(arxiv_id) + find_code(abstract, comment),
        arxiv_id=arxiv_id,
        doi=find_doi(doi[0]) if doi else None,
        venue=_text(entry, f"{_ARXIV}journal_ref"),
    )


def _categories(entry: Element) -> tuple[str, ...]:
    """Return arXiv's categories, the primary first; other schemes' classes stand among them and are left out."""
    found = [*entry.findall(f"{_ARXIV}primary_category"), *entry.findall(f"{_ATOM}category")]
    terms = (fold(category.get("term")) for category in found)
    return tuple(dict.fromkeys(term for term in terms if _CATEGORY.fullmatch(term)))


def _text(element: Element, tag: str, limit: int = 300) -> str:
    return fold(element.findtext(tag), limit)
