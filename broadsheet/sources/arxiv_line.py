"""The line to arXiv, that all its sources share: one lane, broken answers asked for again, safe XML, its categories.

The lane is one for all of arXiv's hosts: https://info.arxiv.org/help/api/tou.html (one request in 3 seconds, one
connection, over all machines).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from typing import TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.sources.fields import MAX_NAMES, fold
from broadsheet.sources.http import Answer, PoliteClient
from broadsheet.sources.lanes import Lane
from broadsheet.sources.whole_answers import LATER, BrokenAnswer, Manner, ask_until_whole

LANE = Lane("arxiv.org", 3.0)
MANNER = Manner("arXiv")
_CATEGORY = re.compile(r"[a-z][a-z-]{1,20}(?:\.[A-Za-z-]{2,20})?")
_BRACKETED = re.compile(r"\([^()]*\)")
_BETWEEN_NAMES = re.compile(r",(?!\s*(?:[JS]r\.?|I{2,3}|IV)\s*(?:[,;]|$))\s*(?:and\s)?|;|\sand\s")
T = TypeVar("T")


class ArxivLine:
    """Asks arXiv; every failure is a SourceFailed with one sentence."""

    def __init__(self, client: PoliteClient, manner: Manner = MANNER) -> None:
        self._client = client
        self._manner = manner

    def ask(
        self, url: str, read: Callable[[bytes], T], accepted: Container[int] = (200,), *, remember: bool = False
    ) -> T:
        """Return what `read` makes of the answer of `url`; ask again where it raises BrokenAnswer."""

        def read_body(answer: Answer) -> T:
            try:
                return read(answer.body)
            except BrokenAnswer:
                self._client.forget(url)
                raise

        def get() -> Answer:
            return self._client.get(url, LANE, accepted, remember=remember)

        return ask_until_whole(self._client, self._manner, get, read_body)


def parse_xml(body: bytes, later: str = LATER) -> Element:
    """Return the root of an answer; raises BrokenAnswer where it is no whole XML, SourceFailed where it is unsafe."""
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise SourceFailed(f"arXiv's answer declares entities, which is not safe to read: {later}") from error
    except (ParseError, ValueError, LookupError) as error:
        raise BrokenAnswer("broken XML") from error
    return root


def text_of(element: Element, tag: str, limit: int = 300) -> str:
    """Return the words of a child on one line, cut at `limit`."""
    return fold(element.findtext(tag), limit)


def check_categories(categories: Sequence[str]) -> tuple[str, ...]:
    """Return arXiv's categories, each once; raises Invalid where one is none or there are none."""
    for category in categories:
        if _CATEGORY.fullmatch(category) is None:
            raise Invalid("category", f"{category!r} is no category of arXiv: write one like cs.CL.")
    if not categories:
        raise Invalid("category", "No category is chosen: give --category or the setting categories.")
    return tuple(dict.fromkeys(categories))


def categories_of(terms: Iterable[object]) -> tuple[str, ...]:
    """Return those terms that are categories of arXiv, each once: other schemes' classes stand among them."""
    folded = (fold(term) for term in terms)
    return tuple(dict.fromkeys(term for term in folded if _CATEGORY.fullmatch(term)))


def names_in(text: str) -> tuple[str, ...]:
    """Return the people of arXiv's one-line form: `Ada Quill, Bo Ferry (1) and Cy Reed ((1) Harbour School)`."""
    for _ in range(3):
        text = _BRACKETED.sub(" ", text)
    names = _BETWEEN_NAMES.split(text)
    return tuple(name for name in map(fold, names) if name)[:MAX_NAMES]
