"""OpenAlex: an open index of works, `GET /works`, asked for by the day of publication.

Works arrive late, and only paying readers may ask by the day of arrival, so that the last DAYS_ASKED_AGAIN days of
publication are asked for at every fetch. Abstracts come as an index of words, and authors end at the hundredth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlencode

from broadsheet.domain.errors import Invalid
from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links, doi_links
from broadsheet.sources.cursors import day_from
from broadsheet.sources.fields import (
    MAX_ABSTRACT,
    MAX_TITLE,
    Fields,
    count_of,
    day_of,
    fields_of,
    fold,
    links_of,
    list_of,
)
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.json_api import JsonApi, Page, key_header, read_entries
from broadsheet.sources.lanes import Lane
from broadsheet.sources.markup import plain_text
from broadsheet.sources.protocol import Slice
from broadsheet.sources.whole_answers import BrokenAnswer

LANE = Lane("openalex.org", 1.0)
WORKS_A_PAGE = 100
DAYS_A_WINDOW = 7
DAYS_ASKED_AGAIN = 14
AUTHORS_GIVEN = 100
_MOST_WORDS = 20_000
_ID = re.compile(r"W[0-9]{1,15}")
_A_DAY = timedelta(days=1)


class OpenAlexSource:
    """The works that a search finds among those published on `since` or later; the cursor is a day of publication.

    Without a key OpenAlex gives little, or nothing. Raises Invalid for an empty search.
    """

    name = "openalex"

    def __init__(
        self, client: PoliteClient, address: str, query: str, since: date, clock: Callable[[], datetime], *, key: str
    ) -> None:
        if not query.strip():
            raise Invalid("openalex_query", "openalex_query is empty: write words to look for.")
        self._api = _api(client, key)
        self._address = address.rstrip("/")
        self._query = " ".join(query.split())
        self._since = since
        self._clock = clock

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield slices, a week of publication after the other, up to today; raises SourceFailed."""
        today = self._clock().astimezone(UTC).date()
        first = day_from(cursor, self._since, today)
        settled = today - timedelta(days=DAYS_ASKED_AGAIN)
        while first <= today:
            last = min(first + timedelta(days=DAYS_A_WINDOW - 1), today)
            following = max(self._since, min(last + _A_DAY, settled))
            for page in self._api.pages("*", lambda name, check: self._page((first, last), name, check)):  # noqa: B023
                reached = min(first, following) if page.following else following
                is_last = last == today and not page.following
                yield Slice(tuple(read_entries(page.entries, read_work)), reached.isoformat(), is_last=is_last)
            first = last + _A_DAY

    def _page(self, days: tuple[date, date], name: str, check: Callable[[Page], None]) -> Page:
        first, last = (day.isoformat() for day in days)
        only = f"from_publication_date:{first},to_publication_date:{last}"
        asked = {"search": self._query, "filter": only, "per-page": WORKS_A_PAGE, "cursor": name}

        def read(answer: object) -> Page:
            meta = fields_of(fields_of(answer).get("meta"))
            found, total = fields_of(answer).get("results"), meta.get("count")
            if not isinstance(found, list) or not isinstance(total, int):
                raise BrokenAnswer("something that is no list of works")
            page = Page(found, fold(meta.get("next_cursor"), MAX_TITLE), total)
            check(page)
            return page

        return self._api.ask(f"{self._address}/works?{urlencode(asked)}", read)


def find_work(client: PoliteClient, address: str, doi: str, key: str = "") -> Record | None:
    """Fetch one work; None where OpenAlex does not know the DOI. Raises SourceFailed, and Invalid for no paper."""

    def read(answer: object) -> Record:
        if not fields_of(answer).get("id"):
            raise BrokenAnswer("something that is no work")
        return read_work(fields_of(answer))

    return _api(client, key).find(f"{address.rstrip('/')}/works/doi:{quote(doi, safe='')}", read)


def read_work(work: Fields) -> Record:
    """Read one work; raises Invalid without an id or a title."""
    name = fold(work.get("id")).rpartition("/")[2]
    if _ID.fullmatch(name) is None:
        raise Invalid("id", f"no id of a work in {name[:60]!r}")
    title = plain_text(work.get("title") or work.get("display_name"), MAX_TITLE)
    if not title:
        raise Invalid("title", f"{name}: no title")
    given = fold(work.get("doi"))
    doi = find_doi(given)
    places = [fields_of(work.get("primary_location")), *map(fields_of, list_of(work.get("locations"))[:50])]
    arxiv_id = find_arxiv_id(given) or _arxiv_id_in(places)
    best = fields_of(work.get("best_oa_location"))
    authors, count = _authors(work)
    keywords = [fold(fields_of(one).get("display_name")) for one in list_of(work.get("keywords"))[:50]]
    if work.get("is_retracted") is True:
        keywords.insert(0, "retracted")
    return Record(
        source="openalex",
        source_id=name,
        title=title,
        abstract=_abstract(work.get("abstract_inverted_index")),
        authors=authors,
        author_count=count,
        published_on=day_of(work.get("publication_date")) or day_of(work.get("publication_year")),
        keywords=tuple(dict.fromkeys(word for word in keywords if word)),
        links=arxiv_links(arxiv_id) + doi_links(doi) + links_of(("pdf", best.get("pdf_url"))),
        arxiv_id=arxiv_id,
        doi=doi,
        venue=_venue(places[0]),
    )


def _api(client: PoliteClient, key: str) -> JsonApi:
    return JsonApi(client, "OpenAlex", LANE, key_header("openalex_key", key, "Authorization", "Bearer {}"))


def _arxiv_id_in(places: list[Fields]) -> str | None:
    urls = (fold(place.get(key), MAX_TITLE) for place in places for key in ("landing_page_url", "pdf_url"))
    return next((found for url in urls if "arxiv" in url.lower() and (found := find_arxiv_id(url))), None)


def _venue(place: Fields) -> str:
    """Return where a work appeared; a repository only keeps it."""
    source = fields_of(place.get("source"))
    return "" if source.get("type") == "repository" else fold(source.get("display_name"))


def _authors(work: Fields) -> tuple[tuple[str, ...], int | None]:
    """Return the names, and how many authors there are where the names are not all of them and it is said."""
    given = list_of(work.get("authorships"))
    names = (fold(fields_of(fields_of(one).get("author")).get("display_name")) for one in given[:AUTHORS_GIVEN])
    stated = count_of(work.get("authors_count"))
    return tuple(name for name in names if name), stated if stated > AUTHORS_GIVEN else None


def _abstract(index: object) -> str:
    """Put the words of an inverted index where they stood; what claims an absurd place is left out."""
    words: dict[int, str] = {}
    for word, places in fields_of(index).items():
        for place in list_of(places):
            if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < _MOST_WORDS:
                words[place] = word[:200]
    return plain_text(" ".join(words[place] for place in sorted(words))[: 2 * MAX_ABSTRACT])
