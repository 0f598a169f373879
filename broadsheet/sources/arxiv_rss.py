"""arXiv's RSS: what was announced today in a category, with the abstracts.

Form: https://info.arxiv.org/help/rss_specifications.html. One request a category, because one for several would not
say which of them announced a paper. A feed holds at most 2,000 papers and is empty on days without an announcement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.calendar import ZONE
from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links, find_code
from broadsheet.sources.arxiv_line import ArxivLine, categories_of, check_categories, names_in, parse_xml, text_of
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_TITLE, fold
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.protocol import Slice
from broadsheet.sources.reading import Item, SetAside, excerpt_of
from broadsheet.sources.whole_answers import BrokenAnswer

MOST_ITEMS = 2_000
NAME = "arxiv-rss"

_ARXIV = "{http://arxiv.org/schemas/atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_KINDS = {"new": "new", "cross": "cross", "replace": "replace", "replace-cross": "replace"}
_BEFORE_ABSTRACT = re.compile(r"\A(?:<p>)?\s*(?:arXiv:\S+\s+)?(?:Announce Type:\s*\S+\s+)?(?:<p>)?Abstract:\s*")


class ArxivRss:
    """A `Source`: today's announcement of each category, each a slice.

    There is nothing but today to be asked for, so the cursor is only the day of the newest feed and is never read.
    """

    name = NAME

    def __init__(self, client: PoliteClient, address: str, categories: Sequence[str]) -> None:
        self._categories = check_categories(categories)
        self._line = ArxivLine(client)
        self._address = address.rstrip("/")

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield what each category announced today (see `Source`)."""
        newest = ""
        for number, category in enumerate(self._categories, 1):

            def read(body: bytes, category: str = category) -> tuple[tuple[Item, ...], Announcement | None, date]:
                return read_rss(body, category)

            items, announcement, day = self._line.ask(f"{self._address}/{category}", read, remember=True)
            newest = max(newest, day.isoformat())
            announced = (announcement,) if announcement else ()
            yield Slice(items, newest, announced, is_last=number == len(self._categories))


def read_rss(body: bytes, category: str) -> tuple[tuple[Item, ...], Announcement | None, date]:
    """Read a feed: its items, what it announces (None where it is empty: it says nothing then), and its day.

    The announcement states the feed's own number of new and cross-listed papers, unreadable ones included; None
    where the feed is full and papers may be missing. Raises BrokenAnswer where it is no whole feed of arXiv.
    """
    root = parse_xml(body)
    channel = root.find("channel") if root.tag == "rss" else None
    if channel is None:
        raise BrokenAnswer("something that is no RSS feed")
    day = _day(text_of(channel, "pubDate")) or _day(text_of(channel, "lastBuildDate"))
    if day is None:
        raise BrokenAnswer("a feed without its day")
    entries = channel.findall("item")
    items: list[Item] = []
    announced: dict[str, Announced] = {}
    stated = 0
    for entry in entries:
        kind = _KINDS.get(text_of(entry, f"{_ARXIV}announce_type").lower(), "")
        stated += kind != "replace"
        item = _read_item(entry, kind, day)
        items.append(item)
        if isinstance(item, Record):
            announced.setdefault(item.source_id, Announced(item.source_id, kind))
    if not entries:
        return (), None, day
    total = stated if len(entries) < MOST_ITEMS else None
    return tuple(items), Announcement(NAME, category, day, tuple(announced.values()), total), day


def _read_item(entry: Element, kind: str, day: date) -> Item:
    guid = text_of(entry, "guid")
    title = text_of(entry, "title", MAX_TITLE)
    arxiv_id = find_arxiv_id(guid) or find_arxiv_id(text_of(entry, "link"))
    if arxiv_id is None:
        return SetAside(0, f"no arXiv id in {excerpt_of(guid)!r}", excerpt_of(title))
    if not kind:
        return SetAside(0, f"{arxiv_id}: no known kind of announcement", excerpt_of(title))
    if not title:
        return SetAside(0, f"{arxiv_id}: no title", excerpt_of(guid))
    abstract = _BEFORE_ABSTRACT.sub("", text_of(entry, "description", MAX_ABSTRACT), count=1)
    doi = text_of(entry, f"{_ARXIV}DOI").split()
    creators = (fold(creator.text, MAX_ABSTRACT) for creator in entry.findall(f"{_DC}creator"))
    return Record(
        source=NAME,
        source_id=arxiv_id,
        title=title,
        abstract=abstract,
        authors=tuple(name for creator in creators for name in names_in(creator)),
        # The day of the announcement is not that of the paper.
        edition_on=day if kind == "new" else None,
        categories=categories_of(category.text for category in entry.findall("category")),
        links=arxiv_links(arxiv_id) + find_code(abstract),
        arxiv_id=arxiv_id,
        doi=find_doi(doi[0]) if doi else None,
        venue=text_of(entry, f"{_ARXIV}journal_reference"),
    )


def _day(text: str) -> date | None:
    """Return the day of a moment (RFC 5322) at arXiv's place."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment.astimezone(ZONE) if moment.tzinfo else moment).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
