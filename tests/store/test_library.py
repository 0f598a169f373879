"""Libraries: each reader's own, each paper once, gone with the paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from broadsheet.domain.paper import Record
from broadsheet.store import library, papers, tables
from broadsheet.wiring import House


@pytest.fixture
def filled(house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]) -> House:
    take_in(house, *(make_record(n) for n in range(1, 5)))
    return house


def moments(house: House, reader: str) -> dict[int, datetime]:
    with house.database.read() as connection:
        rows = select(tables.library.c.paper_pk, tables.library.c.saved_at).where(tables.library.c.reader == reader)
        return {row.paper_pk: row.saved_at for row in connection.execute(rows)}


def test_a_library_is_a_readers_own(filled: House, now: datetime) -> None:
    with filled.database.write() as connection:
        for reader, pk in (("ada", 3), ("ada", 1), ("bo", 2)):
            library.save_paper(connection, reader, pk, now)
        library.remove_paper(connection, "bo", 1)
    with filled.database.read() as connection:
        assert library.list_saved_pks(connection, "ada") == [1, 3]
        assert library.list_saved_pks(connection, "bo") == [2]
        assert [library.count_saved(connection, reader) for reader in ("ada", "bo", "cy")] == [2, 1, 0]
        assert library.is_saved(connection, "ada", 1)
        assert not library.is_saved(connection, "bo", 1)


def test_saved_twice_it_keeps_its_first_moment(filled: House, now: datetime) -> None:
    for later in (0, 1):
        with filled.database.write() as connection:
            library.save_paper(connection, "ada", 1, now + timedelta(days=later))
    assert moments(filled, "ada") == {1: now.replace(tzinfo=None)}


def test_a_paper_taken_out_of_the_record_is_in_no_library(filled: House, now: datetime) -> None:
    with filled.database.write() as connection:
        library.save_paper(connection, "ada", 1, now)
        papers.delete_papers(connection, [1])
    assert moments(filled, "ada") == {}


@pytest.mark.parametrize(("first", "expected"), [(0, 0), (5, 2)])
def test_places_move_and_the_first_moment_counts(filled: House, now: datetime, first: int, expected: int) -> None:
    with filled.database.write() as connection:
        library.save_paper(connection, "ada", 1, now + timedelta(days=first))
        library.save_paper(connection, "ada", 2, now + timedelta(days=2))
        library.save_paper(connection, "ada", 4, now + timedelta(days=9))
        library.save_paper(connection, "bo", 3, now + timedelta(days=3))
        library.move_saved(connection, {2: 1, 3: 1})
    start = now.replace(tzinfo=None)
    assert moments(filled, "ada") == {1: start + timedelta(days=expected), 4: start + timedelta(days=9)}
    assert moments(filled, "bo") == {1: start + timedelta(days=3)}
