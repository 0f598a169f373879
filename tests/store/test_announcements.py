"""What sources announced for a day: a repeat replaces, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.store.announcements import list_announcements, upsert_announcement
from broadsheet.wiring import House

DAY = date(2026, 3, 4)
A, B, C = Announced("2603.00001", "new"), Announced("2603.00002", "cross"), Announced("2603.00003", "replace")
WHOLE = Announcement("arxiv-rss", "cs.CL", DAY, (A, B, C), 2)
Keep = Callable[..., list[Announcement]]


@pytest.fixture
def keep(house: House, now: datetime) -> Keep:
    """Keep announcements one after the other and return what is there for the day."""

    def run(*given: Announcement) -> list[Announcement]:
        for announcement in given:
            with house.database.write() as connection:
                upsert_announcement(connection, announcement, now)
        with house.database.read() as connection:
            return list_announcements(connection, DAY)

    return run


def test_what_is_kept_is_what_was_given(keep: Keep) -> None:
    assert keep(WHOLE) == [WHOLE]
    assert keep(WHOLE) == [WHOLE]


def test_days_categories_and_sources_are_apart(keep: Keep) -> None:
    others = [
        replace(WHOLE, category="cs.CL", source="arxiv-listing", papers=(A,), stated=1),
        WHOLE,
        replace(WHOLE, category="hep-th", papers=(), stated=None),
    ]
    assert keep(replace(WHOLE, announced_on=DAY - timedelta(days=1), papers=(C,)), *others) == others


def test_a_larger_repeat_replaces(keep: Keep) -> None:
    assert keep(replace(WHOLE, papers=(A,), stated=1), WHOLE) == [WHOLE]


@pytest.mark.parametrize("stated", [None, 0, 1])
def test_a_smaller_repeat_loses_nothing(keep: Keep, stated: int | None) -> None:
    assert keep(WHOLE, replace(WHOLE, papers=(B,), stated=stated)) == [WHOLE]


def test_a_number_that_is_known_later(keep: Keep) -> None:
    assert keep(replace(WHOLE, stated=None), WHOLE) == [WHOLE]


def test_a_paper_given_twice_keeps_the_first_kind(keep: Keep) -> None:
    as_replaced = Announced(A.arxiv_id, "replace")
    assert keep(replace(WHOLE, papers=(as_replaced, A, B, C))) == [WHOLE]
    assert keep(replace(WHOLE, papers=(as_replaced,))) == [WHOLE]


def test_when_it_was_seen(house: House, keep: Keep, now: datetime) -> None:
    keep(WHOLE)
    with house.database.write() as connection:
        upsert_announcement(connection, WHOLE, now + timedelta(hours=2))
        [seen] = connection.exec_driver_sql("SELECT seen_at FROM announcements").scalars()
    assert seen.startswith("2026-03-04 19:00:00")
