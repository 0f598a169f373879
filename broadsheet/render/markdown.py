"""What readers write: Markdown (CommonMark, addresses become links) with TeX between dollar signs, made into safe HTML.

No HTML of their own, no pictures (they become links), no headings (a page has its own). Done once, when a comment is
written; every loop is bounded by the length of a comment and by the numbers below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from broadsheet.domain.comments import MOST_MENTIONS
from broadsheet.domain.errors import Invalid
from broadsheet.render.formulas import as_typed, mathml
from broadsheet.render.sanitize import sanitize

MOST_FORMULAS = 200
MOST_HTML = 100_000
_MENTION = re.compile(r"(?<![\w@./-])@([a-z0-9](?:[a-z0-9-]{0,37}[a-z0-9])?)(?![a-z0-9@-])", re.IGNORECASE)
_OFF = ["image", "heading", "lheading", "html_block", "html_inline", "reference"]
_MATH = ("math_inline", "math_inline_double", "math_block")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A comment as safe HTML, and the short names of the readers that it mentions, in order."""

    html: str
    mentions: tuple[str, ...]


def render_markdown(text: str) -> Rendered:
    """Make a comment into HTML; raises Invalid where it would be far longer than what was typed."""
    tokens = _parser().parse(text)
    html = _html(tokens, MOST_FORMULAS)
    if len(html) > MOST_HTML:
        html = _html(tokens, 0)
    if len(html) > MOST_HTML:
        raise Invalid("text", "This comment has too much markup: write it plainer, or split it.")
    return Rendered(html, _mentions(tokens))


def plain_words(text: str, length: int) -> str:
    """Return the beginning of what was typed, in one line."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable("linkify").disable(_OFF)
    linkify: Any = parser.linkify
    linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    for scheme in ("ftp:", "//"):
        linkify.add(scheme, None)
    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    for kind in _MATH:
        parser.add_render_rule(kind, _formula)
    return parser


def _formula(_renderer: Any, tokens: Any, at: int, _options: Any, env: Any) -> str:
    """Set a formula, while the comment has not had too many; a block that stands alone is a paragraph of its own."""
    token: Token = tokens[at]
    is_block = token.type != "math_inline"
    env["formulas"] -= 1
    shown = (mathml if env["formulas"] >= 0 else as_typed)(token.content.strip(), is_block=is_block)
    return f"<p>{shown}</p>\n" if token.type == "math_block" else shown


def _html(tokens: list[Token], formulas: int) -> str:
    parser = _parser()
    return sanitize(parser.renderer.render(tokens, parser.options, {"formulas": formulas})).strip()


def _mentions(tokens: list[Token]) -> tuple[str, ...]:
    """Return whom a comment mentions, in what is neither code nor a formula nor a link."""
    found: dict[str, None] = {}
    for token in tokens:
        links = 0
        for child in token.children or ():
            links += (child.type == "link_open") - (child.type == "link_close")
            if child.type == "text" and not links:
                found.update((name.lower(), None) for name in _MENTION.findall(child.content))
    return tuple(found)[:MOST_MENTIONS]
