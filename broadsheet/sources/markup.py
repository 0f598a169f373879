"""Hostile HTML to a tree that is safe to walk."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

_MAX_DEPTH = 1_000
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# Elements without an end, or whose end is often left out.
_UNENDED = {"br", "hr", "img", "input", "link", "meta", "source", "path", "p", "li", "tr", "td", "option", "dt", "dd"}


def parse_html(text: str) -> LexborHTMLParser | None:
    """Return the tree of a page, or None where its elements nest deeper than in any page.

    The parser's time grows with the square of the depth.
    """
    depth = 0
    for tag in _TAG.finditer(text):
        if tag[2].lower() not in _UNENDED:
            depth = max(depth - 1, 0) if tag[1] else depth + 1
            if depth > _MAX_DEPTH:
                return None
    return LexborHTMLParser(text)
