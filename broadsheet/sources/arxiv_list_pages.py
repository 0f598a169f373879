"""arXiv's pages of lists, read: the new listings of a day, and the recent ones of the last five days.

A heading says how many entries follow it and how many there are over all pages; a page that shows another number is
not whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from selectolax.lexbor import LexborHTMLParser, LexborNode

from broadsheet.domain.identifiers import find_arxiv_id
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links, find_code
from broadsheet.sources.arxiv_line import categories_of
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_NAMES, MAX_TITLE, MONTHS, fold, make_day
from broadsheet.sources.markup import parse_html
from broadsheet.sources.reading import Item, SetAside, excerpt_of
from broadsheet.sources.whole_answers import BrokenAnswer

NAME = "arxiv-listing"

_KINDS = {"new": "new", "cross": "cross", "replacement": "replace"}
_NUMBERS = r"\((?:continued, )?showing (?:first |last )?([0-9,]{1,9}) of ([0-9,]{1,9}) entries"
_SECTION = re.compile(rf"(new|cross|replacement)\S* (?:submissions|lists|listings)\b[^()]*{_NUMBERS}", re.IGNORECASE)
_DATE = r"[a-z]+, ([0-9]{1,2}) ([a-z]{3})[a-z]* ([0-9]{4})"
_DAY = re.compile(rf"showing new listings for {_DATE}", re.IGNORECASE)
_DAY_SECTION = re.compile(rf"{_DATE}\s*{_NUMBERS}", re.IGNORECASE)
_TOTAL = re.compile(r"total of ([0-9,]{1,9}) entries", re.IGNORECASE)
_RECENT = "recent submissions"
_CROSS = "(cross-list from"
_SUBJECT = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: its day, its kind of announcement, and what it says."""

    day: date
    kind: str
    item: Item


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its entries, how many each heading's kind or day has over all pages, and how many there are in all.

    `day` is the day of a list of one day.
    """

    day: date | None
    entries: tuple[Entry, ...]
    stated: dict[str, int]
    total: int


def read_listing(body: bytes) -> Page:
    """Read a page of new listings; raises BrokenAnswer where it is not whole or none of arXiv's lists."""
    tree = _parse(body)
    headings = [_words_of(node) for node in tree.css("h3")]
    day = next((found for match in map(_DAY.search, headings) if match and (found := _day_in(match))), None)
    if day is None:
        raise BrokenAnswer("a page without the day of its list")
    entries: list[Entry] = []
    stated: dict[str, int] = {}
    kind, promised = "", 0
    for node in tree.css("h3, dt"):
        if node.tag == "dt":
            if not kind:
                raise BrokenAnswer("a list without a heading")
            entries.append(Entry(day, kind, _read_entry(node, kind, day)))
        elif match := _SECTION.search(_words_of(node)):
            kind = _KINDS[match[1].lower()]
            promised += _number(match[2])
            stated[kind] = _number(match[3])
    return _page(tree, day, entries, stated, promised)


def read_recent(body: bytes) -> Page:
    """Read a page of recent listings, which say a day's new and cross-listed papers, without their abstracts.

    Raises BrokenAnswer where it is not whole or none of arXiv's lists.
    """
    tree = _parse(body)
    entries: list[Entry] = []
    stated: dict[str, int] = {}
    day, promised = None, 0
    for node in tree.css("h3, dt"):
        if node.tag == "dt":
            if day is None:
                raise BrokenAnswer("a list without a heading")
            kind = "cross" if _CROSS in _words_of(node) else "new"
            entries.append(Entry(day, kind, _read_entry(node, kind, day)))
        elif (match := _DAY_SECTION.search(_words_of(node))) and (day := _day_in(match)):
            promised += _number(match[4])
            stated[day.isoformat()] = _number(match[5])
    if not stated and not any(_RECENT in _words_of(node).lower() for node in tree.css("h1, h2")):
        raise BrokenAnswer("a page without the days of its list")
    return _page(tree, None, entries, stated, promised)


def _parse(body: bytes) -> LexborHTMLParser:
    text = body.decode("utf-8", "replace")
    tree = parse_html(text)
    if tree is None:
        raise BrokenAnswer("a page whose elements are nested too deep")
    if "</html>" not in text[-2_000:].lower():
        raise BrokenAnswer("a page that breaks off")
    return tree


def _page(
    tree: LexborHTMLParser, day: date | None, entries: list[Entry], stated: dict[str, int], promised: int
) -> Page:
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


def _words_of(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _day_in(match: re.Match[str]) -> date | None:
    month = MONTHS.get(match[2].lower())
    return make_day(int(match[3]), month, int(match[1])) if month else None


def _number(text: str) -> int:
    return int(text.replace(",", "") or 0)
