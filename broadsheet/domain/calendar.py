"""arXiv's announcement calendar: on which evenings it announces, and to which day's listing that belongs.

Papers are announced at 20:00 in New York, Sunday to Thursday; the listing carries the next day's date, Monday to
Friday. On some holidays there is none. Source: https://info.arxiv.org/help/availability.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
ANNOUNCED_AT = time(20, 0)
_DAY = timedelta(days=1)
_NUMBERED_FROM = date(2020, 1, 1)
_FIRST_YEAR = 1991

# Evenings without an announcement, as arXiv's page listed them for the year. Of 2025 it never listed December there,
# and 2024 and 2027 are not to be had: for what is not listed the rule of _usual_evenings stands in.
_LISTED: dict[int, tuple[tuple[int, int], ...]] = {
    2023: ((1, 16), (6, 14), (6, 19), (7, 4), (9, 4), (11, 23), (12, 25), (12, 27)),
    2025: ((1, 1), (1, 20), (6, 19), (7, 6), (9, 1), (11, 27), (12, 25)),
    2026: ((1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31)),
}


def is_announcement_day(day: date) -> bool:
    """Say whether a listing with this date is due: Monday to Friday, unless the evening before was a holiday."""
    evening = day - _DAY
    return day.weekday() < 5 and evening not in _quiet_evenings(evening.year)


def announced_at(day: date) -> datetime:
    """Return the moment (UTC) at which the listing of an announcement day appears: 20:00 on the evening before."""
    return datetime.combine(day - _DAY, ANNOUNCED_AT, ZONE).astimezone(UTC)


def announcement_day(now: datetime) -> date:
    """Return the date of the newest listing that should be out."""
    local = now.astimezone(ZONE)
    day = local.date() + (_DAY if local.time() >= ANNOUNCED_AT else timedelta())
    while not is_announcement_day(day):
        day -= _DAY
    return day


def next_announcement(now: datetime) -> datetime:
    """Return the first moment (UTC) after `now` at which papers are announced."""
    day = announcement_day(now) + _DAY
    while not is_announcement_day(day):
        day += _DAY
    return announced_at(day)


def announcement_days(first: date, last: date) -> list[date]:
    """Return the announcement days from `first` to `last`, both included, in order."""
    return [day for day in _days(first, last) if is_announcement_day(day)]


def last_announcement_days(day: date, count: int) -> list[date]:
    """Return the newest `count` announcement days up to and with `day`, newest first."""
    found: list[date] = []
    while len(found) < count:
        if is_announcement_day(day):
            found.append(day)
        day -= _DAY
    return found


@lru_cache(maxsize=4096)
def announcement_day_number(day: date) -> int:
    """Number the announcement days: that of `day`, or of the newest one before it, counted from 2020-01-01.

    Weekends and holidays have the number of the announcement day before them; days before 2020 have negative ones.
    """
    return _count_until(day) - _count_until(_NUMBERED_FROM)


def _count_until(day: date) -> int:
    """Count the announcement days up to and with a day, as if there had always been some."""
    weeks, days = divmod(day.toordinal(), 7)  # the first day of the calendar was a Monday
    quiet = (evening for evening in _quiet_evenings(day.year) if evening < day)
    return weeks * 5 + min(days, 5) - _quiet_before(day.year) - sum(map(_is_before_weekday, quiet))


@cache
def _quiet_before(year: int) -> int:
    """Count the holidays of all years from the first announcements to the one before `year`."""
    years = range(_FIRST_YEAR, year)
    return sum(_is_before_weekday(evening) for each in years for evening in _quiet_evenings(each))


def _is_before_weekday(evening: date) -> bool:
    return evening.weekday() in (6, 0, 1, 2, 3)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


@cache
def _quiet_evenings(year: int) -> frozenset[date]:
    if year in _LISTED:
        return frozenset(date(year, month, day) for month, day in _LISTED[year])
    return frozenset(_usual_evenings(year))


def _usual_evenings(year: int) -> Iterator[date]:
    """Yield the holidays that arXiv has kept in every year whose list is known."""
    for month, day in ((1, 1), (6, 19), (7, 4), (12, 25)):
        yield date(year, month, day)
    yield _weekday_of(year, 1, 0, 3)  # Martin Luther King Jr. Day: the third Monday of January
    yield _weekday_of(year, 9, 0, 1)  # Labor Day: the first Monday of September
    yield _weekday_of(year, 11, 3, 4)  # Thanksgiving: the fourth Thursday of November


def _weekday_of(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
