"""What of a list that readers make is asked for: all of it, or what is new in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broadsheet.render import links


@dataclass(frozen=True, slots=True)
class News:
    """What of a list is asked for: all of it, or what is new `since`, as was said, which is the moment `at`.

    `whole` is the address of the list.
    """

    whole: str
    since: str | None = None
    at: datetime | None = None


def going_on(address: str, news: News) -> str:
    """Return the address of another page of a list, of what is new alone where this one is."""
    return links.stretch(address, 0, 0, news.since)
