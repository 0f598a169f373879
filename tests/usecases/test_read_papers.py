"""What readers ask for: editions, trending, search, similar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from broadsheet.domain.days import parse_period
from broadsheet.domain.paper import Record
from broadsheet.usecases import read_papers
from broadsheet.usecases.embedding import follow_with_vectors
from broadsheet.wiring import House


@pytest.fixture
def filled(house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]) -> House:
    take_in(
        house,
        make_record(1, edition_on=date(2026, 3, 2), upvotes=10),
        make_record(2, edition_on=date(2026, 3, 2), upvotes=30),
        make_record(3, edition_on=date(2026, 3, 3), upvotes=1, title="Whales at night"),
        make_record(4, edition_on=date(2026, 1, 1), upvotes=90, doi="10.1000/xyz"),
        make_record(5, edition_on=None, published_on=None, abstract="It cites 2603.00004 and whales."),
    )
    return house


def ids(listing: Any) -> list[str]:
    assert [entry.rank for entry in listing.entries] == list(
        range(listing.offset + 1, listing.offset + 1 + len(listing.entries))
    )
    return [entry.paper.id.removeprefix("2603.0000") for entry in listing.entries]


def test_an_edition_and_its_neighbours(filled: House) -> None:
    edition = read_papers.read_edition(filled.database, parse_period("day", "2026-03-02"), 10)
    assert ids(edition.listing) == ["2", "1"]
    assert (edition.before_on, edition.after_on) == (date(2026, 1, 1), date(2026, 3, 3))
    assert not edition.has_sample
    for entry in edition.listing.entries:
        assert sum(entry.parts.values()) == pytest.approx(entry.score, abs=1e-3)


def test_a_week_and_a_month_hold_their_days(filled: House) -> None:
    week = read_papers.read_edition(filled.database, parse_period("week", "2026-W10"), 10)
    month = read_papers.read_edition(filled.database, parse_period("month", "2026-01"), 10)
    assert ids(week.listing) == ["2", "1", "3"]
    assert ids(month.listing) == ["4"]


def test_an_edition_page_by_page(filled: House) -> None:
    week = parse_period("week", "2026-W10")
    pages = [read_papers.read_edition(filled.database, week, 1, n).listing for n in range(4)]
    assert [one for page in pages for one in ids(page)] == ["2", "1", "3"]
    assert [page.has_more for page in pages] == [True, True, False, False]


def test_an_empty_day_leads_to_the_nearest(filled: House) -> None:
    edition = read_papers.read_edition(filled.database, parse_period("day", "2026-02-01"), 10)
    assert edition.listing.count == 0
    assert (edition.before_on, edition.after_on) == (date(2026, 1, 1), date(2026, 3, 2))


def test_the_front_page_is_today_or_the_newest_before(filled: House) -> None:
    for today, shown in (("2026-03-02",) * 2, ("2026-03-04", "2026-03-03"), ("2025-12-31",) * 2):
        front = read_papers.read_front_page(filled.database, date.fromisoformat(today), 10)
        assert front.period.name == shown


def test_trending_is_hottest_first_with_its_reasons(filled: House) -> None:
    listing = read_papers.read_trending(filled.database, 10)
    assert ids(listing) == ["2", "1", "3", "4", "5"]
    for entry in listing.entries:
        assert sum(entry.parts.values()) == pytest.approx(entry.score, abs=1e-3)
    assert ids(read_papers.read_trending(filled.database, 2, 1)) == ["1", "3"]
    assert ids(read_papers.read_trending(filled.database, 2, 9)) == []


@pytest.mark.parametrize(
    "typed", ["2603.00004", "arXiv:2603.00004v2", "https://arxiv.org/abs/2603.00004", "10.1000/XYZ"]
)
def test_a_typed_id_comes_first(filled: House, typed: str) -> None:
    answer = read_papers.search_papers(filled.database, filled.index, typed, 10)
    assert answer.exact
    assert ids(answer.listing)[0] == "4"
    scores = [entry.score for entry in answer.listing.entries]
    assert scores == sorted(scores, reverse=True)
    assert len(set(ids(answer.listing))) == len(scores)


def test_a_typed_id_does_not_push_others_off_the_pages(filled: House) -> None:
    def page(offset: int, limit: int) -> Any:
        start = read_papers.Start(offset)
        return read_papers.search_papers(filled.database, filled.index, "2603.00004", limit, start=start).listing

    whole = page(0, 10)
    assert ids(whole) == ["4", "5"]
    assert whole.count == 2
    assert [one for offset in range(3) for one in ids(page(offset, 1))] == ["4", "5"]


@pytest.mark.parametrize("query", ["lantern", "lantern sort:new", "after:2000"])
@pytest.mark.parametrize("has_vectors", [False, True])
def test_pages_stay_what_they_were_while_papers_arrive(
    filled: House, make_record: Callable[..., Record], take_in: Callable[..., Any], query: str, has_vectors: bool
) -> None:
    models = filled.models if has_vectors else None

    def follow() -> None:
        if has_vectors:
            follow_with_vectors(filled.models)

    def page(offset: int, through: int) -> Any:
        start = read_papers.Start(offset, through)
        return read_papers.search_papers(filled.database, filled.index, query, 2, models, start)

    follow()
    first = page(0, 0)
    assert first.mode == ("hybrid" if has_vectors and query != "after:2000" else "text")
    whole = read_papers.search_papers(filled.database, filled.index, query, 9, models).listing
    take_in(filled, *(make_record(n, published_on=date(2026, 3, 20), upvotes=500) for n in range(50, 56)))
    follow()
    through = first.listing.through
    later = [page(offset, through).listing for offset in (2, 4)]
    assert [one for part in (first.listing, *later) for one in ids(part)] == ids(whole)
    assert {part.count for part in later} == {whole.count}
    assert page(0, 0).listing.count == whole.count + 6


def test_the_order_of_a_search_does_not_depend_on_how_far_it_is_read(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]
) -> None:
    take_in(house, *(make_record(n, abstract="lantern " * (1 + n % 7) + f"harbour {n}") for n in range(1, 240)))
    follow_with_vectors(house.models)

    def read(limit: int, offset: int) -> list[str]:
        start = read_papers.Start(offset)
        found = read_papers.search_papers(house.database, house.index, "lantern", limit, house.models, start).listing
        scores = [entry.score for entry in found.entries]
        assert scores == sorted(scores, reverse=True)
        return [entry.paper.id for entry in found.entries]

    whole = read(239, 0)
    assert len(set(whole)) == 239
    assert [one for offset in range(0, 239, 30) for one in read(30, offset)] == whole


@pytest.mark.parametrize("query", ["lantern", "lantern after:2000", "lantern 2603.00007", "sort:new lantern"])
@pytest.mark.parametrize("has_vectors", [False, True])
def test_who_does_not_ask_how_many_there_are_is_given_the_same_papers(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any], query: str, *, has_vectors: bool
) -> None:
    take_in(house, *(make_record(n) for n in range(1, 250)))
    if has_vectors:
        follow_with_vectors(house.models)
    models = house.models if has_vectors else None

    def found(limit: int, *, is_counted: bool) -> list[int]:
        start = read_papers.Start(is_counted=is_counted)
        listing = read_papers.search_papers(house.database, house.index, query, limit, models, start).listing
        return [entry.paper.pk for entry in listing.entries]

    for limit in (1, 120, 240):
        assert found(limit, is_counted=False) == found(limit, is_counted=True)
        assert len(found(limit, is_counted=False)) == limit


def test_a_former_id_in_a_condition_finds_its_paper(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]
) -> None:
    take_in(house, make_record(1, arxiv_id=None, doi=None, source="bibtex", source_id="quill"))
    former = read_papers.search_papers(house.database, house.index, "lantern", 1).listing.entries[0].paper.id
    take_in(house, make_record(1))
    for typed in (f"id:{former}", f"lantern id:{former}", f"-id:{former} OR id:{former}"):
        found = read_papers.search_papers(house.database, house.index, typed, 5).listing.entries
        assert [entry.paper.id for entry in found] == ["2603.00001"], typed


def test_an_id_that_is_not_here_is_searched_as_words(filled: House) -> None:
    answer = read_papers.search_papers(filled.database, filled.index, "2603.99999", 10)
    assert not answer.exact


@pytest.mark.parametrize("text", ["", "   ", '"', "!?", '""'])
def test_nothing_typed_finds_nothing(filled: House, text: str) -> None:
    answer = read_papers.search_papers(filled.database, filled.index, text, 10)
    assert (answer.listing.entries, answer.listing.count) == ((), 0)
    assert answer.highlight("some text") == []


def test_search_marks_what_matched(filled: House) -> None:
    answer = read_papers.search_papers(filled.database, filled.index, "whale", 10)
    titles = {e.paper.content.title: answer.highlight(e.paper.content.title) for e in answer.listing.entries}
    assert titles["Whales at night"] == [(0, 6)]


def test_similar_never_lists_the_paper_itself(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]
) -> None:
    themes = ("harbour lamps", "whale songs", "tide tables")
    take_in(
        house,
        *(make_record(n, title=f"On {themes[n % 3]}", abstract=f"More on {themes[n % 3]}: {n}.") for n in range(1, 16)),
    )  # fmt: skip
    for n in range(1, 16):
        paper = read_papers.read_paper(house.database, f"2603.{n:05d}")
        listing = read_papers.similar_papers(house.database, house.index, paper, 4)
        assert len(listing.entries) == 4
        assert paper.id not in {entry.paper.id for entry in listing.entries}
        assert {entry.paper.content.title for entry in listing.entries} == {paper.content.title}
