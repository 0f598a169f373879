"""Hostile HTML and JATS: to a tree that is safe to walk, and to plain text of which nothing is ever run."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from broadsheet.sources.fields import MAX_ABSTRACT, fold

_MAX_DEPTH = 1_000
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# Elements without an end, or whose end is often left out.
_UNENDED = {"br", "hr", "img", "input", "link", "meta", "source", "path", "p", "li", "tr", "td", "option", "dt", "dd"}

_BLOCK = re.compile(r"<(?=/?(?:jats:)?(?:p|div|br|li|ul|ol|sec|title|section|h[1-6]|tr|td|list|list-item)\b)", re.I)
_UNSEEN = r"script,style,template,noscript,title,jats\:title,mml\:annotation,annotation"


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


def plain_text(value: object, limit: int = MAX_ABSTRACT) -> str:
    """Return the words of a text that may hold mark-up, on one line, cut at `limit`; headings are left out."""
    if not isinstance(value, str):
        return ""
    text = value[: 4 * limit]
    if "<" not in text and "&" not in text:
        return fold(text, limit)
    tree = parse_html(_BLOCK.sub(" <", text))
    if tree is None:
        return ""
    for node in tree.css(_UNSEEN):
        node.decompose()
    return fold(tree.body.text() if tree.body is not None else "", limit)
