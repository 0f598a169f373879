"""The calendar agrees with itself at every moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.domain.calendar import (
    ZONE,
    announced_at,
    announcement_day,
    announcement_day_number,
    announcement_days,
    is_announcement_day,
    last_announcement_days,
    next_announcement,
)

moments = st.datetimes(datetime(2015, 1, 2), datetime(2060, 1, 1), timezones=st.just(UTC))
days = st.dates(date(2015, 1, 2), date(2060, 1, 1))


@given(moments)
def test_now_lies_between_the_newest_announcement_and_the_next(now: datetime) -> None:
    day = announcement_day(now)
    assert is_announcement_day(day)
    assert announced_at(day) <= now < next_announcement(now)
    assert announcement_day(next_announcement(now)) > day
    assert announcement_day(next_announcement(now) - timedelta(seconds=1)) == day


@given(days)
def test_each_announcement_is_at_20_00_from_sunday_to_thursday(day: date) -> None:
    local = announced_at(day).astimezone(ZONE)
    assert (local.hour, local.minute, local.date()) == (20, 0, day - timedelta(days=1))
    if is_announcement_day(day):
        assert local.isoweekday() in (7, 1, 2, 3, 4)


@given(days, st.integers(0, 60))
def test_a_stretch_holds_exactly_the_announcement_days(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = announcement_days(first, last)
    assert found == sorted(set(found))
    assert all(
        (first + timedelta(days=n) in found) == is_announcement_day(first + timedelta(days=n))
        for n in range(length + 1)
    )
    assert last_announcement_days(last, len(found)) == found[::-1]


@given(days, st.integers(0, 800))
def test_numbers_count_the_announcement_days_between(day: date, more: int) -> None:
    later = day + timedelta(days=more)
    between = announcement_days(day + timedelta(days=1), later)
    assert announcement_day_number(later) - announcement_day_number(day) == len(between)
