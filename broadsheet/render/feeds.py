"""A list as a feed: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1. Why by hand: docs/decisions/0015-feeds-by-hand.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

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
    page, own = shown.at(shown.address), shown.at(links.dressed(shown.address, "atom"))
    pieces = [
        f'<feed xmlns="{_ATOM}" xml:lang="en">',
        _element("id", own),
        _element("title", _title(shown)),
        _element("updated", rfc3339(shown.updated_at)),
        f'<link rel="self" type="application/atom+xml" href="{_quoted(own)}" />',
        f'<link rel="alternate" type="text/html" href="{_quoted(page)}" />',
        f"<author>{_element('name', one_line(shown.place.title) or 'Broadsheet')}</author>",
        "<generator>Broadsheet</generator>",
    ]
    for paper in shown.papers:
        pieces += _atom_entry(shown, paper)
    return _written([*pieces, "</feed>"])


def _atom_entry(shown: PaperList, paper: Paper) -> Iterator[str]:
    yield f"<entry><id>{_escaped(shown.entry_id(paper))}</id><title>{_escaped(_headline(paper))}</title>"
    yield f"<updated>{rfc3339(shown.moments_of(paper).changed_at)}</updated>"
    yield f"<published>{rfc3339(_published(shown, paper))}</published>"
    yield f'<link rel="alternate" type="text/html" href="{_quoted(shown.page_of(paper))}" />'
    for link in paper.content.links:
        if is_web_address(link.url):
            title = LINK_NAMES.get(link.kind, "link")
            yield f'<link rel="related" title="{title}" href="{_quoted(xml_text(link.url))}" />'
    for name in _names(paper):
        yield f"<author><name>{_escaped(name)}</name></author>"
    for name in _tags(paper):
        yield f'<category term="{_quoted(name)}" />'
    yield f"<summary>{_escaped(_text(paper))}</summary></entry>"


def rss(shown: PaperList) -> bytes:
    """Return the list as an RSS 2.0 feed."""
    own = shown.at(links.dressed(shown.address, "rss"))
    pieces = [
        f'<rss version="2.0" xmlns:atom="{_ATOM}" xmlns:dc="{_DUBLIN_CORE}"><channel>',
        _element("title", _title(shown)),
        _element("link", shown.at(shown.address)),
        _element("description", f"{_title(shown)}: the papers, with their abstracts"),
        "<language>en</language>",
        _element("lastBuildDate", format_datetime(shown.updated_at)),
        "<generator>Broadsheet</generator>",
        f'<atom:link rel="self" type="application/rss+xml" href="{_quoted(own)}" />',
    ]
    for paper in shown.papers:
        pieces += _rss_item(shown, paper)
    return _written([*pieces, "</channel></rss>"])


def _rss_item(shown: PaperList, paper: Paper) -> Iterator[str]:
    yield f"<item><title>{_escaped(_headline(paper))}</title><link>{_escaped(shown.page_of(paper))}</link>"
    yield f'<guid isPermaLink="false">{_escaped(shown.entry_id(paper))}</guid>'
    yield f"<pubDate>{format_datetime(_published(shown, paper))}</pubDate>"
    for name in _names(paper):
        yield f"<dc:creator>{_escaped(name)}</dc:creator>"
    for name in _tags(paper):
        yield f"<category>{_escaped(name)}</category>"
    # A description is HTML: what is text must be escaped once as such, and once more as XML.
    yield f"<description>{_escaped(_escaped(_text(paper)))}</description></item>"


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


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{_escaped(text)}</{tag}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    """Escape a text as the value of an attribute, in which a reader of XML would take any space for a plain one."""
    text = _escaped(text).replace('"', "&quot;")
    return text.replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#09;")


def _written(pieces: Sequence[str]) -> bytes:
    return "".join(('<?xml version="1.0" encoding="utf-8"?>\n', *pieces)).encode()
