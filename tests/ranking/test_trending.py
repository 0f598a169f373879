"""Trending: interest damped by the logarithm, weighed by what is usual, plus absolute time in announcement days."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from broadsheet.domain.calendar import announcement_days
from broadsheet.ranking.trending import (
    ALL_FIELDS,
    HALF_LIFE_DAYS,
    LEAST_OF_FIELD,
    MOST_LIFT,
    MOST_OF_FIELD,
    Counts,
    points_of,
    trending,
    typical_points,
    weight_of,
)

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 3, 6) + timedelta(days=n) for n in range(4))


def score(voters: int, shown_on: date | None = MONDAY, weight: float = 1.0) -> float:
    return trending(Counts(voters), weight, shown_on).score


def test_parts_add_up_to_the_score() -> None:
    found = trending(Counts(5, 2, 40, 3), 2.0, MONDAY)
    assert sum(found.parts().values()) == pytest.approx(found.score, abs=1e-3)
    assert found.within_day == pytest.approx(math.log2(1 + 2.0 * points_of(Counts(5, 2, 40, 3))))


def test_twice_the_interest_stands_beside_a_paper_one_half_life_younger() -> None:
    days = announcement_days(date(2026, 3, 2), date(2026, 3, 31))
    older, younger = days[0], days[int(2 * HALF_LIFE_DAYS)]
    assert score(4 * 8 - 1, older) == pytest.approx(score(8 - 1, younger))


def test_weekends_and_holidays_age_nothing() -> None:
    assert score(3, FRIDAY) == score(3, SATURDAY) == score(3, SUNDAY)
    a_day = score(3, MONDAY) - score(3, FRIDAY)
    assert a_day == pytest.approx(score(3, FRIDAY) - score(3, FRIDAY - timedelta(days=1))) == 1 / HALF_LIFE_DAYS
    # The Monday of January 19, 2026 was a holiday on whose evening nothing was announced for the Tuesday.
    assert score(0, date(2026, 1, 20)) == score(0, date(2026, 1, 19))


def test_without_a_day_a_paper_comes_last() -> None:
    assert score(10**9, None) < score(0, date(1500, 1, 1))


def test_what_people_do_as_votes() -> None:
    assert points_of(Counts(3)) == 3
    assert points_of(Counts(3, comments=2)) == 4
    assert points_of(Counts(3, comments=1_000)) == 3 + 4  # the talk of few is no crowd
    assert points_of(Counts(0, comments=1_000)) == 1
    assert points_of(Counts(0, 0, 1_000)) == 10
    assert points_of(Counts(2, 0, 10)) == 3
    assert points_of(Counts(0, 0, 6, 8)) == 1
    assert points_of(Counts(-5, -5, -5, -5)) == points_of(Counts(0)) == 0


def test_each_of_them_makes_hotter_and_never_colder() -> None:
    plain = Counts(5, 5, 5, 5)
    for more in (Counts(6, 5, 5, 5), Counts(5, 6, 5, 5), Counts(5, 5, 6, 5), Counts(5, 5, 5, 6)):
        assert points_of(more) > points_of(plain)


def test_a_vote_counts_for_more_where_few_vote() -> None:
    typicals = {ALL_FIELDS: 2.0, "cs.LG": 4.0, "math.AG": 1.0}
    assert weight_of("math.AG", typicals) == 2.0
    assert weight_of("cs.LG", typicals) == 0.5
    assert weight_of("q-bio.NC", typicals) == weight_of("", typicals) == 1.0


def test_weights_have_bounds() -> None:
    typicals = {ALL_FIELDS: 2.0, "busy": 1e9, "quiet": 1e-9, "none": 0.0}
    assert weight_of("busy", typicals) == LEAST_OF_FIELD
    assert weight_of("quiet", typicals) == MOST_OF_FIELD
    assert weight_of("none", typicals) == MOST_OF_FIELD
    assert weight_of("", {ALL_FIELDS: 1e-9}) == MOST_LIFT


def test_votes_count_for_more_on_a_quiet_site() -> None:
    assert weight_of("", {ALL_FIELDS: 0.125}) == 4.0
    assert weight_of("", {ALL_FIELDS: 50.0}) == 1.0


def test_nothing_is_known_where_nobody_voted() -> None:
    assert weight_of("cs.LG", {}) == weight_of("cs.LG", {ALL_FIELDS: 0.0, "cs.LG": 0.0}) == 1.0


def test_a_field_with_few_papers_is_drawn_to_the_mean() -> None:
    assert typical_points(0.0, 0, 3.0) == 3.0
    assert typical_points(0.0, 10, 3.0) == pytest.approx(1.5)
    assert typical_points(9_000.0, 1_000, 3.0) == pytest.approx(9.0, rel=0.01)
