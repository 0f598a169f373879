"""Crossref: what publishers register, `GET /works`, asked for by the day on which it was indexed.

A list is walked with a cursor ("deep paging"); the contact in the client's name is what Crossref asks of polite
programs. Records are CSL-JSON with lists around single texts, JATS in titles and abstracts, and dates that miss parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlencode

from broadsheet.domain.errors import Invalid
from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links, doi_links
from broadsheet.sources.csl import read_csl_item
from broadsheet.sources.cursors import day_from
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_TITLE, Fields, fields_of, fold, links_of, list_of
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.json_api import JsonApi, Page, read_entries
from broadsheet.sources.lanes import Lane
from broadsheet.sources.markup import plain_text
from broadsheet.sources.protocol import Slice
from broadsheet.sources.whole_answers import BrokenAnswer

LANE = Lane("crossref.org", 1.0)
WORKS_A_PAGE = 200
_FILTER = re.compile(r"(issn|prefix|member|type|orcid|funder):([\w./-]{1,100})", re.ASCII)
_A_DAY = timedelta(days=1)
_NO_PAPERS = frozenset(
    "book-series book-set component database grant journal journal-issue journal-volume peer-review proceedings "
    "proceedings-series reference-entry report-series".split()
)
_DATES = ("published", "published-online", "published-print", "posted", "issued", "created")


@dataclass(frozen=True, slots=True)
class CrossrefQuery:
    """Which works: of any of these filters' values, and like these words; never all of Crossref."""

    filters: tuple[str, ...]
    words: str


def parse_crossref_query(text: str) -> CrossrefQuery:
    """Read the setting: words, and `issn:`, `prefix:`, `member:`, `type:`, `orcid:`, `funder:` with a value.

    Raises Invalid for a text that says nothing.
    """
    pieces = text.split()
    filters = tuple(dict.fromkeys(piece for piece in pieces if _FILTER.fullmatch(piece)))
    words = " ".join(piece for piece in pieces if piece not in filters)
    if not words and all(one.startswith("type:") for one in filters):
        example = "write words to look for, issn:1234-5678 or prefix:10.1145."
        raise Invalid("crossref_query", f"crossref_query is empty, which would be all of Crossref: {example}")
    return CrossrefQuery(filters, words)


class CrossrefSource:
    """The works of a query that were indexed on `since` or later; the cursor is the next day to ask for."""

    name = "crossref"

    def __init__(
        self, client: PoliteClient, address: str, query: str, since: date, clock: Callable[[], datetime]
    ) -> None:
        self._api = JsonApi(client, "Crossref", LANE)
        self._address = address.rstrip("/")
        self._query = parse_crossref_query(query)
        self._since = since
        self._clock = clock

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield slices day by day, up to today, which is asked for again next time; raises SourceFailed."""
        today = self._clock().astimezone(UTC).date()
        day = day_from(cursor, self._since, today)
        while day <= today:
            following = min(day + _A_DAY, today)
            for page in self._api.pages("*", lambda name, check: self._page(day, name, check)):  # noqa: B023
                reached = day if page.following else following
                is_last = day == today and not page.following
                yield Slice(tuple(read_entries(page.entries, read_work)), reached.isoformat(), is_last=is_last)
            day += _A_DAY

    def _page(self, day: date, name: str, check: Callable[[Page], None]) -> Page:
        days = (f"from-index-date:{day.isoformat()}", f"until-index-date:{day.isoformat()}")
        asked = {"filter": ",".join((*days, *self._query.filters)), "rows": str(WORKS_A_PAGE), "cursor": name}
        if self._query.words:
            asked["query"] = self._query.words

        def read(answer: object) -> Page:
            message = fields_of(fields_of(answer).get("message"))
            items, total = message.get("items"), message.get("total-results")
            if not isinstance(items, list) or not isinstance(total, int):
                raise BrokenAnswer("something that is no list of works")
            page = Page(items, fold(message.get("next-cursor"), MAX_TITLE), total)
            check(page)
            return page

        return self._api.ask(f"{self._address}/works?{urlencode(asked)}", read)


def find_work(client: PoliteClient, address: str, doi: str) -> Record | None:
    """Fetch one work; None where Crossref does not know the DOI. Raises SourceFailed, and Invalid for no paper."""

    def read(answer: object) -> Record | None:
        message = fields_of(answer).get("message")
        if not isinstance(message, dict):
            raise BrokenAnswer("something that is no work")
        return read_work(message)

    return JsonApi(client, "Crossref", LANE).find(f"{address.rstrip('/')}/works/{quote(doi, safe='')}", read)


def read_work(work: Fields) -> Record | None:
    """Read one work; None for what is no paper (a journal, a figure). Raises Invalid without a DOI or a title."""
    if fold(work.get("type")) in _NO_PAPERS:
        return None
    name = fold(work.get("DOI"))
    doi, arxiv_id = find_doi(name), find_arxiv_id(name) or _preprint(work)
    if doi is None and arxiv_id is None:
        raise Invalid("DOI", f"no DOI in {name[:60]!r}")
    titles = work.get("title")
    title = plain_text(titles if isinstance(titles, str) else next(iter(list_of(titles)), ""), MAX_TITLE)
    if not title:
        raise Invalid("title", f"{name}: no title")
    dated = next((fields_of(work.get(key)) for key in _DATES if _has_year(work.get(key))), {})
    abstract = plain_text(work.get("abstract"), MAX_ABSTRACT)
    record = read_csl_item({**work, "title": title, "abstract": abstract, "issued": dated, "URL": None, "note": None})
    pdfs = [one.get("URL") for one in map(fields_of, list_of(work.get("link"))[:20]) if _is_pdf(one)]
    return replace(
        record,
        source="crossref",
        source_id=doi or arxiv_id or "",
        title=title,
        abstract=abstract,
        venue=plain_text(record.venue),
        doi=doi,
        arxiv_id=arxiv_id,
        links=arxiv_links(arxiv_id) + doi_links(doi) + links_of(*(("pdf", url) for url in pdfs[:1])),
    )


def _preprint(work: Fields) -> str | None:
    """Return the arXiv id of the preprint that a publisher names as the same work's."""
    found = list_of(fields_of(work.get("relation")).get("has-preprint"))[:20]
    return next((arxiv_id for one in found if (arxiv_id := find_arxiv_id(fold(fields_of(one).get("id"))))), None)


def _has_year(value: object) -> bool:
    parts = list_of(fields_of(value).get("date-parts"))
    return bool(parts) and any(isinstance(part, int) and part > 0 for part in list_of(parts[0])[:1])


def _is_pdf(link: Fields) -> bool:
    return link.get("content-type") == "application/pdf"
