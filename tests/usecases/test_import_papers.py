"""Records become papers: linked, counted, every version kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from broadsheet.domain.errors import NotFound
from broadsheet.domain.paper import Paper, Record
from broadsheet.store import editions, papers, records
from broadsheet.usecases.import_papers import ImportCount
from broadsheet.usecases.read_papers import read_paper, search_papers
from broadsheet.wiring import House

Make = Callable[..., Record]
Take = Callable[..., ImportCount]


def all_papers(house: House) -> list[Paper]:
    with house.database.read() as connection:
        return papers.list_papers(connection, papers.list_pks_after(connection, 0, 1_000))


def counts(count: ImportCount) -> tuple[int, int, int]:
    assert count.read == count.added + count.updated + count.unchanged + count.set_aside
    return count.added, count.updated, count.unchanged


def test_the_same_records_again_change_nothing(house: House, make_record: Make, take_in: Take) -> None:
    batch = [make_record(n) for n in range(1, 6)]
    assert counts(take_in(house, *batch)) == (5, 0, 0)
    before, revision = all_papers(house), house.database.revision()
    assert counts(take_in(house, *batch)) == (0, 0, 5)
    assert all_papers(house) == before
    assert house.database.revision() == revision


def test_a_mixed_batch_adds_up(house: House, make_record: Make, take_in: Take) -> None:
    take_in(house, make_record(1), make_record(2))
    found = take_in(
        house,
        make_record(1),
        make_record(2, upvotes=9),
        make_record(2, upvotes=10),
        make_record(3),
        make_record(3),
        make_record(3, source="csl", source_id="x"),
    )
    assert found.read == 6
    assert counts(found) == (1, 1, 4)


def test_a_record_that_changes_no_word_is_kept_but_updates_nothing(
    house: House, make_record: Make, take_in: Take
) -> None:
    take_in(house, make_record(1, source="arxiv"))
    assert counts(take_in(house, make_record(1, source="daily-page"))) == (0, 0, 1)
    with house.database.read() as connection:
        assert len(records.list_records(connection, [1])[1]) == 2


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"arxiv_id": "2603.00001"}, {"arxiv_id": "2603.00001"}),
        ({"arxiv_id": None, "doi": "10.1000/x"}, {"arxiv_id": None, "doi": "10.1000/x"}),
        ({"doi": "10.1000/x"}, {"arxiv_id": None, "doi": "10.1000/x"}),
        ({"arxiv_id": None, "openreview_id": "abcdef1"}, {"arxiv_id": None, "openreview_id": "abcdef1"}),
        ({"arxiv_id": None, "source": "hub"}, {"arxiv_id": None, "source": "hub"}),
    ],
)
def test_a_shared_name_makes_one_paper(
    house: House, make_record: Make, take_in: Take, one: Any, other: Any, together: bool
) -> None:
    left = make_record(1, **{"source": "csl", "source_id": "left", "title": "These words", **one})
    right = make_record(1, **{"source": "ris", "source_id": "right", "title": "Those words", **other})
    if one.get("source") == "hub":
        left, right = (make_record(1, title=t, source_id="same", arxiv_id=None) for t in ("These", "Those"))
    for batch in [[left, right]] if together else [[left], [right]]:
        take_in(house, *batch)
    assert len(all_papers(house)) == 1


def test_the_same_title_and_abstract_make_one_paper(house: House, make_record: Make, take_in: Take) -> None:
    take_in(house, make_record(1, source="daily-page", source_id="k", arxiv_id=None))
    take_in(house, make_record(1, title="LANTERN  study — number 1"))
    (paper,) = all_papers(house)
    assert {source.source for source in paper.sources} == {"daily-page", "hub"}


@pytest.mark.parametrize("together", [True, False])
def test_two_arxiv_ids_are_two_papers_however_alike(
    house: House, make_record: Make, take_in: Take, together: bool
) -> None:
    one, other = make_record(1), make_record(1, arxiv_id="2603.00002")
    for batch in [[one, other]] if together else [[one], [other]]:
        take_in(house, *batch)
    assert sorted(paper.id for paper in all_papers(house)) == ["2603.00001", "2603.00002"]


@pytest.mark.parametrize("together", [True, False])
def test_one_sources_two_names_are_two_papers_however_alike(
    house: House, make_record: Make, take_in: Take, together: bool
) -> None:
    pair = [make_record(1, arxiv_id=None, source_id=name) for name in ("left", "right")]
    for batch in [pair] if together else [[pair[0]], [pair[1]]]:
        take_in(house, *batch)
    found = all_papers(house)
    assert len({paper.id for paper in found}) == 2


def test_two_corpora_whose_names_run_into_their_ids(house: House, make_record: Make, take_in: Take) -> None:
    take_in(
        house,
        make_record(1, source="corpus-sea-lamp", source_id="1", arxiv_id=None),
        make_record(2, source="corpus-sea", source_id="lamp-1", arxiv_id=None),
    )
    assert len({paper.id for paper in all_papers(house)}) == 2


def test_an_arxiv_id_that_comes_later_names_the_paper_and_old_ids_lead_there(
    house: House, make_record: Make, take_in: Take
) -> None:
    take_in(house, make_record(1, source="daily-page", source_id="k", arxiv_id=None))
    (first,) = all_papers(house)
    assert first.id.startswith("p-")
    take_in(house, make_record(1, source="csl", source_id="c", arxiv_id=None, doi="10.1000/x"))
    (second,) = all_papers(house)
    assert second.id == "10.1000/x"
    assert counts(take_in(house, make_record(1, doi="10.1000/x"))) == (0, 1, 0)
    (third,) = all_papers(house)
    assert (third.id, third.pk) == ("2603.00001", first.pk)
    for name in (first.id, second.id, third.id):
        assert read_paper(house.database, name) == third
    assert search_papers(house.database, house.index, "lantern", 5).listing.entries[0].paper.id == third.id


def test_the_newest_words_of_a_source_show_and_are_searched(house: House, make_record: Make, take_in: Take) -> None:
    take_in(house, make_record(1))
    take_in(house, make_record(1, title="Whale songs at night"))
    assert [p.content.title for p in all_papers(house)] == ["Whale songs at night"]
    assert search_papers(house.database, house.index, "whale", 5).listing.count == 1
    assert search_papers(house.database, house.index, "study", 5).listing.count == 0


def test_an_unknown_id_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        read_paper(house.database, "2603.00001")


def days_of(house: House, pk: int) -> set[date]:
    with house.database.read() as connection:
        return editions.list_days_of(connection, [pk])[pk]


def test_an_edition_carries_a_paper_on_its_edition_day_else_when_published(
    house: House, make_record: Make, take_in: Take
) -> None:
    take_in(house, make_record(1), make_record(2, published_on=None))
    assert days_of(house, 1) == {date(2026, 2, 1)}
    assert days_of(house, 2) == set()
    take_in(house, make_record(1, edition_on=date(2026, 2, 5)))
    assert days_of(house, 1) == {date(2026, 2, 5)}
    take_in(house, make_record(1, source="daily-page", edition_on=date(2026, 2, 6)))
    assert days_of(house, 1) == {date(2026, 2, 5), date(2026, 2, 6)}


def test_hotness_is_stored_and_follows_the_counts(house: House, make_record: Make, take_in: Take) -> None:
    take_in(house, make_record(1, upvotes=1), make_record(2, upvotes=5))
    with house.database.read() as connection:
        assert [pk for pk, _ in papers.list_trending(connection, 5)] == [2, 1]
    take_in(house, make_record(1, upvotes=70))
    with house.database.read() as connection:
        assert [pk for pk, _ in papers.list_trending(connection, 5)] == [1, 2]
