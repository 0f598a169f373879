"""arXiv's page of new listings (`/list/cs.CL/new`): today's announcement of a category, with its numbers.

The one place where arXiv says how many papers it announced ("showing 65 of 65 entries"), so that a reader can prove
that nothing is missing. Long lists are paged; a category has its announcement only when all pages are here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from selectolax.lexbor import LexborNode

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.errors import SourceFailed
from broadsheet.domain.identifiers import find_arxiv_id
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links, find_code
from broadsheet.sources.arxiv_line import LATER, ArxivLine, BrokenAnswer, categories_of, check_categories
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_NAMES, MAX_TITLE, MONTHS, fold, make_day
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.markup import parse_html
from broadsheet.sources.protocol import Slice
from broadsheet.sources.reading import Item, SetAside, excerpt_of

NAME = "arxiv-listing"
SHOW = 2_000  # the most that a page shows
MOST_PAGES = 50
MOST_RESTARTS = 2

_KINDS = {"new": "new", "cross": "cross", "replacement": "replace"}
_SECTION = re.compile(
    r"(new|cross|replacement)\S* (?:submissions|lists|listings)\b[^()]*"
    r"\((?:continued, )?showing (?:first |last )?([0-9,]{1,9}) of ([0-9,]{1,9}) entries",
    re.IGNORECASE,
)
_DAY = re.compile(r"showing new listings for [a-z]+, ([0-9]{1,2}) ([a-z]{3})[a-z]* ([0-9]{4})", re.IGNORECASE)
_TOTAL = re.compile(r"total of ([0-9,]{1,9}) entries", re.IGNORECASE)
_SUBJECT = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: its kind of announcement, and what it says."""

    kind: str
    item: Item


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the day, its entries, how many each kind has over all pages (as far as this page says), and in all."""

    day: date
    entries: tuple[Entry, ...]
    stated: dict[str, int]
    total: int


class _Moved(Exception):
    """The list changed between two of its pages."""


class ArxivListing:
    """A `Source`: today's listing of each category, each a slice.

    There is nothing but today to be asked for, so the cursor is only the day of the newest listing and is never read.
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
            pages = self._pages(category)
            day = pages[0].day
            entries = [entry for page in pages for entry in page.entries]
            announced: dict[str, Announced] = {}
            for entry in entries:
                if isinstance(entry.item, Record):
                    announced.setdefault(entry.item.source_id, Announced(entry.item.source_id, entry.kind))
            kinds = {kind: n for page in pages for kind, n in page.stated.items()}
            stated = kinds.get("new", 0) + kinds.get("cross", 0)
            announcement = Announcement(NAME, category, day, tuple(announced.values()), stated)
            newest = max(newest, day.isoformat())
            items = tuple(entry.item for entry in entries)
            # A day without any entry is no announcement.
            said = (announcement,) if entries else ()
            yield Slice(items, newest, said, is_last=number == len(self._categories))

    def _pages(self, category: str) -> list[Page]:
        for _ in range(MOST_RESTARTS + 1):
            try:
                return self._try_pages(category)
            except _Moved:
                continue
        raise SourceFailed(f"arXiv changed the list of {category} while it was read: {LATER}")

    def _try_pages(self, category: str) -> list[Page]:
        address = f"{self._address}/{category}/new"
        pages = [self._line.ask(address, read_listing, remember=True)]
        first = pages[0]
        count = len(first.entries)
        while count < first.total and len(pages) < MOST_PAGES:
            page = self._line.ask(f"{address}?skip={count}&show={SHOW}", _read_further)
            if (page.day, page.total) != (first.day, first.total):
                raise _Moved
            pages.append(page)
            count += len(page.entries)
        kinds = {kind: n for page in pages for kind, n in page.stated.items()}
        if count != first.total or count != sum(kinds.values()):
            raise SourceFailed(f"arXiv lists {count:,} of {first.total:,} entries of {category}: {LATER}")
        return pages


def _read_further(body: bytes) -> Page:
    page = read_listing(body)
    if not page.entries:
        raise BrokenAnswer("an empty page of a longer list")
    return page


def read_listing(body: bytes) -> Page:
    """Read one page; raises BrokenAnswer where it is not whole or none of arXiv's lists."""
    text = body.decode("utf-8", "replace")
    tree = parse_html(text)
    if tree is None:
        raise BrokenAnswer("a page whose elements are nested too deep")
    if "</html>" not in text[-2_000:].lower():
        raise BrokenAnswer("a page that breaks off")
    headings = [" ".join(node.text().split()) for node in tree.css("h3")]
    day = next((found for found in map(_day_in, headings) if found), None)
    if day is None:
        raise BrokenAnswer("a page without the day of its list")
    entries: list[Entry] = []
    stated: dict[str, int] = {}
    kind, promised = "", 0
    for node in tree.css("h3, dt"):
        if node.tag == "dt":
            if not kind:
                raise BrokenAnswer("a list without a heading")
            entries.append(Entry(kind, _read_entry(node, kind, day)))
        elif match := _SECTION.search(" ".join(node.text().split())):
            kind = _KINDS[match[1].lower()]
            promised += _number(match[2])
            stated[kind] = _number(match[3])
    if promised != len(entries):
        raise BrokenAnswer(f"a list of {len(entries):,} entries that says it shows {promised:,}")
    total = _TOTAL.search(" ".join(node.text() for node in tree.css(".paging")))
    return Page(day, tuple(entries), stated, _number(total[1]) if total else sum(stated.values()))


def _read_entry(name: LexborNode, kind: str, day: date) -> Item:
    link = name.css_first("a[href*='/abs/']")
    address = (link.attributes.get("href") or "") if link is not None else ""
    arxiv_id = find_arxiv_id(address.rpartition("/abs/")[2])
    body = name.next
    while body is not None and body.tag not in ("dd", "dt"):
        body = body.next
    if arxiv_id is None:
        return SetAside(0, f"no arXiv id in {excerpt_of(address)!r}", excerpt_of(name.text()))
    title = _words(body, ".list-title", MAX_TITLE)
    if body is None or body.tag != "dd" or not title:
        return SetAside(0, f"{arxiv_id}: no title", excerpt_of(name.text()))
    abstract = _words(body, "p.mathjax", MAX_ABSTRACT)
    subjects = _words(body, ".list-subjects", MAX_TITLE)
    authors = (fold(author.text()) for author in body.css(".list-authors a")[:MAX_NAMES])
    return Record(
        source=NAME,
        source_id=arxiv_id,
        title=title,
        abstract=abstract,
        authors=tuple(name for name in authors if name),
        # The day of the announcement is not that of the paper.
        edition_on=day if kind == "new" else None,
        categories=categories_of(_SUBJECT.findall(subjects)),
        links=arxiv_links(arxiv_id) + find_code(abstract, _words(body, ".list-comments", MAX_ABSTRACT)),
        arxiv_id=arxiv_id,
        venue=_words(body, ".list-journal-ref"),
    )


def _words(body: LexborNode | None, selector: str, limit: int = 300) -> str:
    """Return the words of the first such element, without the label before them."""
    node = body.css_first(selector) if body is not None else None
    if node is None:
        return ""
    label = node.css_first(".descriptor")
    text = fold(node.text(), limit)
    return text.removeprefix(fold(label.text())).lstrip() if label is not None else text


def _day_in(heading: str) -> date | None:
    match = _DAY.search(heading)
    month = MONTHS.get(match[2].lower()) if match else None
    return make_day(int(match[3]), month, int(match[1])) if match and month else None


def _number(text: str) -> int:
    return int(text.replace(",", "") or 0)
