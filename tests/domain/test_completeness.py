"""What an edition says of itself: how much was announced, how much is here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broadsheet.domain.completeness import DayAnnounced, assess, summary_line

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def day() -> Callable[..., DayAnnounced]:
    def make(**changes: Any) -> DayAnnounced:
        facts: dict[str, Any] = {
            "edition_on": date(2026, 3, 5),
            "categories": {"cs.CL": frozenset("abc"), "cs.LG": frozenset("cd")},
            "stated": {"cs.CL": 3, "cs.LG": 2},
            "as_of": datetime(2026, 3, 5, 5, 5, tzinfo=UTC),
            "here": "abcd",
        }
        return DayAnnounced(**{**facts, **changes})

    return make


def test_a_paper_in_two_categories_counts_once_and_is_folded(day: Callable[..., DayAnnounced]) -> None:
    found = assess(day())
    assert (found.announced, found.arrived, found.folded, found.missing, found.unnamed) == (4, 4, 1, (), 0)
    assert found.is_complete
    assert summary_line(found, NEW_YORK) == "4 of 4 announced, 1 cross-list folded, as of 00:05 ET"


def test_what_an_earlier_day_announced_is_folded_and_belongs_there(day: Callable[..., DayAnnounced]) -> None:
    found = assess(day(known_before={"d", "c"}))
    assert (found.announced, found.arrived, found.folded) == (2, 2, 2)


def test_what_is_not_here_is_missing_by_name(day: Callable[..., DayAnnounced]) -> None:
    found = assess(day(here="ac"))
    assert (found.arrived, found.missing, found.is_complete) == (2, ("b", "d"), False)


def test_what_is_counted_but_not_named_keeps_it_incomplete(day: Callable[..., DayAnnounced]) -> None:
    found = assess(day(stated={"cs.CL": 10, "cs.LG": 1, "cs.CV": 2}))
    assert (found.announced, found.unnamed, found.is_complete) == (4 + 7 + 2, 9, False)
    assert found.categories == {"cs.CL", "cs.LG", "cs.CV"}


def test_late_ones_are_told(day: Callable[..., DayAnnounced]) -> None:
    found = assess(day(late="ax"))
    assert found.late == 1
    assert ", 1 late, as of" in summary_line(found, NEW_YORK)


@pytest.mark.parametrize(
    ("zone", "as_of", "told"),
    [
        ("America/New_York", "2026-03-05T01:05", "as of 20:05 ET"),
        ("America/New_York", "2026-03-06T00:59", "as of 19:59 ET"),
        ("America/New_York", "2026-03-06T01:05", "as of 2026-03-05 20:05 ET"),
        ("America/New_York", "2026-07-05T01:05", "as of 2026-07-04 21:05 ET"),
        ("America/Chicago", "2026-03-05T05:05", "as of 23:05 CT"),
        ("Europe/Berlin", "2026-03-05T05:05", "as of 06:05 CET"),
        ("UTC", "2026-03-05T05:05", "as of 05:05 UTC"),
        ("Asia/Kolkata", "2026-03-05T05:05", "as of 10:35 IST"),
        ("America/Sao_Paulo", "2026-03-05T05:05", "as of 02:05 UTC-0300"),
    ],
)
def test_the_time_in_the_zone_of_the_settings(
    day: Callable[..., DayAnnounced], zone: str, as_of: str, told: str
) -> None:
    found = assess(day(as_of=datetime.fromisoformat(as_of).replace(tzinfo=UTC)))
    assert summary_line(found, ZoneInfo(zone)).endswith(told)


def test_large_numbers_and_none_folded(day: Callable[..., DayAnnounced]) -> None:
    ids = frozenset(str(n) for n in range(1_234))
    found = assess(day(categories={"cs.CL": ids}, stated={}, here=ids))
    assert summary_line(found, NEW_YORK) == "1,234 of 1,234 announced, as of 00:05 ET"
