"""A library looked through, what is dismissed gone from a reader's lists, what was opened noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from broadsheet.domain.days import period_of
from broadsheet.domain.deeds import Hand
from broadsheet.domain.errors import Conflict, Invalid, NotFound
from broadsheet.domain.library import Changes, Wanted
from broadsheet.domain.listing import Arrived
from broadsheet.domain.paper import Record
from broadsheet.store import readers, visits
from broadsheet.usecases.curate_papers import join_papers
from broadsheet.usecases.embedding import follow_with_vectors
from broadsheet.usecases.note_visits import choose_history, clear_history, note_visits
from broadsheet.usecases.read_library import (
    Stretch,
    list_after,
    read_dismissed,
    read_history,
    read_library,
    read_shelf,
)
from broadsheet.usecases.read_papers import (
    Start,
    look_beside,
    read_edition,
    read_front_page,
    read_paper,
    read_trending,
    search_papers,
    similar_papers,
)
from broadsheet.usecases.save_papers import (
    add_folder,
    delete_folder,
    dismiss_paper,
    keep_paper,
    rename_folder,
    restore_paper,
    save_papers,
    unsave_papers,
)
from broadsheet.wiring import House

Make = Callable[..., Record]
ADA, BO = 1, 2
DAY = date(2026, 3, 3)


@pytest.fixture
def filled(house: House, make_record: Make, take_in: Callable[..., Any], now: datetime) -> House:
    with house.database.write() as connection:
        for name in ("ada", "bo"):
            readers.insert_reader(connection, name, "", "reader", now)
    take_in(
        house, *(make_record(n, edition_on=DAY, categories=("cs.CL",) if n < 4 else ("cs.CV",)) for n in range(1, 7))
    )
    return house


def name(n: int) -> str:
    return f"2603.{n:05d}"


def keep(house: House, n: int, now: datetime, reader: int = ADA, **changes: Any) -> None:
    keep_paper(house.database, name(n), reader, Changes(**changes), now + timedelta(minutes=n))


def look(house: House, reader: int = ADA, limit: int = 20, offset: int = 0, **wanted: Any) -> list[int]:
    answer = read_library(house.database, house.index, house.models, Wanted(**wanted), Stretch(reader, limit, offset))
    return [entry.paper.pk for entry in answer.page.entries]


def test_last_saved_first_by_folder_tag_and_state(filled: House, now: datetime) -> None:
    pk = add_folder(filled.database, ADA, "Lamps")
    keep(filled, 1, now, folders=(pk,), tags=("To Read",), is_read=True)
    keep(filled, 2, now, folders=(pk,))
    keep(filled, 3, now, tags=("to read", "tide"), note="mine")
    keep(filled, 4, now, reader=BO, tags=("to read",))
    assert look(filled) == [3, 2, 1]
    assert look(filled, folder=pk) == [2, 1]
    assert look(filled, tag="to read") == [3, 1]
    assert look(filled, state="read") == [1]
    assert look(filled, state="unread", tag="to read") == [3]
    assert look(filled, limit=2, offset=2) == [1]
    shelves = read_library(filled.database, filled.index, None, Wanted(), Stretch(ADA, 1)).shelves
    assert (shelves.count, shelves.unread, shelves.tags) == (3, 2, (("tide", 1), ("to read", 2)))
    assert [(one.name, one.count) for one in shelves.folders] == [("Lamps", 2)]
    desk = read_shelf(filled.database, ADA, read_paper(filled.database, name(3)))
    assert (desk.place.note, desk.place.tags, desk.place.is_saved) == ("mine", ("tide", "to read"), True)


def test_another_readers_folder_is_no_folder(filled: House, now: datetime) -> None:
    pk = add_folder(filled.database, BO, "Theirs")
    for strange in (
        lambda: look(filled, folder=pk),
        lambda: keep(filled, 1, now, folders=(pk,)),
        lambda: rename_folder(filled.database, ADA, pk, "Mine"),
        lambda: delete_folder(filled.database, ADA, pk),
    ):
        with pytest.raises(NotFound):
            strange()
    assert look(filled) == []


def test_folders_are_renamed_and_go_without_their_papers(filled: House, now: datetime) -> None:
    keep(filled, 1, now, new_folder="Lamps")
    one, other = add_folder(filled.database, ADA, "Lamps"), add_folder(filled.database, ADA, "Tides")
    with pytest.raises(Invalid):
        rename_folder(filled.database, ADA, other, "Lamps")
    rename_folder(filled.database, ADA, one, "Lights")
    assert look(filled, folder=one) == [1]
    delete_folder(filled.database, ADA, one)
    assert look(filled) == [1]


@pytest.mark.parametrize("has_vectors", [False, True])
def test_words_look_through_papers_and_notes(filled: House, now: datetime, has_vectors: bool) -> None:
    if has_vectors:
        follow_with_vectors(filled.models)
    keep(filled, 1, now, note="Zwölf ZEBRAS walk by")
    keep(filled, 2, now, tags=("x",))
    keep(filled, 4, now, note="zebras, too")
    keep(filled, 5, now, reader=BO, note="zebras")
    assert look(filled, text="zebras") == [4, 1]
    assert look(filled, text="zwölf zebras") == [1]
    assert look(filled, text="zebras cat:cs.CV") == [4]
    assert look(filled, text="ti:zebras") == look(filled, text="zebras OR unicorns") == []
    assert sorted(look(filled, text="lantern")) == [1, 2, 4]
    assert look(filled, text="lantern", tag="x") == [2]
    assert look(filled, text="zebras", tag="x") == []
    assert look(filled, text="zebras", limit=1, offset=1) == [1]


def test_taken_out_all_that_was_kept_goes(filled: House, now: datetime) -> None:
    keep(filled, 1, now, note="mine", tags=("a",), new_folder="F")
    keep(filled, 1, now, reader=BO, note="theirs", tags=("b",), new_folder="F")
    unsave_papers(filled.database, [name(1)], ADA)
    keep(filled, 1, now)
    paper = read_paper(filled.database, name(1))
    mine, theirs = (read_shelf(filled.database, reader, paper).place for reader in (ADA, BO))
    assert (mine.note, mine.tags, mine.folders) == ("", (), ())
    assert (theirs.note, theirs.tags, len(theirs.folders)) == ("theirs", ("b",), 1)


def test_a_list_goes_on_after_its_last_paper_whatever_came_since(filled: House, now: datetime) -> None:
    for n in (1, 2, 3):
        keep(filled, n, now)
    first = list_after(filled.database, Stretch(ADA, 2), Wanted(), None)
    assert ([one.paper.pk for one in first.entries], first.count, first.has_more) == ([3, 2], 3, True)
    keep(filled, 4, now)
    unsave_papers(filled.database, [name(2)], ADA)
    rest = list_after(filled.database, Stretch(ADA, 2), Wanted(), (first.entries[-1].at, 2))
    assert ([one.paper.pk for one in rest.entries], rest.has_more) == ([1], False)


def lists(house: House, reader: int | None) -> dict[str, tuple[set[int], int]]:
    database, index = house.database, house.index
    edition = read_edition(database, period_of("day", DAY), 100, 0, Arrived(reader=reader)).listing
    found = {
        "edition": edition,
        "week": read_edition(database, period_of("week", DAY), 100, 0, Arrived(reader=reader)).listing,
        "front": read_front_page(database, DAY, 100, 0, Arrived(reader=reader)).listing,
        "trending": read_trending(database, 100, 0, Arrived(reader=reader)),
        "search": search_papers(database, index, "lantern", 100, house.models, Start(reader=reader)).listing,
        "newest": search_papers(database, index, "cat:cs.CL OR cat:cs.CV", 100, None, Start(reader=reader)).listing,
        "similar": similar_papers(database, index, read_paper(database, name(6)), 100, house.models, reader),
    }
    return {key: ({entry.paper.pk for entry in one.entries}, one.count) for key, one in found.items()}


@pytest.mark.parametrize("has_vectors", [False, True])
def test_what_is_dismissed_is_gone_from_all_lists_and_counts(filled: House, now: datetime, has_vectors: bool) -> None:
    if has_vectors:
        follow_with_vectors(filled.models)
    before = lists(filled, ADA)
    assert all(pks >= {2, 5} and len(pks) == count for pks, count in before.values())
    for n in (2, 5):
        dismiss_paper(filled.database, name(n), ADA, now)
    for key, (pks, count) in lists(filled, ADA).items():
        assert pks == before[key][0] - {2, 5}, key
        assert count == before[key][1] - 2, key
    assert lists(filled, BO) == lists(filled, None) == before
    answer = search_papers(filled.database, filled.index, "lantern", 100, None, Start(reader=ADA))
    counts = {facet.field: dict(facet.counts) for facet in look_beside(filled.index, answer).facets}
    assert counts["category"] == {"cs.cl": 2, "cs.cv": 2}
    restore_paper(filled.database, name(2), ADA)
    assert lists(filled, ADA)["trending"] == ({1, 2, 3, 4, 6}, 5)


def test_pages_of_a_list_without_the_dismissed_are_whole(filled: House, now: datetime) -> None:
    dismiss_paper(filled.database, name(2), ADA, now)
    pages = [read_trending(filled.database, 2, offset, Arrived(reader=ADA)) for offset in (0, 2, 4)]
    assert [len(page.entries) for page in pages] == [2, 2, 1]
    assert [page.has_more for page in pages] == [True, True, False]
    found = [search_papers(filled.database, filled.index, "lantern", 2, None, Start(n, 0, ADA)) for n in (0, 2, 4)]
    assert [len(answer.listing.entries) for answer in found] == [2, 2, 1]


def test_the_very_paper_whose_id_is_typed_is_found_all_the_same(filled: House, now: datetime) -> None:
    dismiss_paper(filled.database, name(2), ADA, now)
    answer = search_papers(filled.database, filled.index, name(2), 10, None, Start(reader=ADA))
    assert answer.listing.entries[0].paper.pk == 2


def test_saved_or_dismissed_never_both(filled: House, now: datetime) -> None:
    dismiss_paper(filled.database, name(1), ADA, now)
    save_papers(filled.database, [name(1)], ADA, now)
    assert read_dismissed(filled.database, Stretch(ADA, 10)).count == 0
    with pytest.raises(Conflict):
        dismiss_paper(filled.database, name(1), ADA, now)
    dismiss_paper(filled.database, name(2), ADA, now)
    joined = join_papers(filled.database, name(2), name(1), Hand("ada"), now)
    place = read_shelf(filled.database, ADA, joined).place
    assert (place.is_saved, place.is_dismissed) == (True, False)
    assert read_dismissed(filled.database, Stretch(ADA, 10)).count == 0


def opened(house: House, reader: int = ADA) -> list[int]:
    return [entry.paper.pk for entry in read_history(house.database, Stretch(reader, 10))[0].entries]


def test_visits_are_noted_once_an_hour_without_moving_the_revision(filled: House, now: datetime) -> None:
    before = filled.database.revision()
    assert note_visits(filled.database, {(ADA, 1): now, (ADA, 2): now + timedelta(minutes=1), (BO, 3): now}) == 3
    assert note_visits(filled.database, {(ADA, 1): now + timedelta(minutes=59)}) == 0
    assert note_visits(filled.database, {(ADA, 1): now + timedelta(minutes=60)}) == 1
    assert opened(filled) == [1, 2]
    note_visits(filled.database, {(ADA, 999): now, (77, 1): now})  # both went meanwhile
    assert opened(filled) == [1, 2]
    choose_history(filled.database, ADA, keeps=False)
    assert note_visits(filled.database, {(ADA, 4): now}) == 0
    clear_history(filled.database, ADA)
    assert (opened(filled), opened(filled, BO)) == ([], [3])
    choose_history(filled.database, ADA, keeps=True)
    assert note_visits(filled.database, {(ADA, 4): now}) == 1
    with filled.database.read() as connection:
        assert visits.find_zotero(connection, ADA) == ("", 0)
    assert filled.database.revision() == before
