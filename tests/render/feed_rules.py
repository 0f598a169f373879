"""What the specifications of the feeds demand (RFC 4287, RSS 2.0, JSON Feed), as far as a list can break it."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
from defusedxml.ElementTree import fromstring

_ATOM = "{http://www.w3.org/2005/Atom}"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _is_address(text: str | None) -> bool:
    parts = urlsplit(text or "")
    return parts.scheme in ("http", "https", "tag") and bool(parts.netloc or parts.scheme == "tag")


def _one(parent: Any, name: str, most: int = 1) -> Any:
    found = parent.findall(name)
    assert 1 <= len(found) <= most, (parent.tag, name, len(found))
    return found[0]


def check_atom(content: bytes) -> list[str]:
    """Judge an Atom feed by the MUSTs of RFC 4287, 4.1; return the ids of its entries."""
    feed = fromstring(content)
    assert feed.tag == f"{_ATOM}feed"
    entries = feed.findall(f"{_ATOM}entry")
    for part in (feed, *entries):
        assert _is_address(_one(part, f"{_ATOM}id").text)
        assert _one(part, f"{_ATOM}title").text.strip()
        assert _MOMENT.fullmatch(_one(part, f"{_ATOM}updated").text)
        links = part.findall(f"{_ATOM}link")
        assert all(_is_address(link.attrib["href"]) for link in links)
        alternates = [(k.attrib.get("type"), k.attrib.get("hreflang")) for k in links if k.attrib["rel"] == "alternate"]
        assert len(alternates) == len(set(alternates)) == 1
        assert all(_one(person, f"{_ATOM}name").text.strip() for person in part.findall(f"{_ATOM}author"))
    _one(feed, f"{_ATOM}author")
    assert sum(link.attrib["rel"] == "self" for link in feed.findall(f"{_ATOM}link")) == 1
    for entry in entries:
        assert _MOMENT.fullmatch(_one(entry, f"{_ATOM}published").text)
        assert _one(entry, f"{_ATOM}summary").text.strip()
        assert all(tag.attrib["term"] for tag in entry.findall(f"{_ATOM}category"))
    ids = [entry.findtext(f"{_ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))
    return ids


def check_rss(content: bytes) -> list[str]:
    """Judge an RSS 2.0 feed by what its specification requires; return the guids of its items."""
    rss = fromstring(content)
    assert (rss.tag, rss.attrib["version"]) == ("rss", "2.0")
    channel = _one(rss, "channel")
    assert all(_one(channel, name).text.strip() for name in ("title", "description"))
    assert _is_address(_one(channel, "link").text)
    assert parsedate_to_datetime(_one(channel, "lastBuildDate").text)
    assert _one(channel, f"{_ATOM}link").attrib["rel"] == "self"
    items = channel.findall("item")
    for item in items:
        assert _one(item, "title").text.strip()
        assert _one(item, "description").text.strip()
        assert _is_address(_one(item, "link").text)
        assert _one(item, "guid").attrib == {"isPermaLink": "false"}
        assert parsedate_to_datetime(_one(item, "pubDate").text).tzinfo is not None
        assert "<" not in re.sub(r"<(?![a-zA-Z/!])", "", item.findtext("description"))
    guids = [item.findtext("guid") for item in items]
    assert len(guids) == len(set(guids))
    return guids


def check_json_feed(content: bytes) -> list[str]:
    """Judge a JSON Feed by its version 1.1; return the ids of its items."""
    feed = orjson.loads(content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert feed["title"]
    assert set(feed) <= {"version", "title", "home_page_url", "feed_url", "language", "authors", "items"}
    assert _is_address(feed["home_page_url"]) and _is_address(feed["feed_url"])
    known = {"id", "url", "external_url", "title", "content_text", "date_published", "date_modified", "authors", "tags"}
    for item in feed["items"]:
        assert set(item) <= known
        assert isinstance(item["id"], str) and item["id"]
        assert isinstance(item["content_text"], str)
        assert _is_address(item["url"]) and _is_address(item.get("external_url", item["url"]))
        assert _MOMENT.fullmatch(item["date_published"]) and _MOMENT.fullmatch(item["date_modified"])
        assert all(
            set(author) == {"name"} and author["name"] for author in [*feed["authors"], *item.get("authors", [])]
        )
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
    ids = [item["id"] for item in feed["items"]]
    assert len(ids) == len(set(ids))
    return ids
