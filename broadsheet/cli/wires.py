"""The way to the world for the worker: a source by its name, fetched into the record.

This is the one place that knows which names there are; the schedule and the worker know names only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from broadsheet.domain.errors import Misconfigured

if TYPE_CHECKING:
    from broadsheet.usecases.fetch_rounds import Fetch
    from broadsheet.usecases.fetch_source import FetchReport
    from broadsheet.wiring import House

DAYS_BACK = 3


def make_fetch_of(house: House) -> Callable[[Callable[[float], None]], Fetch]:
    """Return what makes the worker's way to fetch, given how to sleep between two requests."""

    def make_fetch(sleep: Callable[[float], None]) -> Fetch:
        def fetch(source: str, since: date | None, on_papers: Callable[[int], None]) -> FetchReport:
            from broadsheet.cli.fetching import client_of
            from broadsheet.sources.arxiv_api import ArxivHarvest, ArxivQuery
            from broadsheet.usecases.fetch_source import fetch_source

            if source != "arxiv":
                raise Misconfigured(f"There is no source {source!r}: change the setting sources.")
            query = ArxivQuery(house.wanted().categories, since or house.today() - timedelta(days=DAYS_BACK))
            harvest = ArxivHarvest(client_of(house, sleep), house.settings.arxiv_api, query)
            return fetch_source(house.database, house.index, harvest, house.clock, on_papers)

        return fetch

    return make_fetch
