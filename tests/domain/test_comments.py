"""Reading order, and what a comment may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.domain.comments import LONGEST_COMMENT, Comment, may_edit, parse_comment, parse_reason, reading_order
from broadsheet.domain.errors import Invalid

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
COMMENT = Comment(1, 1, None, None, 7, "ada", "Ada", "<p>x</p>", False, 0, 0, 0.0, NOW, None, "")


def test_answers_follow_what_they_answer_best_first_then_oldest() -> None:
    rows = [(1, None, 0.1), (2, None, 0.9), (3, 1, 0.0), (4, 1, 0.5), (5, 4, 0.0), (6, None, 0.1), (7, 1, 0.0)]
    assert reading_order(rows) == [(2, 0), (1, 0), (4, 1), (5, 2), (3, 1), (7, 1), (6, 0)]


def test_a_comment_whose_parent_is_not_there_begins_a_thread() -> None:
    assert reading_order([(5, 3, 0.0), (6, 5, 0.0)]) == [(5, 0), (6, 1)]
    assert reading_order([]) == []


def test_a_thread_of_any_depth_is_put_in_order() -> None:
    rows = [(n, n - 1 or None, 0.0) for n in range(1, 20_001)]
    assert reading_order(rows)[-1] == (20_000, 19_999)


@given(st.data())
def test_each_comment_stands_once_and_after_its_parent(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 40))
    rows = []
    for pk in range(1, count + 1):
        parent = data.draw(st.none() | st.integers(1, pk - 1)) if pk > 1 else None
        rows.append((pk, parent, data.draw(st.floats(0, 1))))
    ordered = reading_order(rows)
    assert sorted(pk for pk, _ in ordered) == list(range(1, count + 1))
    at, depths = {pk: n for n, (pk, _) in enumerate(ordered)}, dict(ordered)
    for pk, parent, _ in rows:
        if parent is not None:
            assert at[parent] < at[pk]
            assert depths[pk] == depths[parent] + 1


def test_what_was_written_is_kept_but_for_what_cannot_be_seen() -> None:
    assert parse_comment("  a\r\nb\x00\x1b[31m\ud800\u2028c\t d \n") == "a\nb[31m\nc\t d"
    assert parse_comment("x" * LONGEST_COMMENT) == "x" * LONGEST_COMMENT
    for bad in ("", " \n\x00 ", "x" * (LONGEST_COMMENT + 1)):
        with pytest.raises(Invalid):
            parse_comment(bad)
    assert parse_reason(" a \n b ") == "a b"
    for bad in (" ", "x" * 301):
        with pytest.raises(Invalid):
            parse_reason(bad)


def test_who_may_edit_and_until_when() -> None:
    assert may_edit(COMMENT, 7, 30, NOW + timedelta(minutes=29))
    assert not may_edit(COMMENT, 7, 30, NOW + timedelta(minutes=30))
    assert not may_edit(COMMENT, 7, 0, NOW)
    assert not may_edit(COMMENT, 8, 30, NOW)
    assert not may_edit(COMMENT, None, 30, NOW)
    assert not may_edit(replace(COMMENT, reader_pk=None), None, 30, NOW)
    assert not may_edit(replace(COMMENT, deleted_by="author"), 7, 30, NOW)
