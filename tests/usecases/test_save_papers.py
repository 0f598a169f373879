"""The library: all or none are saved, a merge carries it along, and a search looks in it alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from broadsheet.domain.deeds import Hand
from broadsheet.domain.errors import NotFound
from broadsheet.domain.paper import Record
from broadsheet.index.asking import LARGEST_ONE_BY_ONE
from broadsheet.store import library, papers, readers, sample_papers
from broadsheet.usecases.curate_papers import join_papers
from broadsheet.usecases.embedding import follow_with_vectors
from broadsheet.usecases.import_papers import remove_sample
from broadsheet.usecases.load_sample import load_sample_if_empty
from broadsheet.usecases.read_papers import (
    NO_READER,
    NOTHING_SAVED,
    SearchAnswer,
    Start,
    look_beside,
    read_paper,
    search_papers,
)
from broadsheet.usecases.save_papers import is_saved, save_papers, unsave_papers
from broadsheet.wiring import House

Make = Callable[..., Record]
Take = Callable[..., Any]
ADA, BO, CY = 1, 2, 3
HERS = Start(reader=ADA)


@pytest.fixture(autouse=True)
def readers_of(house: House, now: datetime) -> None:
    with house.database.write() as connection:
        for name in ("ada", "bo", "cy"):
            readers.insert_reader(connection, name, "", "reader", now)


@pytest.fixture
def filled(house: House, make_record: Make, take_in: Take) -> House:
    take_in(house, *(make_record(n) for n in range(1, 7)))
    return house


def saved(house: House, reader: int = ADA) -> list[int]:
    with house.database.read() as connection:
        return library.list_saved_pks(connection, reader)


def search(house: House, text: str, start: Start = HERS, limit: int = 20) -> SearchAnswer:
    return search_papers(house.database, house.index, text, limit, house.models, start)


def found(answer: SearchAnswer) -> list[int]:
    return [entry.paper.pk for entry in answer.listing.entries]


def test_all_or_none(filled: House, now: datetime) -> None:
    with pytest.raises(NotFound):
        save_papers(filled.database, ["2603.00001", "2603.99999"], ADA, now)
    assert saved(filled) == []
    done = save_papers(filled.database, ["2603.00001", "2603.00002"], ADA, now)
    assert [paper.pk for paper in done] == saved(filled) == [1, 2]
    assert is_saved(filled.database, done[0], ADA)
    assert not is_saved(filled.database, done[0], BO)
    with pytest.raises(NotFound):
        unsave_papers(filled.database, ["2603.00001", "2603.99999"], ADA)
    assert [paper.pk for paper in unsave_papers(filled.database, ["2603.00001", "2603.00003"], ADA)] == [1, 3]
    assert saved(filled) == [2]


@pytest.mark.parametrize("mine", [["2603.00001"], ["2603.00002"], ["2603.00001", "2603.00002"]])
def test_a_merge_carries_it_along(filled: House, now: datetime, mine: list[str]) -> None:
    save_papers(filled.database, [*mine, "2603.00003"], ADA, now)
    joined = join_papers(filled.database, "2603.00002", "2603.00001", Hand("ada"), now)
    assert saved(filled) == [joined.pk, 3]
    assert is_saved(filled.database, read_paper(filled.database, "2603.00002"), ADA)


@pytest.mark.parametrize(
    ("text", "pks"),
    [
        ("in:library", [2, 5]),
        ("lantern in:library", [2, 5]),
        ("-in:library", [1, 3, 4, 6]),
        ("lantern -in:library", [1, 3, 4, 6]),
        ("in:library OR id:2603.00001", [1, 2, 5]),
        ("-(in:library OR id:2603.00001)", [3, 4, 6]),
        ("(lantern in:library) OR id:2603.00001", [1, 2, 5]),
        ("lantern in:library in:library", [2, 5]),
        ("in:library -in:library", []),
        ("in:library id:2603.00001", []),
    ],
)
@pytest.mark.parametrize("has_vectors", [False, True])
def test_it_stands_in_a_query_as_any_condition(
    filled: House, now: datetime, text: str, pks: list[int], has_vectors: bool
) -> None:
    if has_vectors:
        follow_with_vectors(filled.models)
    save_papers(filled.database, ["2603.00002", "2603.00005"], ADA, now)
    save_papers(filled.database, ["2603.00006"], BO, now)
    answer = search(filled, text)
    assert sorted(found(answer)) == pks
    assert answer.listing.count == len(pks)
    assert answer.notice == ""
    assert answer.query.complaint == ""


def test_the_worst_matches_of_all_are_all_found_there(
    house: House, make_record: Make, take_in: Take, now: datetime
) -> None:
    """Twenty papers far below the hundred candidates that each side would bring for all papers."""
    good = [make_record(n, title="Lantern harbour", abstract="Lantern light in the harbour.") for n in range(1, 301)]
    padding = "The council met, heard the minutes, counted boats, barrels and ropes, and went home. " * 3
    by_word = [make_record(n, title=f"Minutes {n}", abstract=padding + "A lantern.") for n in range(301, 311)]
    by_meaning = [
        make_record(n, title="A lamp at the harbor", abstract=f"Candle {n} at the port.", keywords=())
        for n in range(311, 321)
    ]
    take_in(house, *good, *by_word, *by_meaning)
    follow_with_vectors(house.models)
    mine = {f"2603.{n:05d}" for n in range(301, 321)}
    save_papers(house.database, sorted(mine), ADA, now)
    everywhere = search(house, "lantern harbour", limit=100)
    assert everywhere.mode == "hybrid"
    assert not mine & {entry.paper.id for entry in everywhere.listing.entries}
    answer = search(house, "lantern harbour in:library")
    assert answer.mode == "hybrid"
    assert {entry.paper.id for entry in answer.listing.entries} == mine
    assert answer.listing.count == 20
    later = search(house, "lantern harbour in:library", Start(10, answer.listing.through, ADA), 10)
    assert found(later) == found(answer)[10:]
    words = search_papers(house.database, house.index, "lantern harbour in:library", 20, None, HERS)
    assert {entry.paper.id for entry in words.listing.entries} == {f"2603.{n:05d}" for n in range(301, 311)}


def test_a_large_library_is_looked_through_as_well(
    house: House, make_record: Make, take_in: Take, now: datetime
) -> None:
    count = LARGEST_ONE_BY_ONE + 20
    take_in(house, *(make_record(n, title=f"Lantern {n}", abstract="") for n in range(1, count + 1)))
    with house.database.write() as connection:
        for pk in range(11, count + 1):
            library.save_paper(connection, ADA, pk, now)
    assert search(house, "in:library").listing.count == count - 10
    assert search(house, "lantern in:library").listing.count == count - 10
    assert search(house, "lantern -in:library").listing.count == 10


def test_what_stands_beside_counts_the_library_alone(
    house: House, make_record: Make, take_in: Take, now: datetime
) -> None:
    take_in(house, *(make_record(n, categories=("cs.CL",) if n < 4 else ("cs.CV",)) for n in range(1, 7)))
    save_papers(house.database, ["2603.00001", "2603.00006"], ADA, now)
    facets = {facet.field: facet.counts for facet in look_beside(house.index, search(house, "in:library")).facets}
    assert facets["category"] == (("cs.cl", 1), ("cs.cv", 1))


@pytest.mark.parametrize("text", ["in:library", "lantern in:library"])
def test_an_empty_library_and_no_reader_say_so(filled: House, now: datetime, text: str) -> None:
    save_papers(filled.database, ["2603.00001"], ADA, now)
    for start, notice in ((Start(reader=BO), NOTHING_SAVED), (Start(), NO_READER)):
        answer = search(filled, text, start)
        assert (found(answer), answer.listing.count, answer.notice) == ([], 0, notice)
        assert look_beside(filled.index, answer).notice == notice
    assert search(filled, "lantern", Start()).notice == ""


def test_what_came_since_is_no_library(filled: House, now: datetime) -> None:
    save_papers(filled.database, ["2603.00001"], ADA, now)
    for reader in (ADA, BO, None):
        some, none = (search(filled, "lantern", Start(after=after, reader=reader)) for after in (3, 6))
        assert (sorted(found(some)), some.notice) == ([4, 5, 6], "")
        assert (found(none), none.notice) == ([], "")
    assert search(filled, "lantern in:library", Start(after=3)).notice == NO_READER
    assert search(filled, "lantern in:library", Start(after=6, reader=BO)).notice == NOTHING_SAVED
    assert search(filled, "lantern in:library", Start(after=6, reader=ADA)).notice == ""


def test_a_sample_paper_that_was_saved_stays_when_real_ones_come(
    house: House, now: datetime, make_record: Make, take_in: Take
) -> None:
    load_sample_if_empty(house.database, house.index, now.date(), now)
    with house.database.read() as connection:
        (kept,) = papers.list_papers(connection, sample_papers.list_sample_pks(connection)[:1])
    save_papers(house.database, [kept.id], ADA, now)
    take_in(house, make_record(1))
    remove_sample(house.database)
    with house.database.read() as connection:
        assert papers.count_papers(connection) == 2
    assert saved(house) == [kept.pk]
