"""A paper that was hidden since it came arrives on the day on which it is shown: it gets a pk of that day.

By pk and moment programs ask for what is new (`since`), saved searches count, webhooks tell: under its old one a paper
that is shown late would be new to nobody.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from broadsheet.store import community_tables, delivery_tables, library_tables
from broadsheet.store.papers import next_pk
from broadsheet.store.tables import metadata, papers

# Each says something of a paper; that these modules are imported is how they come to be in the metadata.
_ROOMS = (community_tables, delivery_tables, library_tables)


def arrive_now(connection: Connection, pk: int, now: datetime) -> int:
    """Give a paper a new pk with all that belongs to it, and return that; the old one is gone."""
    new = next_pk(connection)
    row = dict(connection.execute(select(papers).where(papers.c.pk == pk)).one()._mapping)
    connection.execute(update(papers).where(papers.c.pk == pk).values(id=f"{row['id']} as it was"))
    connection.execute(insert(papers).values(**{**row, "pk": new, "added_at": now}))
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            if key.column is papers.c.pk:
                connection.execute(update(table).where(key.parent == pk).values({key.parent.name: new}))
    connection.execute(delete(papers).where(papers.c.pk == pk))
    return new
