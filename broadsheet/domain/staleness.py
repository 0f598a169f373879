"""Is a feed stale: does it still show an older day, or far fewer papers than it usually does.

A stale feed answers without any error; only the calendar and its own past give it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import median

from broadsheet.domain.calendar import announced_at

GRACE = timedelta(minutes=60)
DAYS_OF_USUAL = 20
FEWEST_DAYS = 5
SHARE = 3
# A number of papers varies by its root: so many roots below the usual one is no chance, also where few are usual.
ROOTS_BELOW = 3


@dataclass(frozen=True, slots=True)
class Feed:
    """What a source last announced in a category: the day, the number for it, the numbers of the days before."""

    source: str
    category: str
    newest_on: date | None
    number: int = 0
    numbers_before: Sequence[int] = ()


def find_fault(feed: Feed, expected_on: date) -> str:
    """Return what is wrong with a feed in one sentence, "" where nothing is."""
    if feed.newest_on is None or feed.newest_on < expected_on:
        shown = f"still shows {feed.newest_on.isoformat()}" if feed.newest_on else "has announced nothing yet"
        return f"{feed.source} {shown} in {feed.category} where {expected_on.isoformat()} is due."
    usual = usual_number(feed.numbers_before)
    if feed.newest_on == expected_on and usual is not None and _is_far_below(feed.number, usual):
        return (
            f"{feed.source} announced {feed.number:,} papers in {feed.category} for {expected_on.isoformat()}, "
            f"where {usual:,.0f} are usual."
        )
    return ""


def _is_far_below(number: int, usual: float) -> bool:
    return number * SHARE < usual and usual - number > ROOTS_BELOW * sqrt(usual)


def usual_number(numbers: Sequence[int]) -> float | None:
    """Return the median of the newest DAYS_OF_USUAL numbers (newest first), None where there are too few."""
    return median(numbers[:DAYS_OF_USUAL]) if len(numbers) >= FEWEST_DAYS else None


def is_alarming(expected_on: date, now: datetime) -> bool:
    """Say whether a feed had its time: before, a fault is only a reason to ask the next source."""
    return now >= announced_at(expected_on) + GRACE
