"""Which papers a day carries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from broadsheet.domain.days import parse_period
from broadsheet.domain.paper import Record
from broadsheet.store import editions
from broadsheet.wiring import House


@pytest.fixture
def filled(house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]) -> House:
    take_in(
        house,
        make_record(1, edition_on=date(2026, 3, 2), upvotes=5),
        make_record(2, edition_on=date(2026, 3, 2), upvotes=50),
        make_record(3, edition_on=date(2026, 3, 4), upvotes=5, published_on=date(2026, 2, 3)),
        make_record(4, edition_on=date(2026, 3, 4), upvotes=5, published_on=date(2026, 2, 9)),
        make_record(5, edition_on=date(2026, 4, 1)),
    )
    take_in(house, make_record(1, edition_on=date(2026, 3, 3), upvotes=5))
    return house


def test_a_period_lists_each_paper_once_best_first_ties_newest_first(filled: House) -> None:
    with filled.database.read() as connection:
        week = parse_period("week", "2026-W10")
        listed = editions.list_edition(connection, week, 10)
        assert [pk for pk, _ in listed] == [2, 4, 3, 1]
        assert editions.count_edition(connection, week) == 4
        assert editions.list_edition(connection, week, 2, 1) == listed[1:3]
        day = parse_period("day", "2026-03-02")
        assert [pk for pk, _ in editions.list_edition(connection, day, 10)] == [2, 1]


def test_the_nearest_days_with_papers(filled: House) -> None:
    with filled.database.read() as connection:
        assert editions.find_edition_before(connection, date(2026, 4, 1)) == date(2026, 3, 4)
        assert editions.find_edition_before(connection, date(2026, 3, 2)) is None
        assert editions.find_edition_after(connection, date(2026, 3, 4)) == date(2026, 4, 1)
        assert editions.find_edition_after(connection, date(2026, 4, 1)) is None
        assert editions.list_edition_days(connection) == [
            (date(2026, 4, 1), 1),
            (date(2026, 3, 4), 2),
            (date(2026, 3, 3), 1),
            (date(2026, 3, 2), 2),
        ]
