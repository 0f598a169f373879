"""What an import hands to the index is what the index would have read, and never something older."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from broadsheet.domain.paper import Link, Paper, PaperContent, Record
from broadsheet.domain.query import parse_query
from broadsheet.store import papers
from broadsheet.usecases import fresh_papers
from broadsheet.usecases.fresh_papers import FreshPapers
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.indexing import drain_index
from broadsheet.wiring import House

Make = Callable[..., Record]


def paper(pk: int, abstract: str = "") -> Paper:
    return Paper(pk, f"p-{pk}", PaperContent("Lantern", abstract))


@pytest.mark.parametrize(
    "records",
    [
        [{"arxiv_id": "2603.00001"}],
        [{"arxiv_id": None, "doi": "10.1000/1"}],
        [{"source": "sample", "abstract": "", "summary": "Ours.", "keywords": ("ä", "\u4e2d"), "author_count": 7}],
        [{}, {"source": "arxiv", "title": "Newer"}, {"source": "arxiv", "title": "Newest"}],
        [{"links": (Link("code", "https://example.org/c"), Link("abs", "https://example.org/a")), "venue": "There"}],
        [{"source_id": "x", "arxiv_id": None}, {"source_id": "y", "arxiv_id": None}],  # one paper by its words
        [{"arxiv_id": None, "source": "corpus-one", "source_id": "a"}, {"arxiv_id": "one-a", "title": "Same id"}],
    ],
)
def test_what_is_handed_on_is_what_would_be_read(
    house: House, make_record: Make, now: datetime, records: Sequence[dict[str, Any]]
) -> None:
    fresh = FreshPapers()
    import_records(house.database, [make_record(1, **changes) for changes in records], now, fresh)
    handed = fresh.take([(position, position) for position in range(1, 10)])
    assert handed
    with house.database.read() as connection:
        assert list(handed.values()) == papers.list_papers(connection, papers.list_pks_after(connection, 0, 10))


def test_a_paper_changed_before_it_is_indexed_is_indexed_as_it_is_now(
    house: House, make_record: Make, now: datetime
) -> None:
    fresh = FreshPapers()
    import_records(house.database, [make_record(1), make_record(2)], now, fresh)
    import_records(house.database, [make_record(1, source="arxiv", title="Zebra")], now, fresh)
    assert drain_index(house.database, house.index, fresh=fresh) == 3
    assert house.index.search(parse_query("ti:zebra"), 10).count == 1
    assert house.index.search(parse_query("ti:lantern"), 10).count == 1


def test_what_is_kept_is_not_read_again(house: House, make_record: Make, now: datetime) -> None:
    fresh = FreshPapers()
    import_records(house.database, [make_record(1)], now)
    fresh.keep([(1, Paper(1, "p-1", PaperContent("Zebra")))])
    drain_index(house.database, house.index, fresh=fresh)
    assert house.index.search(parse_query("ti:zebra"), 10).count == 1
    assert fresh.take([(1, 1)]) == {}


def test_a_paper_queued_again_is_not_given_away_as_it_was() -> None:
    fresh = FreshPapers()
    fresh.keep([(1, paper(7)), (2, paper(8))])
    assert fresh.take([(1, 7), (2, 8), (3, 7)]) == {8: paper(8)}


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh_papers, "MOST_LETTERS", 100)
    monkeypatch.setattr(fresh_papers, "MOST_PAPERS", 3)
    fresh = FreshPapers()
    fresh.keep([(1, paper(1, "x" * 60)), (2, paper(2, "x" * 60))])
    assert fresh.take([(1, 1), (2, 2)]) == {1: paper(1, "x" * 60)}
    fresh.keep([(n, paper(n)) for n in range(3, 9)])
    assert list(fresh.take([(n, n) for n in range(3, 9)])) == [3, 4, 5]
