"""HTML and JATS from outside to plain text: nothing of the mark-up stays, and nothing of it is ever run."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from broadsheet.sources.fields import MAX_ABSTRACT, fold

_BLOCK = re.compile(r"<(?=/?(?:jats:)?(?:p|div|br|li|ul|ol|sec|title|section|h[1-6]|tr|td|list|list-item)\b)", re.I)
_UNSEEN = r"script,style,template,noscript,title,jats\:title,mml\:annotation,annotation"


def plain_text(value: object, limit: int = MAX_ABSTRACT) -> str:
    """Return the words of a text that may hold mark-up, on one line, cut at `limit`; headings are left out."""
    if not isinstance(value, str):
        return ""
    text = value[: 4 * limit]
    if "<" not in text and "&" not in text:
        return fold(text, limit)
    tree = LexborHTMLParser(_BLOCK.sub(" <", text))
    for node in tree.css(_UNSEEN):
        node.decompose()
    return fold(tree.body.text() if tree.body is not None else "", limit)
