"""The sources by name: how each is made from what the program knows. A new source is a function and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from broadsheet.domain.errors import Invalid, Misconfigured
from broadsheet.sources.arxiv_api import ArxivApi, ArxivQuery
from broadsheet.sources.arxiv_listing import ArxivListing
from broadsheet.sources.arxiv_oai import ArxivOai, OaiQuery
from broadsheet.sources.arxiv_rss import ArxivRss
from broadsheet.sources.crossref import CrossrefSource
from broadsheet.sources.feeds import FeedsSource
from broadsheet.sources.folder import FolderSource
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.hub_daily import HubDailySource
from broadsheet.sources.openalex import OpenAlexSource
from broadsheet.sources.openreview import OpenReviewSource
from broadsheet.sources.protocol import Source
from broadsheet.sources.semantic_scholar import SemanticScholarSource

DAYS_BACK = 3


@dataclass(frozen=True, slots=True)
class Wants:
    """What a source may be made of; `settings` are all settings by name, `limit` asks for the newest so many."""

    client: PoliteClient
    clock: Callable[[], datetime]
    settings: Mapping[str, str | int]
    today: date
    categories: tuple[str, ...]
    limit: int | None = None

    @property
    def first_day(self) -> date:
        """The day from which a source is asked that was never asked before."""
        return self.today - timedelta(days=DAYS_BACK)

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


def _hub(wants: Wants) -> Source:
    _refuse_limit(wants, "hub")
    return HubDailySource(wants.client, wants.text("hub_address"), wants.first_day, wants.clock)


def _openreview(wants: Wants) -> Source:
    _refuse_limit(wants, "openreview")
    venues = _needed(wants, "openreview_venues").split()
    return OpenReviewSource(wants.client, wants.text("openreview_address"), venues, wants.first_day)


def _crossref(wants: Wants) -> Source:
    _refuse_limit(wants, "crossref")
    query = _needed(wants, "crossref_query")
    return CrossrefSource(wants.client, wants.text("crossref_address"), query, wants.first_day, wants.clock)


def _openalex(wants: Wants) -> Source:
    _refuse_limit(wants, "openalex")
    query, address = _needed(wants, "openalex_query"), wants.text("openalex_address")
    return OpenAlexSource(wants.client, address, query, wants.first_day, wants.clock, key=wants.text("openalex_key"))


def _semantic_scholar(wants: Wants) -> Source:
    _refuse_limit(wants, "semantic-scholar")
    query, address = _needed(wants, "semantic_scholar_query"), wants.text("semantic_scholar_address")
    key = wants.text("semantic_scholar_key")
    return SemanticScholarSource(wants.client, address, query, wants.first_day, wants.clock, key=key)


def _feeds(wants: Wants) -> Source:
    _refuse_limit(wants, "feeds")
    return FeedsSource(wants.client, _needed(wants, "feeds").split())


def _folder(wants: Wants) -> Source:
    _refuse_limit(wants, "folder")
    return FolderSource(Path(_needed(wants, "watched_folder")).expanduser(), wants.clock)


SOURCES: dict[str, Callable[[Wants], Source]] = {
    "arxiv": _arxiv,
    "arxiv-oai": _arxiv_oai,
    "arxiv-rss": _arxiv_rss,
    "arxiv-listing": _arxiv_listing,
    "hub": _hub,
    "openreview": _openreview,
    "crossref": _crossref,
    "openalex": _openalex,
    "semantic-scholar": _semantic_scholar,
    "feeds": _feeds,
    "folder": _folder,
}


def make_source(name: str, wants: Wants) -> Source:
    """Make a source; raises Invalid for a name that is none, and for wishes that it cannot meet."""
    if name not in SOURCES:
        raise Invalid("source", f"There is no source {name!r}; the sources are {', '.join(SOURCES)}.")
    return SOURCES[name](wants)


def _refuse_limit(wants: Wants, name: str) -> None:
    if wants.limit is not None:
        raise Invalid("limit", f"{name} gives all it has: leave out --limit.")


def _needed(wants: Wants, setting: str) -> str:
    value = wants.text(setting).strip()
    if not value:
        raise Misconfigured(f"The setting {setting} says what to ask for; without it there is nothing to fetch.")
    return value
