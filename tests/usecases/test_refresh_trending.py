"""Typical interest is refreshed once a day; scores follow where it moved, and where the formula is another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from broadsheet.domain.paper import Record
from broadsheet.ranking.trending import ALL_FIELDS, VERSION
from broadsheet.store import facts, interest, papers
from broadsheet.usecases import refresh_trending as refreshing
from broadsheet.usecases.check import check_house
from broadsheet.usecases.refresh_trending import count_waiting, refresh_trending
from broadsheet.wiring import House

DAY = date(2026, 3, 4)
A_DAY = timedelta(days=1)


@pytest.fixture
def filled(house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]) -> House:
    """A House with a busy field and a quiet one."""
    busy = [make_record(n, edition_on=DAY, categories=("cs.LG",), upvotes=160) for n in range(1, 31)]
    quiet = [make_record(n, edition_on=DAY, categories=("math.AG", "cs.LG"), upvotes=10) for n in range(31, 51)]
    take_in(house, *busy, *quiet)
    return house


def typicals(house: House) -> dict[str, float]:
    with house.database.read() as connection:
        return interest.list_typicals(connection)


def scores(house: House) -> dict[int, float]:
    with house.database.read() as connection:
        return dict(papers.list_trending(connection, 100))


def test_what_is_typical_of_a_field_and_of_all(filled: House, now: datetime) -> None:
    before = scores(filled)
    assert refresh_trending(filled.database, now) == 50
    found = typicals(filled)
    assert found[ALL_FIELDS] == pytest.approx((30 * 4 + 20 * 1) / 50)
    assert found["cs.LG"] == pytest.approx((30 * 4 + 10 * 2.8) / 40)
    assert found["math.AG"] == pytest.approx((20 * 1 + 10 * 2.8) / 30)
    after = scores(filled)
    assert after[31] > before[31]
    assert after[1] < before[1]


def test_a_second_time_on_a_day_writes_nothing(filled: House, now: datetime) -> None:
    refresh_trending(filled.database, now)
    before = filled.database.revision()
    assert refresh_trending(filled.database, now + A_DAY - timedelta(seconds=1)) == 0
    assert filled.database.revision() == before


def test_what_moves_a_little_is_left(
    filled: House, now: datetime, make_record: Callable[..., Record], take_in: Callable[..., Any]
) -> None:
    refresh_trending(filled.database, now)
    before = typicals(filled)
    take_in(filled, make_record(60, edition_on=DAY, categories=("math.AG",), upvotes=40))
    assert refresh_trending(filled.database, now + A_DAY) == 0
    assert typicals(filled) == before
    take_in(filled, *(make_record(n, edition_on=DAY, categories=("math.AG",), upvotes=160) for n in range(61, 90)))
    assert refresh_trending(filled.database, now + 2 * A_DAY) > 0
    assert typicals(filled)["math.AG"] > before["math.AG"]


def test_papers_of_long_ago_are_not_typical(filled: House, now: datetime) -> None:
    refresh_trending(filled.database, now + timedelta(days=60))
    assert typicals(filled) == {ALL_FIELDS: 0.0}


def test_scores_of_another_formula_are_worked_out_anew_in_batches(
    filled: House, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh_trending(filled.database, now)
    right = scores(filled)
    with filled.database.write() as connection:
        connection.exec_driver_sql("UPDATE papers SET hotness = 1")
        facts.set_fact(connection, "trending_version", str(VERSION - 1))
    monkeypatch.setattr(refreshing, "BATCH", 20)
    assert count_waiting(filled.database) == 50
    turns = iter([False, True])
    assert refresh_trending(filled.database, now, should_stop=lambda: next(turns)) == 20
    assert count_waiting(filled.database) == 30
    assert refresh_trending(filled.database, now) == 30
    assert (count_waiting(filled.database), scores(filled)) == (0, right)


def test_an_empty_record_is_soon_done(house: House, now: datetime) -> None:
    assert refresh_trending(house.database, now) == 0
    assert count_waiting(house.database) == 0
    assert typicals(house) == {ALL_FIELDS: 0.0}


def test_doctor_mends_scores_that_are_wrong(filled: House, now: datetime) -> None:
    def verdict(*, repair: bool) -> tuple[bool, str]:
        checks = check_house(filled.database, filled.index, repair=repair, now=now)
        return next((check.ok, check.detail) for check in checks if check.name == "trending")

    assert verdict(repair=False) == (False, f"formula {VERSION}, 50 papers waiting")
    verdict(repair=True)
    with filled.database.write() as connection:
        connection.exec_driver_sql("UPDATE papers SET hotness = 1 WHERE pk < 4")
    assert verdict(repair=True) == (True, f"formula {VERSION}, 0 papers waiting, 3 had another score")
