"""Papers come out of the record as they were put in, and no list costs a statement a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from broadsheet.domain.days import parse_period
from broadsheet.domain.errors import NotFound
from broadsheet.domain.paper import BY_CURATOR, Link, PaperContent, Record, SourceRef
from broadsheet.store import editions, loading, papers, tables, visibility
from broadsheet.store.papers import NewPaper
from broadsheet.usecases.read_papers import read_edition, read_trending, search_papers, similar_papers
from broadsheet.wiring import House

FULL = PaperContent(
    title="A “full” paper, ñ & 漢字",
    abstract="With\nlines and 'quotes'.",
    summary="In short.",
    authors=("Ada Quill", "Ada Quill", "Bo Ferry"),
    author_count=3,
    organization="Harbour Lab",
    published_on=date(2026, 2, 1),
    edition_on=date(2026, 2, 2),
    categories=("cs.CL", "cs.LG"),
    keywords=("lamps", "tides"),
    upvotes=7,
    comments=2,
    links=(Link("pdf", "https://example.org/2"), Link("abs", "https://example.org/1")),
    venue="Proc. of Lamps",
    is_sample=False,
)
BARE = PaperContent(title="A bare paper")


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect every SQL statement that any engine runs."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def put(house: House, now: datetime, *new: NewPaper) -> None:
    with house.database.write() as connection:
        papers.insert_papers(connection, new, now)


def test_every_field_comes_back(house: House, now: datetime) -> None:
    put(house, now, NewPaper(1, "full", FULL, 1.0), NewPaper(2, "bare", BARE, 2.0))
    with house.database.read() as connection:
        bare, full = papers.list_papers(connection, [2, 1])
    assert (full.pk, full.id, full.content) == (1, "full", FULL)
    assert (bare.pk, bare.id, bare.content) == (2, "bare", BARE)
    assert (full.own_upvotes, full.own_comments, full.sources) == (0, 0, ())


def test_no_text_is_harmed_by_being_gathered(house: House, now: datetime) -> None:
    hostile = (
        '"',
        "\\",
        "\\u0041",
        "nul\x00inside",
        "\x1f\u2028",
        "[1, 2]",
        '{"a": null}',
        "null",
        "🙂 漢字",
        "e\u0301",
        "",
    )
    links = tuple(Link(text, text * 2) for text in hostile)
    many = tuple(f"Author {n}" for n in range(12)) + hostile
    content = PaperContent("Hostile", authors=many, categories=hostile, keywords=(*hostile, "half \ud800"), links=links)
    put(house, now, NewPaper(1, "hostile", content, 0.0))
    with house.database.read() as connection:
        assert papers.get_paper(connection, "hostile").content == content


def test_lists_read_no_record_and_look_for_samples_in_no_other_paper(house: House) -> None:
    sample = select(func.count()).select_from(tables.papers).where(tables.papers.c.is_sample)
    with house.database.read() as connection:
        plans = {
            name: str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.compile(connection)}", values).all())
            for name, statement, values in (("list", loading._PAPERS, ("[1]",)), ("sample", sample, ()))
        }
    assert "records USING COVERING INDEX records_by_paper" in plans["list"]
    assert "papers_of_the_sample" in plans["sample"]


def test_writing_anew_leaves_nothing_of_the_old(house: House, now: datetime) -> None:
    put(house, now, NewPaper(1, "old", FULL, 1.0))
    with house.database.write() as connection:
        papers.update_papers(connection, [NewPaper(1, "new", BARE, 2.0)])
    with house.database.read() as connection:
        assert papers.get_paper(connection, "new").content == BARE
        assert papers.find_paper(connection, "old") is None


def test_order_is_the_callers_and_what_is_gone_is_left_out(house: House, now: datetime) -> None:
    put(house, now, *(NewPaper(n, f"p{n}", BARE, 0.0) for n in (1, 2, 3)))
    with house.database.read() as connection:
        assert [paper.pk for paper in papers.list_papers(connection, [3, 99, 1])] == [3, 1]
        assert papers.list_papers(connection, []) == []


def test_more_papers_than_one_round_takes(house: House, now: datetime) -> None:
    count = papers.CHUNK * 2 + 1
    put(house, now, *(NewPaper(n, f"p{n}", BARE, 0.0) for n in range(1, count + 1)))
    with house.database.read() as connection:
        assert len(papers.list_papers(connection, list(range(1, count + 1)))) == count
        assert papers.count_papers(connection) == count
        assert papers.next_pk(connection) == count + 1
        assert papers.list_pks_after(connection, 5, 3) == [6, 7, 8]
    with house.database.write() as connection:
        papers.delete_papers(connection, list(range(1, count)))
    with house.database.read() as connection:
        assert papers.list_pks_after(connection, 0, 10) == [count]


def test_a_deleted_paper_takes_its_parts_along(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]
) -> None:
    take_in(house, make_record(1, edition_on=date(2026, 3, 1)))
    with house.database.write() as connection:
        papers.delete_papers(connection, [1])
    with house.database.read() as connection:
        for table in "papers paper_keys paper_authors paper_categories paper_links records edition_papers".split():
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table


def test_trending_is_hottest_first_ties_newest_first(house: House, now: datetime) -> None:
    heats = {1: 5.0, 2: 9.0, 3: 5.0, 4: -1.0}
    put(house, now, *(NewPaper(n, f"p{n}", BARE, heat) for n, heat in heats.items()))
    with house.database.read() as connection:
        assert papers.list_trending(connection, 10) == [(2, 9.0), (3, 5.0), (1, 5.0), (4, -1.0)]
        assert papers.list_trending(connection, 2, 1) == [(3, 5.0), (1, 5.0)]


def test_an_unknown_id(house: House) -> None:
    with house.database.read() as connection:
        assert papers.find_paper(connection, "2603.99999") is None
        with pytest.raises(NotFound):
            papers.get_paper(connection, "2603.99999")


def test_who_sees_a_paper_that_everyone_sees_is_not_asked(house: House, now: datetime) -> None:
    put(house, now, NewPaper(1, "one", BARE, 0.0), NewPaper(2, "two", BARE, 0.0, BY_CURATOR))
    with house.database.read() as connection:
        with counted_statements() as found:
            papers.get_paper(connection, "one")
        with counted_statements() as seen:
            visibility.get_paper_for(connection, "one", 1)
        with pytest.raises(NotFound):
            visibility.get_paper_for(connection, "two", 1)
    assert seen == found


def test_a_paper_says_where_it_was_seen_each_place_once(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]
) -> None:
    take_in(house, make_record(1))
    take_in(house, make_record(1, upvotes=9), make_record(1, source="arxiv"))
    with house.database.read() as connection:
        sources = papers.get_paper(connection, "2603.00001").sources
    assert sources == (
        SourceRef("hub", "2603.00001"),
        SourceRef("arxiv", "2603.00001", "same arXiv id 2603.00001"),
    )


MARCH = parse_period("month", "2026-03")
LISTS: dict[str, Callable[[House, int], int]] = {
    "papers": lambda house, n: _listed(house, n),
    "edition": lambda house, n: len(read_edition(house.database, MARCH, n).listing.entries),
    "trending": lambda house, n: len(read_trending(house.database, n).entries),
    "search": lambda house, n: len(search_papers(house.database, house.index, "lantern", n).listing.entries),
    "similar": lambda house, n: len(similar_papers(house.database, house.index, _first(house), n).entries),
}


def _listed(house: House, n: int) -> int:
    with house.database.read() as connection:
        pks = [pk for pk, _ in editions.list_edition(connection, MARCH, n)]
        return len(papers.list_papers(connection, pks))


def _first(house: House) -> Any:
    with house.database.read() as connection:
        return papers.list_papers(connection, [1])[0]


@pytest.mark.parametrize("name", LISTS)
def test_a_longer_list_takes_no_more_statements(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any], name: str
) -> None:
    take_in(
        house,
        *(make_record(n, edition_on=date(2026, 3, 1 + n % 20), title=f"Lantern {n} {'rare' if n < 30 else ''}")
          for n in range(1, 60)),
    )  # fmt: skip
    costs = []
    for length in (2, 25):
        with counted_statements() as seen:
            assert LISTS[name](house, length) == length
        costs.append(len(seen))
    assert costs[0] == costs[1] > 0
