"""A position for each change, never given twice."""

from __future__ import annotations

from broadsheet.store import index_queue
from broadsheet.wiring import House


def test_positions_go_on_after_the_queue_was_emptied(house: House) -> None:
    with house.database.write() as connection:
        index_queue.enqueue(connection, [7, 8])
        index_queue.enqueue(connection, [])
        index_queue.enqueue(connection, [7])
    with house.database.read() as connection:
        assert index_queue.list_after(connection, 0, 10) == [(1, 7), (2, 8), (3, 7)]
        assert index_queue.list_after(connection, 1, 1) == [(2, 8)]
        assert index_queue.count_after(connection, 1) == 2
    with house.database.write() as connection:
        index_queue.delete_through(connection, 3)
        index_queue.enqueue(connection, [9])
        assert index_queue.list_after(connection, 0, 10) == [(4, 9)]
        assert index_queue.last_position(connection) == 4
