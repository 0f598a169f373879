"""Lists as programs read them: the daily papers, far in as at the beginning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from broadsheet.domain.days import period_of
from broadsheet.domain.paper import Record
from broadsheet.store.daily import Daily
from broadsheet.store.hiding import set_hidden
from broadsheet.usecases.read_lists import DailyLists
from broadsheet.wiring import House

DAY = date(2026, 3, 2)
ALL = (Daily(), Daily(is_trending=True), Daily(submitter="hub"), Daily(period_of("month", DAY)))


@pytest.mark.parametrize("daily", ALL)
def test_a_list_is_the_same_however_far_in(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any], daily: Daily
) -> None:
    take_in(house, *(make_record(n, edition_on=date(2026, 3, 1 + n % 5), upvotes=n * 7 % 10) for n in range(1, 31)))
    walked, kept = DailyLists(house.database), DailyLists(house.database, kept_from=0)

    def pages(lists: DailyLists) -> list[int]:
        return [paper.pk for offset in range(0, 50, 7) for paper in lists.read(daily, 7, offset)]

    assert pages(kept) == pages(walked)
    assert len(set(pages(kept))) == 30
    with house.database.write() as connection:
        set_hidden(connection, 4, "curator")
    take_in(house, make_record(31, edition_on=DAY))
    assert pages(kept) == pages(walked)
    assert len(pages(kept)) == 30
    assert 4 not in pages(kept)
    assert 31 in pages(kept)
