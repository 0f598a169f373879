"""Semantic Scholar's bulk search: `GET /graph/v1/paper/search/bulk`, part after part by a token.

Everybody without a key shares one quota, so that many answers say 429: the client's waiting is what makes this work.
The number of hits is an estimate. Papers arrive late: the last DAYS_ASKED_AGAIN days of publication are asked for at
every fetch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from broadsheet.domain.errors import Invalid
from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.addresses import arxiv_links, doi_links
from broadsheet.sources.cursors import day_from
from broadsheet.sources.fields import (
    MAX_TITLE,
    Fields,
    day_of,
    fields_of,
    first_text,
    fold,
    links_of,
    names_of,
)
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.json_api import JsonApi, Page, key_header, read_entries
from broadsheet.sources.lanes import Lane
from broadsheet.sources.markup import plain_text
from broadsheet.sources.protocol import Slice
from broadsheet.sources.whole_answers import BrokenAnswer

LANE = Lane("semanticscholar.org", 3.0)
DAYS_ASKED_AGAIN = 14
_FIELDS = "title,abstract,authors,externalIds,publicationDate,year,venue,publicationVenue,openAccessPdf"
_ID = re.compile(r"[0-9a-f]{40}")


class SemanticScholarSource:
    """The papers that a search finds among those published on `since` or later; the cursor is a day of publication.

    Raises Invalid for an empty search.
    """

    name = "semantic-scholar"

    def __init__(
        self, client: PoliteClient, address: str, query: str, since: date, clock: Callable[[], datetime], *, key: str
    ) -> None:
        if not query.strip():
            raise Invalid("semantic_scholar_query", "semantic_scholar_query is empty: write words to look for.")
        headers = key_header("semantic_scholar_key", key, "x-api-key")
        self._api = JsonApi(client, "Semantic Scholar", LANE, headers)
        self._address = address.rstrip("/")
        self._query = " ".join(query.split())
        self._since = since
        self._clock = clock

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield slices until the search has no more; raises SourceFailed."""
        today = self._clock().astimezone(UTC).date()
        first = day_from(cursor, self._since, today)
        settled = max(self._since, today - timedelta(days=DAYS_ASKED_AGAIN))
        for page in self._api.pages("", lambda name, check: self._page(first, name, check)):
            reached = min(first, settled) if page.following else settled
            items = tuple(read_entries(page.entries, read_paper))
            yield Slice(items, reached.isoformat(), is_last=not page.following)

    def _page(self, first: date, name: str, check: Callable[[Page], None]) -> Page:
        asked = {"query": self._query, "fields": _FIELDS, "publicationDateOrYear": f"{first.isoformat()}:"}
        if name:
            asked["token"] = name

        def read(answer: object) -> Page:
            fields = fields_of(answer)
            found, total = fields.get("data"), fields.get("total")
            if not isinstance(found, list):
                raise BrokenAnswer("something that is no list of papers")
            # An estimate is good for one thing: it tells an empty first part from a search without hits.
            promised = total if isinstance(total, int) and not found and not name else None
            page = Page(found, fold(fields.get("token"), MAX_TITLE) if found else "", promised)
            check(page)
            return page

        return self._api.ask(f"{self._address}/graph/v1/paper/search/bulk?{urlencode(asked)}", read)


def read_paper(paper: Fields) -> Record:
    """Read one paper; raises Invalid without an id or a title."""
    name = fold(paper.get("paperId"))
    if _ID.fullmatch(name) is None:
        raise Invalid("paperId", f"no id of a paper in {name[:60]!r}")
    title = plain_text(paper.get("title"), MAX_TITLE)
    if not title:
        raise Invalid("title", f"{name}: no title")
    ids = fields_of(paper.get("externalIds"))
    given = fold(ids.get("DOI"))
    doi = find_doi(given)
    arxiv_id = find_arxiv_id(fold(ids.get("ArXiv"))) or find_arxiv_id(given)
    own = (Link("other", f"https://www.semanticscholar.org/paper/{name}"),)
    pdf = links_of(("pdf", fields_of(paper.get("openAccessPdf")).get("url")))
    return Record(
        source="semantic-scholar",
        source_id=name,
        title=title,
        abstract=plain_text(paper.get("abstract")),
        authors=names_of(paper.get("authors")) if isinstance(paper.get("authors"), list) else (),
        published_on=day_of(paper.get("publicationDate")) or day_of(paper.get("year")),
        links=arxiv_links(arxiv_id) + doi_links(doi) + pdf + own,
        arxiv_id=arxiv_id,
        doi=doi,
        venue=_venue(paper),
    )


def _venue(paper: Fields) -> str:
    """Return where a paper appeared; arXiv only keeps it."""
    named = first_text(fields_of(paper.get("publicationVenue")), "name") or fold(paper.get("venue"))
    return "" if named.lower().startswith("arxiv") else named
