"""The Hub's daily papers, day by day: `GET /api/daily_papers?date=...`.

At most 100 papers a page, pages counted from 0. Votes and comments change for a while, so that the newest days are
asked for again at every fetch: a record with new counts is an update.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from broadsheet.domain.paper import Record
from broadsheet.sources.cursors import day_from
from broadsheet.sources.fields import Fields
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.hub import read_hub_item
from broadsheet.sources.json_api import JsonApi, Page, read_entries
from broadsheet.sources.lanes import Lane
from broadsheet.sources.protocol import Slice
from broadsheet.sources.reading import Item
from broadsheet.sources.whole_answers import BrokenAnswer

LANE = Lane("huggingface.co", 1.0)
PAPERS_A_PAGE = 100
DAYS_ASKED_AGAIN = 7
_A_DAY = timedelta(days=1)


class HubDailySource:
    """The daily papers of a Hub at `address`, from the day `since` on; the cursor is the next day to ask for."""

    name = "hub"

    def __init__(self, client: PoliteClient, address: str, since: date, clock: Callable[[], datetime]) -> None:
        self._api = JsonApi(client, "The Hub", LANE)
        self._address = address.rstrip("/")
        self._since = since
        self._clock = clock

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield a slice a day, up to today; raises SourceFailed."""
        today = self._clock().astimezone(UTC).date()
        day = day_from(cursor, self._since, today)
        settled = today - timedelta(days=DAYS_ASKED_AGAIN - 1)
        while day <= today:
            following = max(self._since, min(day + _A_DAY, settled))
            yield Slice(tuple(self._day(day)), following.isoformat(), is_last=day == today)
            day += _A_DAY

    def _day(self, day: date) -> Iterator[Item]:
        def read(item: Fields) -> Record:
            return replace(read_hub_item(item), edition_on=day)

        for page in self._api.pages("0", lambda name, check: self._page(day, name, check)):
            yield from read_entries(page.entries, read)

    def _page(self, day: date, name: str, check: Callable[[Page], None]) -> Page:
        asked = urlencode({"date": day.isoformat(), "limit": PAPERS_A_PAGE, "p": name})

        def read(answer: object) -> Page:
            if not isinstance(answer, list):
                raise BrokenAnswer("something that is no list of papers")
            page = Page(answer, str(int(name) + 1) if len(answer) >= PAPERS_A_PAGE else "")
            check(page)
            return page

        return self._api.ask(f"{self._address}/api/daily_papers?{asked}", read)
