"""Feeds of a reader's own lists at secret addresses: who knows the address reads on the reader's behalf.

What the reader may not see any more, the feed does not show: a group is opened as the reader each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.credentials import are_equal
from broadsheet.domain.errors import Conflict, NotFound
from broadsheet.domain.library import Wanted as WantedPart
from broadsheet.domain.listing import Listing, Ranked
from broadsheet.domain.own_lists import GROUP, MARK, OwnFeed, parse_own
from broadsheet.domain.readers import Reader, Visitor
from broadsheet.domain.saved_searches import SavedSearch
from broadsheet.store import own_lists, papers, readers, shelves
from broadsheet.store.database import Database
from broadsheet.store.group_papers import Wanted
from broadsheet.usecases.groups import open_group
from broadsheet.usecases.read_groups import read_group_listing

MOST_FEEDS = 100
NO_FEED = "There is no such feed, or it has a new address now: its owner finds it on /feeds/mine."


def make_feed(database: Database, reader: Reader, kind: str, value: str, now: datetime) -> None:
    """Give a group or a tag of the reader's a feed, once; raises Invalid, NotFound, and Conflict for too many."""
    kind, value = parse_own(kind, value)
    with database.write() as connection:
        if kind == GROUP:
            open_group(connection, value, reader.pk)
        if own_lists.count_feeds(connection, reader.pk) >= MOST_FEEDS:
            raise Conflict(f"More than {MOST_FEEDS} feeds are not kept for one reader: delete one first.")
        own_lists.insert_feed(connection, reader.pk, kind, value, now)


def read_feeds(database: Database, reader: Reader) -> list[OwnFeed]:
    """Return the reader's feeds of own lists."""
    with database.read() as connection:
        return own_lists.list_feeds(connection, reader.pk)


def find_own_feed(database: Database, reader: Reader, kind: str, value: str) -> OwnFeed | None:
    """Return the feed of a reader's list, None where it has none."""
    with database.read() as connection:
        return own_lists.find_feed_of(connection, reader.pk, kind, value)


def renew_own_feed(database: Database, reader: Reader, pk: int, now: datetime) -> None:
    """Give a feed another secret address; the old one is gone. Raises NotFound."""
    with database.write() as connection:
        own_lists.renew_feed(connection, reader.pk, pk, now)


def delete_own_feed(database: Database, reader: Reader, pk: int) -> None:
    """Take a feed away; raises NotFound."""
    with database.write() as connection:
        own_lists.delete_feed(connection, reader.pk, pk)


def open_feed(database: Database, site_secret: str, name: str) -> tuple[OwnFeed, str]:
    """Return the feed that has this secret name, and its list's title; raises NotFound."""
    with database.read() as connection:
        found = own_lists.find_feed(connection, row_in(name.removeprefix(MARK)))
        if found is None or not has_name(connection, found, site_secret, name):
            raise NotFound(NO_FEED)
        title = open_group(connection, found.value, found.reader_pk).title if found.kind == GROUP else found.title
    return found, title


def row_in(name: str) -> int:
    """Return the row that the secret name of a feed begins with, 0 where it begins with none."""
    number = name.partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0


def has_name(connection: Connection, found: OwnFeed | SavedSearch, site_secret: str, name: str) -> bool:
    """Say whether this is the secret name of a feed, whose owner is still let in."""
    owner = readers.find_reader(connection, found.reader_pk)
    return owner is not None and not owner.is_blocked and are_equal(found.feed_name(site_secret), name)


def read_own_list(database: Database, feed: OwnFeed, limit: int, offset: int, since: datetime | None = None) -> Listing:
    """Return a stretch of an own list, last added or last saved first, since a moment; raises NotFound."""
    with database.read() as connection:
        owner = readers.find_reader(connection, feed.reader_pk)
        if feed.kind != GROUP:
            saved = shelves.list_wanted(connection, feed.reader_pk, WantedPart(tag=feed.value), since)
            return list_saved(connection, saved, limit, offset)
    return read_group_listing(database, Visitor(owner), feed.value, Wanted(limit=limit, offset=offset, since=since))


def list_saved(connection: Connection, saved: Sequence[tuple[int, datetime]], limit: int, offset: int) -> Listing:
    """Return a stretch of what a reader saved: (pk, moment), last saved first."""
    shown = papers.list_papers(connection, [pk for pk, _ in saved[offset : offset + limit]])
    entries = tuple(Ranked(rank, 0.0, {}, paper) for rank, paper in enumerate(shown, offset + 1))
    return Listing(entries, len(saved), offset, limit, newest_at=saved[0][1] if saved else None)
