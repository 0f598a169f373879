"""A list as a feed: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1. Why by hand: docs/decisions/0015-feeds-by-hand.md."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson

from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.cards import LINK_NAMES, byline, is_web_address
from broadsheet.render.paper_list import PaperList, midnight, one_line, rfc3339, xml_text

MOST_NAMES = 100

_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_ATOM = "http://www.w3.org/2005/Atom"


def atom(shown: PaperList) -> bytes:
    """Return the list as an Atom feed."""
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    page, own = shown.at(shown.address), shown.at(links.dressed(shown.address, "atom"))
    _add(feed, "id", own)
    _add(feed, "title", _title(shown))
    _add(feed, "updated", rfc3339(shown.updated_at))
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": own})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _add(SubElement(feed, "author"), "name", one_line(shown.place.title) or "Broadsheet")
    _add(feed, "generator", "Broadsheet")
    for paper in shown.papers:
        _atom_entry(SubElement(feed, "entry"), shown, paper)
    return _written(feed)


def _atom_entry(entry: Element, shown: PaperList, paper: Paper) -> None:
    _add(entry, "id", shown.entry_id(paper))
    _add(entry, "title", _headline(paper))
    _add(entry, "updated", rfc3339(shown.moments_of(paper).changed_at))
    _add(entry, "published", rfc3339(_published(shown, paper)))
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": shown.page_of(paper)})
    for link in paper.content.links:
        if is_web_address(link.url):
            title = LINK_NAMES.get(link.kind, "link")
            SubElement(entry, "link", {"rel": "related", "title": title, "href": xml_text(link.url)})
    for name in _names(paper):
        _add(SubElement(entry, "author"), "name", name)
    for name in _tags(paper):
        SubElement(entry, "category", {"term": name})
    _add(entry, "summary", _text(paper))


def rss(shown: PaperList) -> bytes:
    """Return the list as an RSS 2.0 feed."""
    root = Element("rss", {"version": "2.0", "xmlns:atom": _ATOM, "xmlns:dc": _DUBLIN_CORE})
    channel = SubElement(root, "channel")
    _add(channel, "title", _title(shown))
    _add(channel, "link", shown.at(shown.address))
    _add(channel, "description", f"{_title(shown)}: the papers, with their abstracts")
    _add(channel, "language", "en")
    _add(channel, "lastBuildDate", format_datetime(shown.updated_at))
    _add(channel, "generator", "Broadsheet")
    own = shown.at(links.dressed(shown.address, "rss"))
    SubElement(channel, "atom:link", {"rel": "self", "type": "application/rss+xml", "href": own})
    for paper in shown.papers:
        item = SubElement(channel, "item")
        _add(item, "title", _headline(paper))
        _add(item, "link", shown.page_of(paper))
        _add(item, "guid", shown.entry_id(paper)).set("isPermaLink", "false")
        _add(item, "pubDate", format_datetime(_published(shown, paper)))
        for name in _names(paper):
            _add(item, "dc:creator", name)
        for name in _tags(paper):
            _add(item, "category", name)
        # A description is HTML: what is text must be escaped once as such, and once more as XML.
        _add(item, "description", _escaped(_text(paper)))
    return _written(root)


def json_feed(shown: PaperList) -> bytes:
    """Return the list as a JSON Feed."""
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _title(shown),
            "home_page_url": shown.at(shown.address),
            "feed_url": shown.at(links.dressed(shown.address, "feed.json")),
            "language": "en",
            "authors": [{"name": shown.place.title}],
            "items": [_json_item(shown, paper) for paper in shown.papers],
        }
    )


def _json_item(shown: PaperList, paper: Paper) -> dict[str, Any]:
    outside = next((link.url for link in paper.content.links if is_web_address(link.url)), "")
    item = {
        "id": shown.entry_id(paper),
        "url": shown.page_of(paper),
        "external_url": outside,
        "title": _headline(paper),
        "content_text": _text(paper),
        "date_published": rfc3339(_published(shown, paper)),
        "date_modified": rfc3339(shown.moments_of(paper).changed_at),
        "authors": [{"name": name} for name in _names(paper)],
        "tags": _tags(paper),
    }
    return {name: value for name, value in item.items() if value or name == "content_text"}


def _title(shown: PaperList) -> str:
    return one_line(f"{shown.title} · {shown.place.title}")


def _headline(paper: Paper) -> str:
    return one_line(paper.content.title) or xml_text(paper.id) or "A paper"


def _text(paper: Paper) -> str:
    content = paper.content
    return xml_text(readable(content.abstract or content.summary)) or one_line(byline(paper)) or _headline(paper)


def _published(shown: PaperList, paper: Paper) -> datetime:
    day = paper.content.published_on
    return midnight(day) if day else shown.moments_of(paper).added_at


def _names(paper: Paper) -> list[str]:
    return [name for name in map(one_line, paper.content.authors[:MOST_NAMES]) if name]


def _tags(paper: Paper) -> list[str]:
    return [name for name in map(one_line, (*paper.content.categories, *paper.content.keywords)) if name]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _add(parent: Element, tag: str, text: str) -> Element:
    child = SubElement(parent, tag)
    child.text = text
    return child


def _written(root: Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, "unicode").encode()
