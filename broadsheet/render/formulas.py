"""TeX to MathML, which browsers show without a script; what cannot be set is shown as it was typed.

The library raises whatever its parser trips over, and leaves the escaping of texts to its caller: both end here.
"""

from __future__ import annotations

import html
import re
from typing import Final
from xml.etree.ElementTree import Element, tostring

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element

LONGEST_FORMULA = 2_000
# A few lines of definitions can stand for gigabytes.
_DEFINES = re.compile(r"\\(?:(?:re)?new(?:command|environment)|providecommand|def|DeclareMathOperator)(?![a-z])")
_ITS_OWN = [kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)]
_FAILURES: Final[tuple[type[Exception], ...]] = (
    *_ITS_OWN,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)


def mathml(tex: str, *, is_block: bool) -> str:
    """Return a formula as a `math` element, or as `code` where it cannot be set."""
    if len(tex) <= LONGEST_FORMULA and not _DEFINES.search(tex):
        try:
            return _mathml(tex, "block" if is_block else "inline")
        except _FAILURES:
            pass
    return as_typed(tex, is_block=is_block)


def as_typed(tex: str, *, is_block: bool) -> str:
    """Return a formula as the code that it was typed as."""
    mark = "$$" if is_block else "$"
    return f"<code>{html.escape(mark + tex + mark)}</code>"


def _mathml(tex: str, display: str) -> str:
    element = convert_to_element(tex, display=display)
    for node in element.iter():
        node.text, node.tail = _plain(node.text), _plain(node.tail)
    return _text(element)


def _plain(text: str | None) -> str | None:
    """Return a text whose signs are themselves: the library writes many as entities, to be taken as they are."""
    return html.unescape(text) if text else text


def _text(element: Element) -> str:
    return tostring(element, encoding="unicode", short_empty_elements=False)
