"""The built-in sample: only into an empty record, alive from the first day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from broadsheet.domain.paper import Record
from broadsheet.store import editions, papers, sample_papers
from broadsheet.usecases.load_sample import load_sample_if_empty
from broadsheet.usecases.read_papers import read_front_page, search_papers
from broadsheet.wiring import House


def test_it_fills_the_two_weeks_up_to_today(house: House, now: datetime) -> None:
    loaded = load_sample_if_empty(house.database, house.index, house.today(), now)
    assert 150 <= loaded <= 250
    with house.database.read() as connection:
        days = [day for day, _ in editions.list_edition_days(connection)]
        assert sample_papers.count_sample_papers(connection) == papers.count_papers(connection) == loaded
    assert days == [house.today() - timedelta(days=n) for n in range(14)]
    front = read_front_page(house.database, house.today(), 50)
    assert front.has_sample
    assert front.listing.count > 5
    assert all(not e.paper.content.abstract and e.paper.content.summary for e in front.listing.entries)
    title = front.listing.entries[0].paper.content.title
    assert search_papers(house.database, house.index, title, 1).listing.entries


def test_it_comes_once(house: House, now: datetime) -> None:
    load_sample_if_empty(house.database, house.index, house.today(), now)
    revision = house.database.revision()
    assert load_sample_if_empty(house.database, house.index, house.today() + timedelta(days=9), now) == 0
    assert house.database.revision() == revision


def test_it_does_not_join_real_papers(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any], now: datetime
) -> None:
    take_in(house, make_record(1))
    assert load_sample_if_empty(house.database, house.index, house.today(), now) == 0
