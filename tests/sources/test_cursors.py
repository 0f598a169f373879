"""Cursors come back as they were written, and anything else is the empty one."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.sources.cursors import cursor_of, day_from, day_in, marks_from, read_cursor, write_cursor


def test_there_and_back() -> None:
    cursor = write_cursor(since="2026-03-01", sets=("a", "b"), token="", start=0)
    assert cursor == '{"since":"2026-03-01","sets":["a","b"]}'
    assert read_cursor(cursor) == {"since": "2026-03-01", "sets": ["a", "b"]}


def test_a_plain_day() -> None:
    assert day_in(read_cursor("2026-03-01"), "since") == date(2026, 3, 1)


@pytest.mark.parametrize("cursor", ["", "x", "[]", "7", "null", "{", "[" * 99_999, "2026-03-01T00:00", "\x00"])
def test_what_is_none(cursor: str) -> None:
    assert read_cursor(cursor) == {}


@pytest.mark.parametrize("value", [None, 7, "", "2026-02-30", "20260301", "2026-03-01 ", ["2026-03-01"]])
def test_what_is_no_day(value: object) -> None:
    assert day_in({"since": value}, "since") is None


SINCE, TODAY = date(2026, 1, 1), date(2026, 3, 4)


@pytest.mark.parametrize(
    ("cursor", "day"),
    [("", SINCE), ("2026-02-03", date(2026, 2, 3)), ("2027-01-01", TODAY), ("x", SINCE), ("2026-02-30", SINCE)],
)
def test_days(cursor, day):
    assert day_from(cursor, SINCE, TODAY) == day


def test_marks():
    marks = {"b": 1, "a": "x"}
    assert marks_from(cursor_of(marks)) == marks
    assert cursor_of(marks) == cursor_of(dict(reversed(marks.items())))


@pytest.mark.parametrize("cursor", ["", "[]", "3", "{", "[" * 100_000, "null"])
def test_what_holds_no_marks(cursor):
    assert marks_from(cursor) == {}


def test_marks_of_another_kind_are_forgotten():
    assert marks_from('{"a": null, "b": [1], "c": 2, "d": true, "e": 1.5}') == {"c": 2}
