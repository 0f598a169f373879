"""Libraries: each reader's own, each paper once, gone with the paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from broadsheet.domain.paper import Record
from broadsheet.store import library, moved_papers, papers, readers
from broadsheet.store.library_tables import library as table
from broadsheet.wiring import House

ADA, BO, CY = 1, 2, 3


@pytest.fixture(autouse=True)
def readers_of(house: House, now: datetime) -> None:
    with house.database.write() as connection:
        for name in ("ada", "bo", "cy"):
            readers.insert_reader(connection, name, "", "reader", now)


@pytest.fixture
def filled(house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]) -> House:
    take_in(house, *(make_record(n) for n in range(1, 5)))
    return house


def moments(house: House, reader: int) -> dict[int, datetime]:
    with house.database.read() as connection:
        rows = select(table.c.paper_pk, table.c.saved_at).where(table.c.reader_pk == reader)
        return {row.paper_pk: row.saved_at for row in connection.execute(rows)}


def test_a_library_is_a_readers_own(filled: House, now: datetime) -> None:
    with filled.database.write() as connection:
        for reader, pk in ((ADA, 3), (ADA, 1), (BO, 2)):
            library.save_paper(connection, reader, pk, now)
        library.remove_paper(connection, BO, 1)
    with filled.database.read() as connection:
        assert library.list_saved_pks(connection, ADA) == [1, 3]
        assert library.list_saved_pks(connection, BO) == [2]
        assert library.list_saved_pks(connection, CY) == []
        assert library.is_saved(connection, ADA, 1)
        assert not library.is_saved(connection, BO, 1)


def test_saved_twice_it_keeps_its_first_moment(filled: House, now: datetime) -> None:
    for later in (0, 1):
        with filled.database.write() as connection:
            library.save_paper(connection, ADA, 1, now + timedelta(days=later))
    assert moments(filled, ADA) == {1: now.replace(tzinfo=None)}


def test_a_paper_taken_out_of_the_record_is_in_no_library(filled: House, now: datetime) -> None:
    with filled.database.write() as connection:
        library.save_paper(connection, ADA, 1, now)
        papers.delete_papers(connection, [1])
    assert moments(filled, ADA) == {}


def test_places_move_and_what_was_there_stays(filled: House, now: datetime) -> None:
    with filled.database.write() as connection:
        library.save_paper(connection, ADA, 1, now + timedelta(days=5))
        library.save_paper(connection, ADA, 2, now + timedelta(days=2))
        library.save_paper(connection, ADA, 4, now + timedelta(days=9))
        library.save_paper(connection, BO, 3, now + timedelta(days=3))
        moved_papers.move_papers(connection, {2: 1, 3: 1})
    start = now.replace(tzinfo=None)
    assert moments(filled, ADA) == {1: start + timedelta(days=5), 4: start + timedelta(days=9)}
    assert moments(filled, BO) == {1: start + timedelta(days=3)}
