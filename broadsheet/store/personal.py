"""All that belongs to one reader, in whatever table: to be given to the reader, or to be forgotten."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, delete, or_, select

from broadsheet.store import group_papers
from broadsheet.store.comment_votes import forget_votes
from broadsheet.store.community_tables import deeds, readers, votes
from broadsheet.store.moved_papers import recount  # which knows all tables of readers
from broadsheet.store.tables import metadata, papers

_SECRET = ("token_hash", "browser_hash", "invitation_hash")


def list_everything_of(connection: Connection, reader_pk: int) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table that name a reader, without what is secret; papers by their ids."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        named = _columns_of_reader(table)
        if not named:
            continue
        columns: list[Any] = [column for column in table.c if column.name not in _SECRET and column.name != "paper_pk"]
        wanted = select(*columns).where(or_(*(column == reader_pk for column in named)))
        if "paper_pk" in table.c:
            wanted = wanted.add_columns(papers.c.id.label("paper")).join(papers, papers.c.pk == table.c.paper_pk)
        rows = connection.execute(wanted).mappings()
        found[str(table.name)] = [{str(name): _plain(value) for name, value in row.items()} for row in rows]
    return found


def forget_reader(connection: Connection, reader_pk: int) -> list[int]:
    """Take a reader's votes back, count anew, and return for which papers they were.

    The rest goes, or loses its name, with the reader's own row.
    """
    group_papers.forget_votes(connection, reader_pk)
    voted = list(connection.execute(select(votes.c.paper_pk).where(votes.c.reader_pk == reader_pk)).scalars())
    connection.execute(delete(votes).where(votes.c.reader_pk == reader_pk))
    for pk in voted:
        recount(connection, pk)
    forget_votes(connection, reader_pk)
    return voted


def _columns_of_reader(table: Table) -> list[Any]:
    if table is readers:
        return [readers.c.pk]
    if table is deeds:
        return [deeds.c.reader_pk]
    return [key.parent for key in table.foreign_keys if key.column.table is readers]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
