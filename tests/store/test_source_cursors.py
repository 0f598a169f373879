"""How far each source has been taken in."""

from __future__ import annotations

from datetime import datetime, timedelta

from broadsheet.store.source_cursors import find_cursor, set_cursor
from broadsheet.wiring import House


def test_a_cursor_is_kept_for_each_source(house: House, now: datetime) -> None:
    with house.database.write() as connection:
        assert find_cursor(connection, "arxiv") is None
        set_cursor(connection, "arxiv", "a", now)
        set_cursor(connection, "hub", "", now)
        set_cursor(connection, "arxiv", "b", now + timedelta(hours=1))
    with house.database.read() as connection:
        assert find_cursor(connection, "arxiv") == "b"
        assert find_cursor(connection, "hub") == ""
        moved = connection.exec_driver_sql("SELECT source, moved_at FROM source_cursors ORDER BY source").all()
    assert [(source, at[:19]) for source, at in moved] == [
        ("arxiv", "2026-03-04 18:00:00"),
        ("hub", "2026-03-04 17:00:00"),
    ]


def test_the_same_cursor_again_does_not_move_the_revision(house: House, now: datetime) -> None:
    with house.database.write() as connection:
        set_cursor(connection, "arxiv", "a", now)
    before = house.database.revision()
    with house.database.write() as connection:
        set_cursor(connection, "arxiv", "a", now + timedelta(hours=1))
    assert house.database.revision() == before
