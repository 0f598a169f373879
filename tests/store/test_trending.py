"""Stored trending scores follow what happens to a paper, but for editions that have gone to press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import event

from broadsheet.domain.days import period_of
from broadsheet.domain.paper import Record
from broadsheet.ranking.trending import ALL_FIELDS, Counts, trending
from broadsheet.store import editions, interest, papers
from broadsheet.store.trending import list_scores, rescore, rescore_papers
from broadsheet.usecases.press_edition import press_edition
from broadsheet.wiring import House

DAY = date(2026, 3, 4)


@pytest.fixture
def filled(house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]) -> House:
    take_in(house, *(make_record(n, edition_on=DAY, upvotes=10 * n) for n in (1, 2, 3)))
    return house


def vote(house: House, pk: int, votes: int, comments: int = 0) -> None:
    with house.database.write() as connection:
        papers.add_own_counts(connection, pk, votes, comments)
        rescore(connection, pk)


def order(house: House) -> tuple[list[int], list[int]]:
    """Return the papers of the trending page and those of the day's edition."""
    with house.database.read() as connection:
        shown = editions.list_edition(connection, period_of("day", DAY), 10)
        return [pk for pk, _ in papers.list_trending(connection, 10)], [pk for pk, _ in shown]


def test_a_vote_moves_a_paper_on_both_lists(filled: House) -> None:
    assert order(filled) == ([3, 2, 1], [3, 2, 1])
    vote(filled, 1, 5, 2)
    assert order(filled) == ([1, 3, 2], [1, 3, 2])
    vote(filled, 1, -5, -2)
    assert order(filled) == ([3, 2, 1], [3, 2, 1])


def test_an_edition_that_has_gone_to_press_keeps_its_order(filled: House, now: datetime) -> None:
    press_edition(filled.database, DAY, now)
    vote(filled, 1, 5)
    assert order(filled) == ([1, 3, 2], [3, 2, 1])


def test_the_score_is_that_of_the_formula(filled: House, now: datetime) -> None:
    with filled.database.write() as connection:
        interest.replace_typicals(connection, {ALL_FIELDS: 1.0, "cs.CL": 0.5, "cs.LG": 9.0}, now)
    vote(filled, 2, 3, 1)
    expected = trending(Counts(3, 1, 20, 0), 2.0, DAY)
    with filled.database.read() as connection:
        scores = dict(papers.list_trending(connection, 10))
        assert list_scores(connection, [2]) == {2: expected}
    assert scores[2] == expected.score


def test_the_last_day_counts(filled: House, make_record: Callable[..., Record], take_in: Callable[..., Any]) -> None:
    take_in(filled, make_record(1, source="daily-page", edition_on=date(2026, 3, 9)))
    assert order(filled)[0] == [1, 3, 2]


def test_nothing_is_written_where_nothing_differs(filled: House) -> None:
    before = filled.database.revision()
    with filled.database.write() as connection:
        assert rescore_papers(connection, [1, 2, 3, 99]) == 0
    assert filled.database.revision() == before


def test_statements_do_not_grow_with_the_papers(filled: House) -> None:
    def statements(pks: list[int]) -> int:
        seen = []
        with filled.database.write() as connection:
            event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
            rescore_papers(connection, pks)
        return len(seen)

    with filled.database.write() as connection:
        for pk in (1, 2, 3):
            papers.add_own_counts(connection, pk, 3, 0)
    assert statements([1]) == statements([2, 3])
