"""Hotness: interest damped by the logarithm, plus absolute time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broadsheet.ranking.hotness import COMMENTS_CAP, DAYS_PER_TENFOLD, hotness, interest

DAY = date(2026, 3, 4)


def test_parts_add_up_to_the_score() -> None:
    found = hotness(99, 0, date(2020, 1, 15))
    assert found.interest == pytest.approx(2.0)
    assert found.recency == pytest.approx(14 / DAYS_PER_TENFOLD)
    assert found.score == pytest.approx(sum(found.parts().values()), abs=1e-3)


def test_ten_times_the_interest_stands_beside_a_tenfold_younger_paper() -> None:
    younger = hotness(9, 0, DAY)
    older = hotness(99, 0, DAY - timedelta(days=int(DAYS_PER_TENFOLD)))
    assert younger.score == pytest.approx(older.score)


def test_a_vote_a_comment_a_day_each_make_hotter() -> None:
    plain = hotness(5, 5, DAY).score
    assert hotness(6, 5, DAY).score > plain
    assert hotness(5, 6, DAY).score > plain
    assert hotness(5, 5, DAY + timedelta(days=1)).score > plain


def test_talk_is_capped() -> None:
    assert interest(0, COMMENTS_CAP + 1_000) == interest(0, COMMENTS_CAP)
    assert interest(0, COMMENTS_CAP - 1) < interest(0, COMMENTS_CAP)


def test_nonsense_counts_are_no_interest() -> None:
    assert interest(-5, -5) == interest(0, 0) == 0.0


def test_without_a_day_a_paper_comes_last() -> None:
    assert hotness(100_000, 40, None).score < hotness(0, 0, date(1991, 8, 1)).score
