"""Feeds of whatever kind, written: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1.

Why by hand: docs/decisions/0015-feeds-by-hand.md. Texts come fit for XML (`paper_list.xml_text`) and unescaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import orjson

from broadsheet.render.paper_list import rfc3339

_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a feed: a name for good, its page in full, plain texts; `related` are (title, address) elsewhere."""

    id: str
    url: str
    title: str
    text: str
    published: datetime
    updated: datetime
    authors: Sequence[str] = ()
    tags: Sequence[str] = ()
    related: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its title, the site's name, its page, its own address in each form by suffix, all in full."""

    title: str
    site: str
    page: str
    own: dict[str, str]
    updated: datetime
    about: str
    entries: Sequence[Entry] = field(default_factory=tuple)


def write_atom(feed: Feed) -> bytes:
    """Return a feed as Atom."""
    pieces = [
        f'<feed xmlns="{_ATOM}" xml:lang="en">',
        _element("id", feed.own["atom"]),
        _element("title", feed.title),
        _element("updated", rfc3339(feed.updated)),
        f'<link rel="self" type="application/atom+xml" href="{_quoted(feed.own["atom"])}" />',
        f'<link rel="alternate" type="text/html" href="{_quoted(feed.page)}" />',
        f"<author>{_element('name', feed.site or 'Broadsheet')}</author>",
        "<generator>Broadsheet</generator>",
    ]
    for entry in feed.entries:
        pieces += _atom_entry(entry)
    return _written([*pieces, "</feed>"])


def _atom_entry(entry: Entry) -> Iterator[str]:
    yield f"<entry><id>{_escaped(entry.id)}</id><title>{_escaped(entry.title)}</title>"
    yield f"<updated>{rfc3339(entry.updated)}</updated>"
    yield f"<published>{rfc3339(entry.published)}</published>"
    yield f'<link rel="alternate" type="text/html" href="{_quoted(entry.url)}" />'
    for title, url in entry.related:
        yield f'<link rel="related" title="{title}" href="{_quoted(url)}" />'
    for name in entry.authors:
        yield f"<author><name>{_escaped(name)}</name></author>"
    for name in entry.tags:
        yield f'<category term="{_quoted(name)}" />'
    yield f"<summary>{_escaped(entry.text)}</summary></entry>"


def write_rss(feed: Feed) -> bytes:
    """Return a feed as RSS."""
    pieces = [
        f'<rss version="2.0" xmlns:atom="{_ATOM}" xmlns:dc="{_DUBLIN_CORE}"><channel>',
        _element("title", feed.title),
        _element("link", feed.page),
        _element("description", feed.about),
        "<language>en</language>",
        _element("lastBuildDate", format_datetime(feed.updated)),
        "<generator>Broadsheet</generator>",
        f'<atom:link rel="self" type="application/rss+xml" href="{_quoted(feed.own["rss"])}" />',
    ]
    for entry in feed.entries:
        pieces += _rss_item(entry)
    return _written([*pieces, "</channel></rss>"])


def _rss_item(entry: Entry) -> Iterator[str]:
    yield f"<item><title>{_escaped(entry.title)}</title><link>{_escaped(entry.url)}</link>"
    yield f'<guid isPermaLink="false">{_escaped(entry.id)}</guid>'
    yield f"<pubDate>{format_datetime(entry.published)}</pubDate>"
    for name in entry.authors:
        yield f"<dc:creator>{_escaped(name)}</dc:creator>"
    for name in entry.tags:
        yield f"<category>{_escaped(name)}</category>"
    # A description is HTML: what is text must be escaped once as such, and once more as XML.
    yield f"<description>{_escaped(_escaped(entry.text))}</description></item>"


def write_json_feed(feed: Feed) -> bytes:
    """Return a feed as JSON Feed."""
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.page,
            "feed_url": feed.own["feed.json"],
            "language": "en",
            "authors": [{"name": feed.site}],
            "items": [_json_item(entry) for entry in feed.entries],
        }
    )


def _json_item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.related[0][1] if entry.related else "",
        "title": entry.title,
        "content_text": entry.text,
        "date_published": rfc3339(entry.published),
        "date_modified": rfc3339(entry.updated),
        "authors": [{"name": name} for name in entry.authors],
        "tags": list(entry.tags),
    }
    return {name: value for name, value in item.items() if value or name == "content_text"}


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
