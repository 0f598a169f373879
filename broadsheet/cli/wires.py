"""The way to the world for the worker: a source by its name, fetched into the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broadsheet.sources.http import Surroundings
    from broadsheet.usecases.fetch_rounds import Fetch
    from broadsheet.usecases.fetch_source import FetchReport
    from broadsheet.wiring import House


def make_fetch_of(house: House, world: Surroundings | None = None) -> Callable[[Callable[[float], None]], Fetch]:
    """Return what makes the worker's way to fetch, given how to sleep between two requests.

    `world` brings other surroundings, with a sleep of their own: a simulated clock, above all.
    """

    def make_fetch(sleep: Callable[[float], None]) -> Fetch:
        def fetch(source: str, since: date | None, on_papers: Callable[[int], None]) -> FetchReport:
            from broadsheet.usecases.fetch_source import fetch_source
            from broadsheet.wiring import make_client, make_source

            made = make_source(house, make_client(house, world, sleep), source)
            cursor = since.isoformat() if since else None
            return fetch_source(house.database, house.index, made, house.clock, on_papers, cursor)

        return fetch

    return make_fetch
