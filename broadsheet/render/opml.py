"""Lists of feeds as feed readers exchange them: OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from broadsheet.render import links
from broadsheet.render.paper_list import Place, one_line

Offers = Sequence[tuple[str, Sequence[tuple[str, str]]]]


def opml(place: Place, offers: Offers) -> bytes:
    """Return an outline of Atom feeds; `offers` are headings, each with the (title, address) of lists of ours."""
    root = Element("opml", {"version": "2.0"})
    SubElement(SubElement(root, "head"), "title").text = one_line(f"The feeds of {place.title}")
    body = SubElement(root, "body")
    for heading, lists in offers:
        group = SubElement(body, "outline", {"text": heading})
        for title, address in lists:
            name = one_line(title) or "A list"
            feed = place.root + links.dressed(address, "atom")
            page = place.root + address
            SubElement(group, "outline", {"type": "rss", "text": name, "title": name, "xmlUrl": feed, "htmlUrl": page})
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, "unicode").encode()
