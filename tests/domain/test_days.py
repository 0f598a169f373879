"""Days, weeks and months of the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.domain.days import parse_any_period, parse_period, period_of
from broadsheet.domain.errors import Invalid


@pytest.mark.parametrize(
    ("kind", "name", "first", "last", "before", "after"),
    [
        ("day", "2024-02-29", date(2024, 2, 29), date(2024, 2, 29), "2024-02-28", "2024-03-01"),
        ("day", "2025-12-31", date(2025, 12, 31), date(2025, 12, 31), "2025-12-30", "2026-01-01"),
        ("week", "2025-W01", date(2024, 12, 30), date(2025, 1, 5), "2024-W52", "2025-W02"),
        ("week", "2020-W53", date(2020, 12, 28), date(2021, 1, 3), "2020-W52", "2021-W01"),
        ("month", "2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01", "2024-03"),
        ("month", "2025-12", date(2025, 12, 1), date(2025, 12, 31), "2025-11", "2026-01"),
    ],
)
def test_period_and_its_neighbours(kind: str, name: str, first: date, last: date, before: str, after: str) -> None:
    period = parse_period(kind, name)
    assert (period.first_on, period.last_on, period.name) == (first, last, name)
    earlier, later = period.previous(), period.next()
    assert earlier is not None
    assert later is not None
    assert (earlier.name, later.name) == (before, after)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("day", "2025-02-29"),
        ("day", "2025-2-9"),
        ("day", "20250209"),
        ("day", "2025-02-09T00"),
        ("day", " 2025-02-09"),
        ("day", "2025-02-09\n"),
        ("day", "٢٠٢٥-٠٢-٠٩"),
        ("day", "0000-01-01"),
        ("day", ""),
        ("week", "2025-W53"),
        ("week", "2025-W00"),
        ("week", "2025-45"),
        ("month", "2025-13"),
        ("month", "2025-00"),
        ("month", "9999-12"),
    ],
)
def test_what_is_no_period_is_refused_with_the_right_form(kind: str, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_period(kind, text)
    assert caught.value.field == kind
    assert "YYYY" in caught.value.message
    assert "for example" in caught.value.message


def test_calendar_has_ends() -> None:
    assert period_of("day", date(1, 1, 1)).previous() is None
    assert period_of("day", date(9999, 12, 30)).next() is None


def test_a_period_is_known_by_its_form():
    assert [parse_any_period(name).kind for name in ("2025-11-07", "2025-W45", "2025-11")] == ["day", "week", "month"]
    for text in ("yesterday", "2025-W", "2025-13", "", "٢٠٢٥-١١"):
        with pytest.raises(Invalid, match="Write it as"):
            parse_any_period(text)
