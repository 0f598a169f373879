"""Feeds of readers' own lists at secret addresses, and what becomes of them and of mail when a group changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from broadsheet.domain.errors import NotFound
from broadsheet.domain.own_lists import GROUP, OwnFeed
from broadsheet.store.alert_tables import own_feeds
from broadsheet.store.delivery_tables import subscriptions
from broadsheet.store.library_tables import group_members

_NONE = "There is no such feed of yours: /feeds/mine names them."


def insert_feed(connection: Connection, reader_pk: int, kind: str, value: str, now: datetime) -> None:
    """Give a list a feed; one that has it keeps it."""
    values = {"reader_pk": reader_pk, "kind": kind, "value": value, "feed_from": now}
    connection.execute(insert(own_feeds).prefix_with("OR IGNORE").values(values))


def list_feeds(connection: Connection, reader_pk: int) -> list[OwnFeed]:
    """Return a reader's feeds, groups first, by name."""
    mine = select(own_feeds).where(own_feeds.c.reader_pk == reader_pk).order_by(own_feeds.c.kind, own_feeds.c.value)
    return [_feed(row) for row in connection.execute(mine)]


def count_feeds(connection: Connection, reader_pk: int) -> int:
    """Count a reader's feeds."""
    mine = select(func.count()).select_from(own_feeds).where(own_feeds.c.reader_pk == reader_pk)
    return connection.execute(mine).scalar_one()


def find_feed(connection: Connection, pk: int) -> OwnFeed | None:
    """Return a feed of whomever, or None."""
    row = connection.execute(select(own_feeds).where(own_feeds.c.pk == pk)).first()
    return _feed(row) if row else None


def find_feed_of(connection: Connection, reader_pk: int, kind: str, value: str) -> OwnFeed | None:
    """Return the feed of a reader's list, None where it has none."""
    own = (own_feeds.c.reader_pk == reader_pk) & (own_feeds.c.kind == kind) & (own_feeds.c.value == value)
    row = connection.execute(select(own_feeds).where(own)).first()
    return _feed(row) if row else None


def renew_feed(connection: Connection, reader_pk: int, pk: int, now: datetime) -> None:
    """Give a reader's feed another address; raises NotFound."""
    own = (own_feeds.c.reader_pk == reader_pk) & (own_feeds.c.pk == pk)
    if connection.execute(update(own_feeds).where(own).values(feed_from=now)).rowcount == 0:
        raise NotFound(_NONE)


def delete_feed(connection: Connection, reader_pk: int, pk: int) -> None:
    """Take the feed of a reader's list away; raises NotFound."""
    own = (own_feeds.c.reader_pk == reader_pk) & (own_feeds.c.pk == pk)
    if connection.execute(delete(own_feeds).where(own)).rowcount == 0:
        raise NotFound(_NONE)


def end_group(connection: Connection, name: str, reader_pk: int | None = None) -> None:
    """End the feeds of a group and its editions by mail, for a reader who is in it no more, or for all."""
    for table in (own_feeds, subscriptions):
        of_group = _of_group(table, name)
        gone = of_group if reader_pk is None else of_group & (table.c.reader_pk == reader_pk)
        connection.execute(delete(table).where(gone))


def rename_group(connection: Connection, group_pk: int, name: str, to: str) -> None:
    """Let feeds and mail of members follow a group to its new name; others must not learn that name: theirs end."""
    if name == to:
        return
    members = select(group_members.c.reader_pk).where(group_members.c.group_pk == group_pk)
    for table in (own_feeds, subscriptions):
        connection.execute(delete(table).where(_of_group(table, name), table.c.reader_pk.not_in(members)))
        connection.execute(update(table).where(_of_group(table, name)).values(value=to))


def _of_group(table: Table, name: str) -> ColumnElement[bool]:
    return (table.c.kind == GROUP) & (table.c.value == name)


def _feed(row: Any) -> OwnFeed:
    return OwnFeed(row.pk, row.reader_pk, row.kind, row.value, row.feed_from.replace(tzinfo=UTC))
