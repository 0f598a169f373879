"""Cursors come back as they were written, and anything else is the empty one."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.sources.cursors import day_in, read_cursor, write_cursor


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
