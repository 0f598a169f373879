"""Links that readers gave to papers or took away; they outlive what sources say. `papers.list_papers` adds them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from broadsheet.domain.paper import Link
from broadsheet.store.community_tables import link_edits

_own = link_edits.c


def add_link(connection: Connection, pk: int, link: Link, by: int | None, now: datetime) -> None:
    """Give a paper a link, under this kind even where a source gives the same address another."""
    _set(connection, pk, link, by, now, is_removed=False)


def remove_link(connection: Connection, pk: int, url: str, by: int | None, now: datetime) -> None:
    """Take a link away from a paper, whoever gave it."""
    _set(connection, pk, Link("other", url), by, now, is_removed=True)


def take_back(connection: Connection, pk: int, url: str, by: int) -> bool:
    """Take back a link that this reader gave; say whether there was one."""
    own = (_own.paper_pk == pk) & (_own.url == url) & (_own.made_by == by) & ~_own.is_removed
    return connection.execute(delete(link_edits).where(own)).rowcount == 1


def count_edits(connection: Connection, pk: int) -> int:
    """Count the edits of a paper's links."""
    return connection.execute(select(func.count()).select_from(link_edits).where(_own.paper_pk == pk)).scalar_one()


def _set(connection: Connection, pk: int, link: Link, by: int | None, now: datetime, *, is_removed: bool) -> None:
    values = {"kind": link.kind, "is_removed": is_removed, "made_by": by, "made_at": now}
    made = insert(link_edits).values(paper_pk=pk, url=link.url, **values)
    connection.execute(made.on_conflict_do_update(index_elements=["paper_pk", "url"], set_=values))
