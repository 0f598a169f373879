"""What could not be read is kept once, where the operator sees it."""

from __future__ import annotations

from datetime import datetime

from broadsheet.store.set_aside import SetAsideRow, count_set_aside, insert_set_aside, list_set_aside
from broadsheet.wiring import House

ROWS = [SetAsideRow("a.bib", 3, "no title", "@article{x,"), SetAsideRow("a.bib", 9, "no title", "@book{y,")]


def test_each_thing_is_noted_once_newest_first(house: House, now: datetime) -> None:
    for rows in ([ROWS[0], ROWS[0]], ROWS, ROWS):
        with house.database.write() as connection:
            insert_set_aside(connection, rows, now)
    with house.database.read() as connection:
        assert list_set_aside(connection, 10) == ROWS[::-1]
        assert list_set_aside(connection, 1) == ROWS[1:]
        assert count_set_aside(connection) == 2


def test_what_is_known_does_not_move_the_revision(house: House, now: datetime) -> None:
    with house.database.write() as connection:
        insert_set_aside(connection, ROWS, now)
    before = house.database.revision()
    with house.database.write() as connection:
        insert_set_aside(connection, ROWS, now)
    assert house.database.revision() == before
