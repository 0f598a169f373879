"""What sources remember: what cannot be read is the beginning."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.sources.cursors import cursor_of, day_from, marks_from

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
