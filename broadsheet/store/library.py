"""Libraries: which papers each reader saved, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from broadsheet.store.hiding import is_shown
from broadsheet.store.library_tables import library, library_filings, library_folders, library_tags
from broadsheet.store.since import put_at


def save_paper(connection: Connection, reader_pk: int, pk: int, now: datetime) -> bool:
    """Put a paper into a reader's library; one that is there already stays with its moment. Say whether it is new."""
    if is_saved(connection, reader_pk, pk):
        return False
    saved_at = put_at(connection, select(func.max(library.c.saved_at)).where(library.c.reader_pk == reader_pk), now)
    connection.execute(insert(library).values(reader_pk=reader_pk, paper_pk=pk, saved_at=saved_at))
    return True


def remove_paper(connection: Connection, reader_pk: int, pk: int) -> None:
    """Take a paper out of a reader's library with its note, tags and folders, whether it is there or not."""
    own = select(library_folders.c.pk).where(library_folders.c.reader_pk == reader_pk)
    filed = (library_filings.c.paper_pk == pk) & library_filings.c.folder_pk.in_(own)
    connection.execute(delete(library_filings).where(filed))
    for table in (library_tags, library):
        connection.execute(delete(table).where(table.c.reader_pk == reader_pk, table.c.paper_pk == pk))


def is_saved(connection: Connection, reader_pk: int, pk: int) -> bool:
    """Say whether a reader saved a paper."""
    entry = select(library.c.paper_pk).where(library.c.reader_pk == reader_pk, library.c.paper_pk == pk)
    return connection.execute(entry).first() is not None


def list_saved_pks(connection: Connection, reader_pk: int) -> list[int]:
    """Return the papers that a reader saved and that everyone sees, ascending."""
    saved = select(library.c.paper_pk).where(library.c.reader_pk == reader_pk, is_shown(library.c.paper_pk))
    return list(connection.execute(saved.order_by(library.c.paper_pk)).scalars())
