"""Libraries: which papers each reader saved, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from broadsheet.store.library_tables import library


def save_paper(connection: Connection, reader_pk: int, pk: int, now: datetime) -> None:
    """Put a paper into a reader's library; one that is there already stays with its moment."""
    if not is_saved(connection, reader_pk, pk):
        connection.execute(insert(library).values(reader_pk=reader_pk, paper_pk=pk, saved_at=now))


def remove_paper(connection: Connection, reader_pk: int, pk: int) -> None:
    """Take a paper out of a reader's library, whether it is there or not."""
    connection.execute(delete(library).where(library.c.reader_pk == reader_pk, library.c.paper_pk == pk))


def is_saved(connection: Connection, reader_pk: int, pk: int) -> bool:
    """Say whether a reader saved a paper."""
    entry = select(library.c.paper_pk).where(library.c.reader_pk == reader_pk, library.c.paper_pk == pk)
    return connection.execute(entry).first() is not None


def list_saved_pks(connection: Connection, reader_pk: int) -> list[int]:
    """Return the papers that a reader saved, ascending."""
    saved = select(library.c.paper_pk).where(library.c.reader_pk == reader_pk).order_by(library.c.paper_pk)
    return list(connection.execute(saved).scalars())
