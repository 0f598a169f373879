"""Asking a source that answers in JSON: broken answers again, lists page by page, one sentence for each failure.

Owns what such sources have in common. Must not know what any of them means by its fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from broadsheet.domain.errors import Invalid, Misconfigured, SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.sources.fields import Fields
from broadsheet.sources.http import Answer, PoliteClient
from broadsheet.sources.json_items import parse_line
from broadsheet.sources.lanes import Lane
from broadsheet.sources.reading import Item, SetAside, excerpt_of
from broadsheet.sources.whole_answers import LATER, BrokenAnswer, Manner, ask_until_whole

MOST_PAGES = 1_000
_KEY = re.compile(r"[!-~]{0,500}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list: its entries, the name of the next part ("" for none), how many there are in all if known."""

    entries: list[object]
    following: str = ""
    total: int | None = None


class JsonApi:
    """One source, by the title that messages give it; `headers` may hold a key, which goes to its host alone."""

    def __init__(self, client: PoliteClient, title: str, lane: Lane, headers: Mapping[str, str] | None = None) -> None:
        self._client = client
        self._title = title
        self._lane = lane
        self._headers = headers

    def ask(self, url: str, read: Callable[[object], T]) -> T:
        """Return what `read` makes of the answer, asking again where it raises BrokenAnswer; raises SourceFailed."""
        found = self._ask(url, read, (200,))
        if found is None:
            raise SourceFailed(f"{self._title} sent nothing: {LATER}")
        return found

    def find(self, url: str, read: Callable[[object], T]) -> T | None:
        """Return what `read` makes of the answer, None where the source says that there is no such thing."""
        return self._ask(url, read, (200, 404))

    def pages(self, first: str, ask: Callable[[str, Callable[[Page], None]], Page]) -> Iterator[Page]:
        """Yield the parts of a list, from the one named `first`.

        `ask` takes a part's name and a check, to be called with the part before it is believed: a part that is empty
        or the last, though more was promised, is broken. Raises SourceFailed for a list without end, too.
        """
        name, seen = first, 0
        before: list[object] = []

        def check(page: Page) -> None:
            missing = page.total is not None and seen + len(page.entries) < page.total
            if missing and not (page.entries and page.following):
                raise BrokenAnswer(f"a list that ends after {seen + len(page.entries):,} of {page.total:,}")

        for _ in range(MOST_PAGES):
            page = ask(name, check)
            if page.entries and page.entries == before:
                raise SourceFailed(f"{self._title} sends the same page over and over: {LATER}")
            before = page.entries
            seen += len(page.entries)
            name = page.following if page.total is None or seen < page.total else ""
            yield Page(page.entries, name, page.total)
            if not name:
                return
        raise SourceFailed(f"{self._title} gives more than {MOST_PAGES:,} pages: ask for less; {LATER}")

    def _ask(self, url: str, read: Callable[[object], T], accepted: tuple[int, ...]) -> T | None:
        def read_json(answer: Answer) -> T | None:
            return None if answer.status == HTTPStatus.NOT_FOUND else read(_parse(answer.body))

        def get() -> Answer:
            return self._client.get(url, self._lane, accepted, self._headers)

        return ask_until_whole(self._client, Manner(self._title), get, read_json)


def key_header(setting: str, key: str, name: str, form: str = "{}") -> dict[str, str]:
    """Return the header that carries a key, none without one; raises Misconfigured, which does not show the key."""
    if _KEY.fullmatch(key) is None:
        raise Misconfigured(f"The setting {setting} holds what no key is made of: write letters, digits and signs.")
    return {name: form.format(key)} if key else {}


def read_entries(entries: list[object], read: Callable[[Fields], Record | None]) -> Iterator[Item]:
    """Yield the records of a part of a list; what is None is left out, what raises Invalid is set aside."""
    for entry in entries:
        if not isinstance(entry, dict):
            yield SetAside(0, "not a JSON object", excerpt_of(str(entry)[:500]))
            continue
        try:
            record = read(entry)
        except Invalid as error:
            yield SetAside(0, error.message, excerpt_of(_show(entry)))
            continue
        if record is not None:
            yield record


def _parse(body: bytes) -> object:
    try:
        return parse_line(body)
    except ValueError as error:
        raise BrokenAnswer("something that is no whole JSON") from error


def _show(entry: Fields) -> str:
    return ", ".join(f"{key}: {value}"[:200] for key, value in list(entry.items())[:50] if isinstance(value, str | int))
