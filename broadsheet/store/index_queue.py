"""The queue by which the index follows the record: a position for each change of a paper, never given twice."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select, update

from broadsheet.store.bulk import insert_rows
from broadsheet.store.tables import facts, index_queue


def enqueue(connection: Connection, pks: Sequence[int]) -> range:
    """Note that papers have changed or gone, in the transaction that changes them; return their positions."""
    if not pks:
        return range(0)
    last = last_position(connection)
    insert_rows(connection, index_queue, ("position", "paper_pk"), enumerate(pks, last + 1))
    moved = update(facts).where(facts.c.name == "queued").values(value=str(last + len(pks)))
    connection.execute(moved)
    return range(last + 1, last + 1 + len(pks))


def last_position(connection: Connection) -> int:
    """Return the last position ever given."""
    return int(connection.execute(select(facts.c.value).where(facts.c.name == "queued")).scalar_one())


def list_after(connection: Connection, position: int, limit: int) -> list[tuple[int, int]]:
    """Return up to `limit` (position, pk) after a position, oldest first."""
    rows = select(index_queue.c.position, index_queue.c.paper_pk).where(index_queue.c.position > position)
    return [(at, pk) for at, pk in connection.execute(rows.order_by(index_queue.c.position).limit(limit))]


def count_after(connection: Connection, position: int) -> int:
    """Count the entries after a position."""
    rows = select(func.count()).select_from(index_queue).where(index_queue.c.position > position)
    return connection.execute(rows).scalar_one()


def delete_through(connection: Connection, position: int) -> None:
    """Forget the positions that the index has made durable."""
    connection.execute(delete(index_queue).where(index_queue.c.position <= position))
