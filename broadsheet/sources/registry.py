"""The sources by name: how each is made from what the program knows. A new source is a function and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from broadsheet.domain.errors import Invalid
from broadsheet.sources.arxiv_api import ArxivApi, ArxivQuery
from broadsheet.sources.arxiv_listing import ArxivListing
from broadsheet.sources.arxiv_oai import ArxivOai, OaiQuery
from broadsheet.sources.arxiv_rss import ArxivRss
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.protocol import Source


@dataclass(frozen=True, slots=True)
class Wants:
    """What a source may be made of; `settings` are all settings by name, `limit` asks for the newest so many."""

    client: PoliteClient
    settings: Mapping[str, str | int]
    today: date
    categories: tuple[str, ...]
    limit: int | None = None

    def text(self, setting: str) -> str:
        """Return the value of a setting that is a text."""
        return str(self.settings[setting])


def _arxiv(wants: Wants) -> Source:
    query = ArxivQuery(wants.categories, wants.today, limit=wants.limit)
    return ArxivApi(wants.client, wants.text("arxiv_api"), query)


def _arxiv_oai(wants: Wants) -> Source:
    _refuse_limit(wants, "arxiv-oai")
    return ArxivOai(wants.client, wants.text("arxiv_oai"), OaiQuery(wants.categories, wants.today))


def _arxiv_rss(wants: Wants) -> Source:
    _refuse_limit(wants, "arxiv-rss")
    return ArxivRss(wants.client, wants.text("arxiv_rss"), wants.categories)


def _arxiv_listing(wants: Wants) -> Source:
    _refuse_limit(wants, "arxiv-listing")
    return ArxivListing(wants.client, wants.text("arxiv_listing"), wants.categories)


SOURCES: dict[str, Callable[[Wants], Source]] = {
    "arxiv": _arxiv,
    "arxiv-oai": _arxiv_oai,
    "arxiv-rss": _arxiv_rss,
    "arxiv-listing": _arxiv_listing,
}


def make_source(name: str, wants: Wants) -> Source:
    """Make a source; raises Invalid for a name that is none, and for wishes that it cannot meet."""
    if name not in SOURCES:
        raise Invalid("source", f"There is no source {name!r}; the sources are {', '.join(SOURCES)}.")
    return SOURCES[name](wants)


def _refuse_limit(wants: Wants, name: str) -> None:
    if wants.limit is not None:
        raise Invalid("limit", f"{name} gives all it has: leave out --limit.")
