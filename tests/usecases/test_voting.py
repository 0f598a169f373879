"""Votes: one a reader and paper, always counted right, and those for one's own do not count."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from broadsheet.domain.deeds import Hand
from broadsheet.domain.errors import NotFound
from broadsheet.domain.paper import WAITING, Record
from broadsheet.domain.readers import Reader
from broadsheet.store import hiding, moved_papers, papers, personal, readers, submissions
from broadsheet.usecases.accounts import delete_account
from broadsheet.usecases.check import check_house
from broadsheet.usecases.claim_papers import claim_paper, settle_claim
from broadsheet.usecases.curate_papers import join_papers
from broadsheet.usecases.import_papers import ImportCount, import_records
from broadsheet.usecases.read_papers import read_paper, read_trending
from broadsheet.usecases.voting import read_votes, vote
from broadsheet.wiring import House

Make = Callable[..., Record]
Take = Callable[..., ImportCount]
ONE = "2603.00001"


@pytest.fixture
def filled(house: House, make_record: Make, take_in: Take) -> House:
    take_in(house, *(make_record(n) for n in (1, 2, 3)))
    return house


def people(house: House, count: int, role: str = "reader") -> list[Reader]:
    with house.database.write() as connection:
        return [readers.insert_reader(connection, f"{role}-{n}", "", role, house.clock()) for n in range(count)]


def counted(house: House, paper_id: str = ONE) -> int:
    """Return the count that is stored, after comparing it with one made anew."""
    with house.database.write() as connection:
        paper = papers.get_paper(connection, paper_id, with_hidden=True)
        moved_papers.recount(connection, paper.pk)
        assert papers.get_paper(connection, paper_id, with_hidden=True).own_upvotes == paper.own_upvotes
        return paper.own_upvotes


def test_a_vote_counts_once_and_is_taken_back(filled: House, now: datetime) -> None:
    ada, bo = people(filled, 2)
    for _ in range(2):
        assert vote(filled.database, ONE, ada, now, is_for=True).upvotes == 1
    assert vote(filled.database, ONE, bo, now, is_for=True).upvotes == counted(filled) == 2
    for _ in range(2):
        assert vote(filled.database, ONE, ada, now, is_for=False).upvotes == counted(filled) == 1
    with pytest.raises(NotFound):
        vote(filled.database, "2603.99999", ada, now, is_for=True)


def test_votes_move_a_paper_up_and_the_index_learns_of_them(filled: House, now: datetime) -> None:
    (ada,) = people(filled, 1)
    assert read_trending(filled.database, 3).entries[-1].paper.id == ONE
    vote(filled.database, ONE, ada, now, is_for=True)
    assert read_trending(filled.database, 3).entries[0].paper.id == ONE
    assert all(check.ok for check in check_house(filled.database, filled.index))


def test_a_readers_votes_newest_first(filled: House, now: datetime) -> None:
    (ada,) = people(filled, 1)
    for n in (3, 2, 1):
        vote(filled.database, f"2603.0000{n}", ada, now + timedelta(hours=4 - n), is_for=True)
    listing = read_votes(filled.database, ada.pk, 2)
    assert [entry.paper.id for entry in listing.entries] == [ONE, "2603.00002"]
    assert (listing.count, len(listing.voted)) == (3, 2)


def test_votes_for_what_one_brought_do_not_count(filled: House, now: datetime) -> None:
    ada, bo = people(filled, 2)
    with filled.database.write() as connection:
        pk = papers.get_paper(connection, ONE).pk
        submissions.insert_submission(connection, pk, ada.pk, "", now)
    assert vote(filled.database, ONE, ada, now, is_for=True).upvotes == counted(filled) == 0
    assert vote(filled.database, ONE, bo, now, is_for=True).upvotes == 1
    assert vote(filled.database, ONE, ada, now, is_for=False).upvotes == counted(filled) == 1


def test_a_confirmed_authors_vote_no_longer_counts(filled: House, now: datetime) -> None:
    ada, bo = people(filled, 2)
    (curator,) = people(filled, 1, "curator")
    for reader in (ada, bo):
        vote(filled.database, ONE, reader, now, is_for=True)
    before = read_trending(filled.database, 1).entries[0].score
    claim_paper(filled.database, ONE, ada, "Ada Quill", "", now=now)
    assert counted(filled) == 2
    settle_claim(filled.database, 1, curator, "", now, is_confirmed=True)
    assert counted(filled) == 1
    assert read_trending(filled.database, 1).entries[0].score < before
    assert vote(filled.database, ONE, ada, now, is_for=False).upvotes == counted(filled) == 1


def test_who_leaves_takes_the_votes_along(filled: House, now: datetime) -> None:
    ada, bo = people(filled, 2)
    for reader in (ada, bo):
        vote(filled.database, ONE, reader, now, is_for=True)
    with filled.database.write() as connection:
        assert [row["paper"] for row in personal.list_everything_of(connection, ada.pk)["votes"]] == [ONE]
        personal.forget_reader(connection, ada.pk)
    assert counted(filled) == 1


def test_joined_papers_keep_their_votes_and_their_score(filled: House, make_record: Make, now: datetime) -> None:
    ada, bo, cleo = people(filled, 3)
    vote(filled.database, ONE, ada, now, is_for=True)
    vote(filled.database, ONE, bo, now, is_for=True)
    vote(filled.database, "2603.00002", cleo, now, is_for=True)
    with filled.database.write() as connection:
        pk = papers.get_paper(connection, "2603.00002").pk
        submissions.insert_submission(connection, pk, ada.pk, "", now)
    for reader in (ada, bo):
        vote(filled.database, "2603.00003", reader, now, is_for=True)
    join_papers(filled.database, ONE, "2603.00002", Hand("me"), now)
    assert counted(filled) == 2
    scores = {entry.paper.id: entry.score for entry in read_trending(filled.database, 3).entries}
    assert scores[ONE] == scores["2603.00003"]
    import_records(filled.database, [make_record(1, title="Newer words")], now)
    assert {entry.paper.id: entry.score for entry in read_trending(filled.database, 3).entries} == scores


def test_an_account_that_goes_leaves_no_score_behind(filled: House, now: datetime) -> None:
    (ada,) = people(filled, 1)
    before = read_trending(filled.database, 3).entries
    vote(filled.database, ONE, ada, now, is_for=True)
    delete_account(filled.database, ada, now)
    assert read_trending(filled.database, 3).entries == before


def test_nobody_votes_for_what_is_hidden(filled: House, now: datetime) -> None:
    (ada,) = people(filled, 1)
    with filled.database.write() as connection:
        hiding.set_hidden(connection, papers.get_paper(connection, ONE).pk, WAITING)
    with pytest.raises(NotFound):
        vote(filled.database, ONE, ada, now, is_for=True)


def test_fifty_at_once_and_none_is_lost(filled: House, now: datetime) -> None:
    everyone = people(filled, 50)
    begin = threading.Barrier(50)

    def press(reader: Reader) -> Any:
        begin.wait()
        vote(filled.database, ONE, reader, now, is_for=True)
        if reader.pk % 5 == 0:
            vote(filled.database, ONE, reader, now, is_for=False)

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(press, everyone)) == [None] * 50  # whatever was raised would be raised here
    assert counted(filled) == read_paper(filled.database, ONE).upvotes == 40
