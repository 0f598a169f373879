"""RSS and Atom feeds of any journal, blog or group.

`feedparser` reads the bytes that the polite client brought, and never fetches anything itself. What an entry says in
HTML becomes plain text. An entry is a paper of its own unless its address or its identifier is an arXiv id or a DOI.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

import feedparser

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links
from broadsheet.sources.cursors import cursor_of, marks_from
from broadsheet.sources.fields import (
    MAX_NAMES,
    MAX_TITLE,
    fields_of,
    fold,
    links_of,
    list_of,
    make_day,
    names_of,
    safe_url,
)
from broadsheet.sources.http import Answer, PoliteClient
from broadsheet.sources.lanes import Lane
from broadsheet.sources.markup import plain_text
from broadsheet.sources.protocol import Slice
from broadsheet.sources.reading import Item, SetAside, excerpt_of
from broadsheet.sources.whole_answers import BrokenAnswer, Manner, ask_until_whole

LANE: Lane | None = None  # each host its own
MOST_ENTRIES = 2_000
MOST_BYTES = 8 << 20
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--.*-->\s*)?\Z", re.IGNORECASE | re.DOTALL)
_DOI_IN_ADDRESS = re.compile(r"\b10\.\d{4,9}/[^\s?#&\"<>]+")
_ANNOUNCEMENT = re.compile(r"^arXiv:\S{5,30}\s+Announce Type:.{0,60}?Abstract:\s*", re.IGNORECASE)


class FeedsSource:
    """The entries of the feeds at `addresses`; the cursor knows what each looked like, so that only changes come.

    Raises Invalid for what is no web address, and for none.
    """

    name = "feeds"

    def __init__(self, client: PoliteClient, addresses: Sequence[str]) -> None:
        for address in addresses:
            if safe_url(address) is None:
                raise Invalid("feeds", f"{address[:120]!r} is no web address: feeds holds addresses of RSS or Atom.")
        if not addresses:
            raise Invalid("feeds", "No feed is chosen: set feeds.")
        self._client = client
        self._addresses = tuple(dict.fromkeys(addresses))

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield a slice a feed; raises SourceFailed, after all feeds were asked, for the first that failed."""
        found = marks_from(cursor)
        names = {address: _digest(address.encode()) for address in self._addresses}
        marks = {name: mark for name in names.values() if isinstance(mark := found.get(name), str)}
        failures = []
        for address in self._addresses:
            try:
                items = tuple(self._read(address))
            except SourceFailed as error:
                failures.append(error)
                continue
            seen = _digest(repr(items).encode("utf-8", "surrogatepass"))
            is_known = marks.get(names[address]) == seen
            marks[names[address]] = seen
            is_last = address == self._addresses[-1] and not failures
            yield Slice(() if is_known else items, cursor_of(marks), is_last=is_last)
        if failures:
            others = f" ({len(failures) - 1} other feeds failed too)" if len(failures) > 1 else ""
            raise SourceFailed(f"{failures[0]}{others}", failures[0].retry_after_seconds) from failures[0]

    def _read(self, address: str) -> Iterator[Item]:
        def whole(answer: Answer) -> bytes:
            if fault := _fault_of(answer.body):
                raise BrokenAnswer(fault)
            return answer.body

        manner = Manner("A feed", sent=f"The feed {address[:120]} is")
        body = ask_until_whole(self._client, manner, lambda: self._client.get(address, LANE), whole)
        yield from read_feed(body, address)


def read_feed(body: bytes, address: str) -> Iterator[Item]:
    """Yield the records of a feed, at most MOST_ENTRIES; `address` names entries that have no name of their own."""
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    host = urlsplit(address).hostname or "feed"
    entries = list_of(parsed.get("entries"))
    for entry in entries[:MOST_ENTRIES]:
        yield _read_entry(fields_of(entry), host)
    if len(entries) > MOST_ENTRIES:
        yield SetAside(0, f"{host}: {len(entries) - MOST_ENTRIES:,} entries beyond the first {MOST_ENTRIES:,}")


def _fault_of(body: bytes) -> str:
    if len(body) > MOST_BYTES:
        return f"larger than {MOST_BYTES >> 20} MiB"
    wide = b"\x00" in body[:100]  # UTF-16 cannot be looked at like that
    start = body[:2_000].lower()
    if not wide and not any(mark in start for mark in (b"<rss", b"<feed", b":feed", b"rdf")):
        return "something that is no RSS or Atom"
    return "" if wide or _END.search(body[-2_000:]) else "cut off before its end"


def _read_entry(entry: Mapping[str, object], host: str) -> Item:
    title = plain_text(entry.get("title"), MAX_TITLE)
    link, guid = fold(entry.get("link"), MAX_TITLE), fold(entry.get("id"), MAX_TITLE)
    if not title:
        return SetAside(0, f"{host}: an entry without a title", excerpt_of(link or guid))
    if not (link or guid):
        return SetAside(0, f"{host}: an entry without an address or a name", excerpt_of(title))
    arxiv_id, doi = _identifiers(entry, link, guid)
    name = guid if ":" in guid else f"{host}:{guid}" if guid else link
    summary = entry.get("summary") or next((fields_of(one).get("value") for one in list_of(entry.get("content"))), "")
    page = links_of(("other" if arxiv_id else "abs", None if arxiv_id and find_arxiv_id(link) else link))
    return Record(
        source="feed",
        source_id=arxiv_id or doi or (name if len(name) <= 300 else _digest(name.encode())),
        title=title,
        abstract=_ANNOUNCEMENT.sub("", plain_text(summary)),
        authors=_authors(entry),
        published_on=_day(entry),
        links=arxiv_links(arxiv_id) + page,
        arxiv_id=arxiv_id,
        doi=doi,
        venue=fold(entry.get("prism_publicationname")),
    )


def _identifiers(entry: Mapping[str, object], link: str, guid: str) -> tuple[str | None, str | None]:
    """Return (arXiv id, DOI) of what an entry is about; what its text mentions is another paper."""
    named = [fold(entry.get(key), MAX_TITLE) for key in ("prism_doi", "dc_identifier")]
    # arXiv's feed names versions like that: oai:arXiv.org:2401.00001v1
    arxiv_id = next((found for text in (guid, link, *named) if ":" in text and (found := find_arxiv_id(text))), None)
    mentioned = (match[0] for text in (link, guid) if (match := _DOI_IN_ADDRESS.search(text)))
    doi = next((found for text in (*named, link, guid, *mentioned) if (found := find_doi(text))), None)
    return arxiv_id, doi


def _authors(entry: Mapping[str, object]) -> tuple[str, ...]:
    people = [
        fold(fields_of(person).get("name"), MAX_TITLE * 5) for person in list_of(entry.get("authors"))[:MAX_NAMES]
    ]
    return tuple(dict.fromkeys(name for person in people for name in names_of(plain_text(person))))


def _day(entry: Mapping[str, object]) -> date | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        moment = entry.get(key)
        if isinstance(moment, tuple) and len(moment) >= 3:
            return make_day(*moment[:3])
    return None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
