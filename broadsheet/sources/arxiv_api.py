"""arXiv's search API: the papers of some categories by the minute of their first version, as Atom.

Rules and form: https://info.arxiv.org/help/api/user-manual.html (at most 2,000 entries a slice and 30,000 of a search).
Errors arrive as a normal entry; a page may come empty although there is more.

A fetch goes from its cursor's minute to the newest paper, oldest first, and each slice is a search of its own that
begins at the last minute of the one before. So papers that come or go meanwhile move nothing, a fetch that broke off
goes on where it was, and no search grows to 30,000. A finished fetch goes HELD_DAYS back for its next beginning: a
paper that arXiv held back for a while appears later than its date. (What is held longer, OAI-PMH brings.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeGuard
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from broadsheet.domain.errors import SourceFailed
from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links, find_code
from broadsheet.sources.arxiv_line import ArxivLine, categories_of, check_categories, parse_xml, text_of
from broadsheet.sources.cursors import day_in, read_cursor, write_cursor
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_NAMES, MAX_TITLE, Fields, day_of
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.protocol import Slice
from broadsheet.sources.reading import Item, SetAside, excerpt_of
from broadsheet.sources.whole_answers import LATER, BrokenAnswer

MOST_PAPERS = 30_000
MOST_IN_A_SLICE = 2_000
SLICE = 200
DAYS_BACK = 3
HELD_DAYS = 7

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_PUBLISHED = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})")
_MINUTE = re.compile(r"(?:19|2[01])[0-9]{10}")
_MINUTE_FORM = "%Y%m%d%H%M"
_FIRST_DAY = date(1986, 1, 1)  # older than any paper of arXiv


@dataclass(frozen=True, slots=True)
class ArxivQuery:
    """Which papers: of any of these categories; where there is no cursor, from `days_back` before `today`.

    With `limit` the newest so many come instead, newest first, and the cursor stays.
    """

    categories: Sequence[str]
    today: date
    days_back: int = DAYS_BACK
    limit: int | None = None
    slice_size: int = SLICE


@dataclass(frozen=True, slots=True)
class Page:
    """One slice of a search: its entries, and how many papers match in all."""

    entries: list[Element]
    total: int


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a fetch is: the `start`th paper from the minute `since` (YYYYMMDDhhmm, GMT); never before `floor`."""

    floor: str
    since: str
    start: int = 0

    def after(self, moments: list[str], count: int) -> _Position:
        """Return the position after `count` entries; the minute moves on only where they stood in order."""
        last = moments[-1] if moments and moments == sorted(moments) else self.since
        return replace(self, since=last, start=0) if last > self.since else replace(self, start=self.start + count)

    def at_end(self, newest: str) -> _Position:
        """Return where the next fetch begins, once this one has come to `newest`."""
        if not newest:
            return replace(self, start=0)
        held = datetime.strptime(newest, _MINUTE_FORM) - timedelta(days=HELD_DAYS)  # noqa: DTZ007 - GMT throughout
        return _Position(self.floor, max(self.floor, held.strftime(_MINUTE_FORM)))


class ArxivApi:
    """A `Source`: the papers of a query."""

    name = "arxiv"

    def __init__(self, client: PoliteClient, address: str, query: ArxivQuery) -> None:
        self._categories = check_categories(query.categories)
        self._line = ArxivLine(client)
        self._address = address
        self._query = query

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield the papers from the cursor on (see `Source`)."""
        position = self._begin(read_cursor(cursor))
        return self._newest_first(position, cursor) if self._query.limit else self._oldest_first(position)

    def _begin(self, fields: Fields) -> _Position:
        default = _midnight(self._query.today - timedelta(days=self._query.days_back))
        day = day_in(fields, "since")
        since, floor, start = (fields.get(name) for name in ("minute", "floor", "start"))
        if day is not None:
            return _Position(_midnight(day), _midnight(day))
        if not _is_minute(since) or not _is_minute(floor):
            return _Position(default, default)
        known = fields.get("categories")
        if not isinstance(known, list) or not {*self._categories} <= {str(one) for one in known}:
            # A category is new: it has its days from the beginning too.
            return _Position(min(floor, default), min(since, default))
        return _Position(floor, since, start if isinstance(start, int) and 0 < start < MOST_PAPERS else 0)

    def _cursor(self, at: _Position) -> str:
        return write_cursor(categories=self._categories, floor=at.floor, minute=at.since, start=at.start)

    def _oldest_first(self, at: _Position) -> Iterator[Slice]:
        seen: set[str] = set()
        newest, left = "", 0
        while True:
            if at.start >= MOST_PAPERS:
                raise SourceFailed(f"arXiv has more than {MOST_PAPERS:,} papers of one minute: {LATER}")
            page = self._page(self._search(at), (at.start, self._query.slice_size, "ascending"), left)
            moments = [moment for moment in map(_moment, page.entries) if moment]
            if page.entries:
                self._check_range(moments, at)
            else:
                self._check_quiet(at)
            newest = max([newest, *moments])
            left = page.total - at.start - len(page.entries)
            at = at.after(moments, len(page.entries)) if left > 0 else at.at_end(newest)
            yield Slice(_each_once(page.entries, seen), self._cursor(at), is_last=left <= 0)
            if left <= 0:
                return

    def _newest_first(self, at: _Position, cursor: str) -> Iterator[Slice]:
        seen: set[str] = set()
        start, end, left = 0, min(self._query.limit or 0, MOST_PAPERS), 0
        while start < end:
            size = min(self._query.slice_size, end - start)
            page = self._page(self._search(at), (start, size, "descending"), left)
            if not page.entries:
                self._check_quiet(at)
            start += len(page.entries)
            left = page.total - start
            yield Slice(_each_once(page.entries, seen), cursor, is_last=left <= 0)
            if left <= 0:
                return

    def _check_range(self, moments: list[str], at: _Position) -> None:
        if moments and max(moments) < at.since:
            raise SourceFailed(f"arXiv gives papers from before the day asked for: {LATER}")

    def _check_quiet(self, at: _Position) -> None:
        """Raise SourceFailed unless arXiv's newest paper is older than what was asked for."""
        newest = self._page(self._any(), (0, 1, "descending"), 0)
        if newest.total == 0:
            names = ", ".join(self._categories)
            raise SourceFailed(f"arXiv gives no paper for {names}: check the categories; {LATER}")
        moment = _moment(newest.entries[0])
        if moment >= at.since:
            raise SourceFailed(f"arXiv gives no paper of these days, though its newest is one of them: {LATER}")

    def _any(self) -> str:
        return " OR ".join(f"cat:{category}" for category in self._categories)

    def _search(self, at: _Position) -> str:
        # The end is fixed and after every time zone's today: some searches refuse a range without one.
        end = max(_midnight(self._query.today + timedelta(days=2)), at.since)
        return f"({self._any()}) AND submittedDate:[{at.since} TO {end}]"

    def _page(self, search: str, part: tuple[int, int, str], left: int) -> Page:
        """Fetch (start, size, order) of a search; at least `left` papers must be there from `start` on."""
        start, size, order = part
        parameters = {
            "search_query": search,
            "start": start,
            "max_results": min(size, MOST_IN_A_SLICE, MOST_PAPERS - start),
            "sortBy": "submittedDate",
            "sortOrder": order,
        }

        def read(body: bytes) -> Page:
            page = read_feed(body)
            # Papers do not vanish: fewer than there were is a fault, as an empty page is.
            if page.total - start < left or (not page.entries and page.total > start):
                raise BrokenAnswer(f"an empty page, though {max(page.total, start + left):,} papers match")
            return page

        # With 400 comes the entry that says why.
        return self._line.ask(f"{self._address}?{urlencode(parameters)}", read, accepted=(200, 400))


def read_feed(body: bytes) -> Page:
    """Read one answer; raises BrokenAnswer where it is no whole feed, SourceFailed where it is an error or unsafe."""
    root = parse_xml(body)
    if root.tag != f"{_ATOM}feed":
        raise BrokenAnswer("something that is no Atom feed")
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        if "/api/errors" in text_of(entry, f"{_ATOM}id"):
            words = text_of(entry, f"{_ATOM}summary").rstrip(".:") or "no reason given"
            raise SourceFailed(f"arXiv refused the search ({words}): check categories and address; {LATER}")
    total = text_of(root, _TOTAL)
    if not re.fullmatch(r"[0-9]{1,9}", total):
        raise BrokenAnswer("a feed without its number of papers")
    return Page(entries, int(total))


def read_entry(entry: Element) -> Item:
    """Return the record of an entry, or why there is none."""
    address = text_of(entry, f"{_ATOM}id")
    title = text_of(entry, f"{_ATOM}title", MAX_TITLE)
    arxiv_id = find_arxiv_id(address)
    if arxiv_id is None:
        return SetAside(0, f"no arXiv id in {excerpt_of(address)!r}", excerpt_of(title))
    if not title:
        return SetAside(0, f"{arxiv_id}: no title", excerpt_of(address))
    abstract = text_of(entry, f"{_ATOM}summary", MAX_ABSTRACT)
    comment = text_of(entry, f"{_ARXIV}comment", MAX_ABSTRACT)
    doi = text_of(entry, f"{_ARXIV}doi").split()
    names = (text_of(author, f"{_ATOM}name") for author in entry.findall(f"{_ATOM}author")[:MAX_NAMES])
    # The primary category comes first.
    categories = [*entry.findall(f"{_ARXIV}primary_category"), *entry.findall(f"{_ATOM}category")]
    return Record(
        source="arxiv",
        source_id=arxiv_id,
        title=title,
        abstract=abstract,
        authors=tuple(name for name in names if name),
        published_on=day_of(text_of(entry, f"{_ATOM}published")),
        categories=categories_of(category.get("term") for category in categories),
        links=arxiv_links(arxiv_id) + find_code(abstract, comment),
        arxiv_id=arxiv_id,
        doi=find_doi(doi[0]) if doi else None,
        venue=text_of(entry, f"{_ARXIV}journal_ref"),
    )


def _each_once(entries: list[Element], seen: set[str]) -> tuple[Item, ...]:
    """Read entries, without those that slices share."""
    items: list[Item] = []
    for item in map(read_entry, entries):
        if isinstance(item, Record):
            if item.source_id in seen:
                continue
            seen.add(item.source_id)
        items.append(item)
    return tuple(items)


def _moment(entry: Element) -> str:
    match = _PUBLISHED.match(text_of(entry, f"{_ATOM}published"))
    minute = "".join(match.groups()) if match else ""
    return minute if _is_minute(minute) else ""


def _midnight(day: date) -> str:
    return f"{max(day, _FIRST_DAY):%Y%m%d}0000"


def _is_minute(value: object) -> TypeGuard[str]:
    if not isinstance(value, str) or _MINUTE.fullmatch(value) is None:
        return False
    try:
        datetime.strptime(value, _MINUTE_FORM)  # noqa: DTZ007 - GMT throughout
    except ValueError:
        return False
    return True
