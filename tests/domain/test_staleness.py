"""A feed is stale where it shows an older day, or far too few papers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broadsheet.domain.calendar import announced_at
from broadsheet.domain.staleness import Feed, find_fault, is_alarming, usual_number

DAY = date(2026, 3, 5)


def feed(newest_on: date | None = DAY, number: int = 100, numbers_before: tuple[int, ...] = (100,) * 8) -> Feed:
    return Feed("arxiv-rss", "cs.CL", newest_on, number, numbers_before)


def test_a_feed_that_is_well() -> None:
    assert find_fault(feed(), DAY) == ""


def test_yesterdays_content() -> None:
    fault = find_fault(feed(date(2026, 3, 4)), DAY)
    assert fault == "arxiv-rss still shows 2026-03-04 in cs.CL where 2026-03-05 is due."


def test_a_feed_never_seen() -> None:
    assert "nothing yet" in find_fault(feed(None), DAY)


@pytest.mark.parametrize(("number", "is_faulty"), [(0, True), (33, True), (34, False), (100, False)])
def test_less_than_a_third_of_the_usual_number(number: int, is_faulty: bool) -> None:
    assert bool(find_fault(feed(number=number), DAY)) == is_faulty


@pytest.mark.parametrize(
    ("number", "usual", "is_faulty"), [(3, 12, False), (1, 12, True), (0, 4, False), (3, 20, True)]
)
def test_where_few_are_usual_few_are_no_fault(number: int, usual: int, is_faulty: bool) -> None:
    assert bool(find_fault(feed(number=number, numbers_before=(usual,) * 8), DAY)) == is_faulty


def test_without_a_past_no_number_is_too_small() -> None:
    assert find_fault(feed(number=1, numbers_before=(100,) * 4), DAY) == ""


def test_the_usual_number_is_the_median_of_the_newest_20() -> None:
    assert usual_number([10] * 11 + [1_000] * 9 + [5_000] * 50) == 10
    assert usual_number([1, 2, 3, 4]) is None


def test_an_hour_of_grace() -> None:
    begin = announced_at(DAY)
    assert not is_alarming(DAY, begin + timedelta(minutes=59))
    assert is_alarming(DAY, begin + timedelta(minutes=60))
