"""The last gate before anything that a reader wrote becomes a page: only this HTML and MathML passes.

No script, style, handler, class, id, picture, form or frame; links lead to the web, to mail, or into this site.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import nh3

_TEXT: Final = "p br hr em strong code pre blockquote ul ol li a".split()
_MATH: Final = (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts "
    "mprescripts mtable mtr mtd mstyle mphantom"
).split()
_LENGTHS: Final = {"width", "lspace", "rspace", "minsize", "maxsize", "linethickness", "rowspacing", "columnspacing"}
_WORDS: Final = {
    "display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "fence", "form", "separator", "largeop",
    "movablelimits", "symmetric", "accent", "accentunder", "columnalign", "rowalign", "columnlines", "rowlines",
}  # fmt: skip
_LENGTH = re.compile(r"-?\d{0,2}(\.\d{1,4})?(em|ex|px|pt|mu|%)?( \d{1,2}(\.\d{1,4})?(em|ex|pt)){0,20}")
_WORD = re.compile(r"[a-z0-9+-]{1,24}( [a-z]{1,8}){0,20}")

_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}} | dict.fromkeys(_MATH, _LENGTHS | _WORDS)


def sanitize(text: str) -> str:
    """Return the HTML that may be shown of any text."""
    return nh3.clean(
        text,
        tags={*_TEXT, *_MATH},
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=_filtered,
        link_rel="nofollow noopener",
        url_schemes={"http", "https", "mailto"},
    )


def is_proper_address(address: str) -> bool:
    """Say whether an address leads to the web, to mail, or to a place of this site."""
    if "\\" in address or any(sign <= " " for sign in address):
        return False
    try:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https"):
            return bool(parts.hostname)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme == "mailto"
    return address.startswith("/") and not address.startswith("//")


def _filtered(_tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if is_proper_address(value) else None
    if name in _LENGTHS:
        return value if _LENGTH.fullmatch(value) else None
    if name in _WORDS or name == "start":
        return value if _WORD.fullmatch(value) else None
    return value  # rel, which the library itself puts in
