"""The index follows the record, whatever became of either."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broadsheet.domain.errors import Conflict
from broadsheet.domain.paper import Record
from broadsheet.store import index_queue, papers
from broadsheet.usecases.check import Check, check_house
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.indexing import drain_index, is_whole, rebuild_index
from broadsheet.wiring import House

Make = Callable[..., Record]


@pytest.fixture
def filled(house: House, make_record: Make, take_in: Callable[..., Any]) -> House:
    take_in(house, *(make_record(n) for n in range(1, 6)))
    return house


def verdicts(checks: list[Check]) -> dict[str, bool]:
    return {check.name: check.ok for check in checks}


def move_index(house: House, position: int) -> None:
    with house.index.batch() as batch:
        batch.commit(position)


def test_the_queue_is_empty_when_all_is_indexed(filled: House) -> None:
    with filled.database.read() as connection:
        assert index_queue.list_after(connection, 0, 10) == []
        assert is_whole(connection, filled.index)
    assert filled.index.position() == filled.index.count() == 5
    assert drain_index(filled.database, filled.index) == 0


def test_papers_that_are_gone_leave_the_index(filled: House) -> None:
    with filled.database.write() as connection:
        papers.delete_papers(connection, [2, 3])
        index_queue.enqueue(connection, [2, 3])
    drain_index(filled.database, filled.index)
    assert filled.index.count() == 3


@pytest.mark.parametrize("position", [0, 2, 6, 5_000])
def test_an_index_behind_or_ahead_is_filled_again(filled: House, position: int) -> None:
    move_index(filled, position)
    assert not verdicts(check_house(filled.database, filled.index, repair=False))["index"]
    checks = check_house(filled.database, filled.index)
    assert all(verdicts(checks).values())
    assert filled.index.count() == 5
    with filled.database.read() as connection:
        assert is_whole(connection, filled.index)


def test_an_index_that_lost_papers_but_not_its_position_is_rebuilt(filled: House) -> None:
    with filled.index.batch() as batch:
        batch.remove([1, 2])
        batch.commit(5)
    assert drain_index(filled.database, filled.index) == 0
    assert not verdicts(check_house(filled.database, filled.index, repair=False))["index"]
    assert all(verdicts(check_house(filled.database, filled.index)).values())
    assert filled.index.count() == 5


def test_an_index_of_another_record_is_rebuilt(
    filled: House, open_at: Callable[[Path], House], tmp_path: Path, make_record: Make, now: Any
) -> None:
    other = open_at(tmp_path / "other")
    import_records(other.database, [make_record(n) for n in range(10, 13)], now)
    drain_index(other.database, filled.index)
    assert all(verdicts(check_house(other.database, filled.index)).values())
    assert filled.index.count() == 3


def test_a_stop_makes_durable_what_is_done(house: House, make_record: Make, now: Any) -> None:
    import_records(house.database, [make_record(n) for n in range(1, 1_500)], now)
    first = drain_index(house.database, house.index, should_stop=lambda: True)
    assert 0 < first < 1_499
    assert house.index.count() == house.index.position() == first
    assert drain_index(house.database, house.index) == 1_499 - first
    assert house.index.count() == 1_499


def test_rebuild(filled: House) -> None:
    for _ in range(5):
        assert rebuild_index(filled.database, filled.index) == 5
        assert filled.index.count() == 5


def test_while_another_writes(filled: House, make_record: Make, now: Any) -> None:
    import_records(filled.database, [make_record(9)], now)
    with filled.index.batch(), pytest.raises(Conflict):
        drain_index(filled.database, filled.index)
    assert drain_index(filled.database, filled.index) == 1


def test_check_only_mends_nothing(filled: House) -> None:
    move_index(filled, 0)
    for _ in range(2):
        assert not verdicts(check_house(filled.database, filled.index, repair=False))["index"]
