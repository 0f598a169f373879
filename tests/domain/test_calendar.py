"""On which evenings arXiv announces, and which day's listing that is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from broadsheet.domain.calendar import (
    announced_at,
    announcement_day,
    announcement_day_number,
    announcement_days,
    is_announcement_day,
    last_announcement_days,
    next_announcement,
)


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        ("2026-03-02", "2026-03-02T01:00"),  # Monday's listing: Sunday evening, standard time
        ("2026-03-06", "2026-03-06T01:00"),
        ("2026-03-09", "2026-03-09T00:00"),  # the clocks went forward that Sunday morning
        ("2026-07-01", "2026-07-01T00:00"),
        ("2026-11-02", "2026-11-02T01:00"),  # the clocks went back that Sunday morning
    ],
)
def test_the_moment_is_20_00_in_new_york_on_the_evening_before(day: str, moment: str) -> None:
    assert announced_at(date.fromisoformat(day)) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-03-05T00:59:59", "2026-03-04"),  # Wednesday 19:59:59
        ("2026-03-05T01:00:00", "2026-03-05"),
        ("2026-03-06T01:00:00", "2026-03-06"),  # Thursday evening: Friday's
        ("2026-03-07T02:00:00", "2026-03-06"),  # Friday evening: nothing new
        ("2026-03-08T12:00:00", "2026-03-06"),
        ("2026-03-09T00:00:00", "2026-03-09"),  # Sunday evening: Monday's
        ("2025-07-07T12:00:00", "2025-07-04"),  # the Sunday evening of 2025-07-06 was deferred
        ("2025-07-08T00:00:00", "2025-07-08"),
    ],
)
def test_the_newest_listing(now: str, day: str) -> None:
    assert announcement_day(datetime.fromisoformat(now).replace(tzinfo=UTC)) == date.fromisoformat(day)


HOLIDAYS = {
    2023: ("06-14", "12-27"),
    2024: ("07-04", "09-02", "11-28"),
    2025: ("01-20", "06-19", "07-06", "11-27"),
    2026: ("01-01", "01-19", "09-07", "11-26", "12-29", "12-31"),
    2027: ("01-18", "09-06", "11-25"),
}


@pytest.mark.parametrize(("year", "evening"), [(year, day) for year, days in HOLIDAYS.items() for day in days])
def test_no_listing_after_a_holiday_evening(year: int, evening: str) -> None:
    day = date.fromordinal(date.fromisoformat(f"{year}-{evening}").toordinal() + 1)
    assert day.weekday() < 5
    assert not is_announcement_day(day)


def test_a_weekend_has_none_and_an_ordinary_week_five() -> None:
    days = announcement_days(date(2026, 2, 28), date(2026, 3, 8))
    assert [day.isoformat() for day in days] == [f"2026-03-0{n}" for n in range(2, 7)]
    assert last_announcement_days(date(2026, 3, 8), 3) == days[:1:-1]


def test_the_next_announcement_skips_the_weekend() -> None:
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert next_announcement(friday) == announced_at(date(2026, 3, 9))
    assert next_announcement(announced_at(date(2026, 3, 4))) == announced_at(date(2026, 3, 5))


def test_announcement_days_are_numbered_and_the_days_between_have_the_number_before() -> None:
    friday = announcement_day_number(date(2026, 3, 6))
    assert [announcement_day_number(date(2026, 3, day)) - friday for day in (5, 7, 8, 9)] == [-1, 0, 0, 1]
    assert announcement_day_number(date(2020, 1, 1)) == 0


def test_every_date_has_a_number() -> None:
    ends = [announcement_day_number(day) for day in (date.min, date(1990, 1, 1), date(2200, 1, 1), date.max)]
    assert ends == sorted(ends)
