"""Periods: a name and its days are one thing, and neighbours touch."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.domain.days import parse_period, period_of
from broadsheet.domain.errors import Invalid

kinds = st.sampled_from(["day", "week", "month"])
days = st.dates(date(1, 3, 1), date(9999, 10, 31))


@given(kinds, days)
def test_a_period_holds_its_day_and_is_found_by_its_name(kind: str, day: date) -> None:
    period = period_of(kind, day)
    assert period.first_on <= day <= period.last_on
    assert parse_period(kind, period.name) == period
    assert (period.last_on - period.first_on).days + 1 in {"day": [1], "week": [7], "month": range(28, 32)}[kind]


@given(kinds, days)
def test_neighbours_touch(kind: str, day: date) -> None:
    period = period_of(kind, day)
    before, after = period.previous(), period.next()
    assert before is not None
    assert after is not None
    assert before.last_on + timedelta(days=1) == period.first_on
    assert after.first_on - timedelta(days=1) == period.last_on
    assert before.next() == after.previous() == period


@given(kinds, st.dates())
@example("month", date(1, 2, 1))
@example("day", date(1, 2, 1))
@example("week", date(1, 2, 5))
@example("day", date(9999, 11, 29))
@example("week", date(9999, 11, 22))
@example("month", date(9999, 10, 1))
def test_at_the_ends_of_the_calendar_every_neighbour_can_be_opened(kind: str, day: date) -> None:
    try:
        period = parse_period(kind, period_of(kind, day).name)
    except (Invalid, OverflowError):
        return
    for neighbour in (period.previous(), period.next()):
        if neighbour is not None:
            assert parse_period(kind, neighbour.name) == neighbour


@given(kinds, st.text() | st.from_regex(r"\d{4}-(W?\d{2})(-\d{2})?\n?"))
def test_any_text_is_a_period_or_invalid(kind: str, text: str) -> None:
    try:
        period = parse_period(kind, text)
    except Invalid:
        return
    assert period.name == text


def test_an_unknown_kind_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        parse_period("fortnight", "2025-11-07")
