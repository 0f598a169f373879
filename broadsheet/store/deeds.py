"""The log of what curators and operators did. It is only ever added to: the database itself refuses anything else."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from broadsheet.domain.deeds import Deed
from broadsheet.store.community_tables import deeds, readers
from broadsheet.store.since import find_newest, is_since, put_at


def add_deed(connection: Connection, deed: Deed) -> None:
    """Write a deed down; its pk and name are not looked at."""
    newest = select(func.max(deeds.c.done_at)).where(deeds.c.is_public == deed.is_public)
    values = {
        "done_at": put_at(connection, newest, deed.done_at),
        "reader_pk": deed.reader_pk,
        "verb": deed.verb,
        "subject": deed.subject,
    }
    connection.execute(insert(deeds).values(**values, detail=deed.detail, is_public=deed.is_public))


def find_newest_deed(connection: Connection, *, is_public: bool, since: datetime | None) -> datetime | None:
    """Return when the newest of these deeds was done, since a moment; None where none was."""
    wanted = deeds.c.is_public == is_public, is_since(deeds.c.done_at, since)
    return find_newest(connection, select(func.max(deeds.c.done_at)).where(*wanted))


def list_deeds(
    connection: Connection, *, is_public: bool, before: int = 0, limit: int = 50, since: datetime | None = None
) -> list[Deed]:
    """Return the newest deeds first: the public ones, or those that only operators see; older than a pk, 0 for all.

    With `since` (aware) those that were done at that moment or later.
    """
    wanted = select(deeds, readers.c.name, readers.c.full_name).outerjoin(readers, readers.c.pk == deeds.c.reader_pk)
    wanted = wanted.where(deeds.c.is_public == is_public, is_since(deeds.c.done_at, since))
    if before:
        wanted = wanted.where(deeds.c.pk < before)
    return [
        Deed(
            row.done_at.replace(tzinfo=UTC), row.reader_pk, row.verb, row.subject, row.detail,
            row.is_public, row.pk, row.full_name or row.name or "",
        )
        for row in connection.execute(wanted.order_by(deeds.c.pk.desc()).limit(limit))
    ]  # fmt: skip
