"""Libraries: which papers each reader saved, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from broadsheet.store.papers import CHUNK
from broadsheet.store.tables import library


def save_paper(connection: Connection, reader: str, pk: int, now: datetime) -> None:
    """Put a paper into a reader's library; one that is there already stays with its moment."""
    if not is_saved(connection, reader, pk):
        connection.execute(insert(library).values(reader=reader, paper_pk=pk, saved_at=now))


def remove_paper(connection: Connection, reader: str, pk: int) -> None:
    """Take a paper out of a reader's library, whether it is there or not."""
    connection.execute(delete(library).where(library.c.reader == reader, library.c.paper_pk == pk))


def is_saved(connection: Connection, reader: str, pk: int) -> bool:
    """Say whether a reader saved a paper."""
    entry = select(library.c.paper_pk).where(library.c.reader == reader, library.c.paper_pk == pk)
    return connection.execute(entry).first() is not None


def list_saved_pks(connection: Connection, reader: str) -> list[int]:
    """Return the papers that a reader saved, ascending."""
    saved = select(library.c.paper_pk).where(library.c.reader == reader).order_by(library.c.paper_pk)
    return list(connection.execute(saved).scalars())


def count_saved(connection: Connection, reader: str) -> int:
    """Count the papers that a reader saved."""
    saved = select(func.count()).select_from(library).where(library.c.reader == reader)
    return connection.execute(saved).scalar_one()


def move_saved(connection: Connection, moves: Mapping[int, int]) -> None:
    """Let the libraries that hold a key of `moves` hold its value instead; the first moment of saving counts."""
    gone, table = list(moves), library.c
    for start in range(0, len(gone), CHUNK):
        here = table.paper_pk.in_(gone[start : start + CHUNK])
        entries = connection.execute(select(table.reader, table.paper_pk, table.saved_at).where(here)).all()
        for reader, pk, saved_at in entries:
            staying = select(table.saved_at).where(table.reader == reader, table.paper_pk == moves[pk])
            before = connection.execute(staying).scalar()
            if before is None or saved_at < before:
                remove_paper(connection, reader, moves[pk])
                save_paper(connection, reader, moves[pk], saved_at)
        connection.execute(delete(library).where(here))
