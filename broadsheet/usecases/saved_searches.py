"""Save searches, see what is new for them, and try out what they would bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from broadsheet.domain.errors import Conflict, Invalid, NotFound
from broadsheet.domain.library import Wanted
from broadsheet.domain.listing import WHENEVER, Arrived, Entries, Listing, Ranked
from broadsheet.domain.query import InLibrary, Query
from broadsheet.domain.readers import Reader
from broadsheet.domain.saved_searches import (
    MOST_SEARCHES,
    NewFor,
    SavedSearch,
    Trial,
    TriedDay,
    exactly,
    parse_search_name,
    parse_text,
)
from broadsheet.domain.subscriptions import Wish
from broadsheet.index.protocol import SearchIndex
from broadsheet.store import arrivals, editions, library, papers, saved_searches, shelves
from broadsheet.store.database import Database
from broadsheet.store.digest_lists import Stretch
from broadsheet.usecases.digest_lists import MOST_SEARCHED, READERS, DigestLists
from broadsheet.usecases.own_feeds import has_name, list_saved, row_in
from broadsheet.usecases.read_papers import newer_than

MOST_NEW = 20_000
DAYS_TRIED = 30
_NO_FEED = "There is no such feed, or it has a new address now: /searches names it."


def save_search(database: Database, index: SearchIndex, reader: Reader, text: str, now: datetime) -> SavedSearch:
    """Save a search, under its own words, and return it; one that is saved already is returned as it is.

    Raises Invalid, and Conflict where there are too many.
    """
    text = parse_text(text)
    newest = index.newest_pk()
    new = SavedSearch(0, reader.pk, "", text, newest, newest, is_announced=False, made_at=now, feed_from=now)
    new = replace(new, name="My library" if new.is_library else parse_search_name(text[:100]))
    with database.write() as connection:
        mine = saved_searches.list_of(connection, reader.pk)
        if known := next((one for one in mine if one.text == text), None):
            return known
        if len(mine) >= MOST_SEARCHES:
            raise Conflict(f"More than {MOST_SEARCHES} searches are not kept for one reader: delete one first.")
        new = replace(new, made_at=saved_searches.next_moment(connection, reader.pk, now))
        return replace(new, pk=saved_searches.insert_search(connection, new))


def read_searches(database: Database, reader: Reader) -> list[SavedSearch]:
    """Return the reader's searches by name."""
    with database.read() as connection:
        return saved_searches.list_of(connection, reader.pk)


def read_search(database: Database, reader: Reader, pk: int) -> SavedSearch:
    """Return a search of the reader's; raises NotFound."""
    with database.read() as connection:
        return saved_searches.get_of(connection, reader.pk, pk)


def rename_search(database: Database, reader: Reader, pk: int, name: str) -> None:
    """Give a search another name; raises Invalid, NotFound."""
    _change(database, reader, pk, name=parse_search_name(name))


def look_at_search(database: Database, index: SearchIndex, reader: Reader, pk: int) -> SavedSearch:
    """Note that the reader has seen what is there now, and return the search; raises NotFound."""
    return _change(database, reader, pk, looked_pk=index.newest_pk())


def renew_feed(database: Database, reader: Reader, pk: int, now: datetime) -> None:
    """Give the feed of a search another secret address; the old one is gone. Raises NotFound."""
    _change(database, reader, pk, feed_from=now)


def announce_search(database: Database, index: SearchIndex, reader: Reader, pk: int, *, is_announced: bool) -> None:
    """Let this site's webhooks hear from now on what comes for a search, or no more; raises Invalid, NotFound."""
    if is_announced and read_search(database, reader, pk).asks_for_library:
        raise Invalid("announced", "A search in your library is yours alone: webhooks are not told of it.")
    _change(database, reader, pk, is_announced=is_announced, told_pk=index.newest_pk())


def delete_search(database: Database, reader: Reader, pk: int) -> None:
    """Forget a search; its feed is gone. Raises NotFound."""
    with database.write() as connection:
        saved_searches.get_of(connection, reader.pk, pk)
        saved_searches.delete_search(connection, pk)


def list_new(database: Database, index: SearchIndex, reader: Reader, since: datetime | None = None) -> Entries[NewFor]:
    """Return the reader's searches saved since a moment, by name, with how many papers came since the reader looked.

    However many searches there are, the record is asked three times. Of more than MOST_NEW papers the newest count.
    """
    newest = index.newest_pk()
    with database.read() as connection:
        mine = [one for one in saved_searches.list_of(connection, reader.pk) if since is None or one.made_at >= since]
        oldest = min((one.looked_pk for one in mine), default=newest)
        came = arrivals.list_arrivals(connection, Arrived(oldest, newest), MOST_NEW) if oldest < newest else []
        asks = any(one.asks_for_library for one in mine)
        saved = frozenset(library.list_saved_pks(connection, reader.pk) if asks else ())
    queries = [exactly(one.text).knowing_library(saved) for one in mine]
    found = [
        NewFor(one, count_matching(index, query, _above(came, one))) for one, query in zip(mine, queries, strict=True)
    ]
    return Entries(tuple(found), max((one.made_at for one in mine), default=None))


def count_matching(index: SearchIndex, query: Query, among: frozenset[int]) -> int:
    """Count which of these papers a query finds."""
    return index.search(query.narrowed_by(InLibrary(among)), 1).count if among else 0


def find_feed(database: Database, site_secret: str, name: str) -> SavedSearch:
    """Return the search whose feed has this secret name; raises NotFound."""
    with database.read() as connection:
        found = saved_searches.find_search(connection, row_in(name))
        if found is None or not has_name(connection, found, site_secret, name):
            raise NotFound(_NO_FEED)
    return found


def read_found(
    database: Database, index: SearchIndex, search: SavedSearch, size: tuple[int, int], arrived: Arrived = WHENEVER
) -> Listing:
    """Return what has all the words of a search, newest first; of a library what was saved last first.

    `size` is limit and offset.
    """
    limit, offset = size
    with database.read() as connection:
        if search.is_library:
            mine = shelves.list_wanted(connection, search.reader_pk, Wanted(), arrived.since)
            return list_saved(connection, mine, limit, offset)
        through = arrived.through or index.newest_pk()
        saved = frozenset(library.list_saved_pks(connection, search.reader_pk) if search.asks_for_library else ())
        query = exactly(search.text).knowing_library(saved)
        query = newer_than(connection, query, Arrived(arrived.after, through))
        found = index.search(query, limit, offset, None, through)
        shown = papers.list_papers(connection, [hit.pk for hit in found.hits])
    entries = tuple(Ranked(rank, 0.0, {}, paper) for rank, paper in enumerate(shown, offset + 1))
    return Listing(entries, found.count, offset, limit, through)


def try_search(lists: DigestLists, search: SavedSearch) -> Trial:
    """Return what a search would have sent, daily, over the last 30 days, by the very list that letters are made of."""
    database, index, last = lists.shelf.database, lists.shelf.index, lists.newest_on
    if last is None or search.asks_for_library:
        return Trial((), None, None, 0)
    first = last - timedelta(days=DAYS_TRIED - 1)
    with database.read() as connection:
        days = sorted(day for day, _ in editions.list_edition_days(connection) if first <= day <= last)
    sent: dict[date, list[int]] = {}
    seen: set[int] = set()
    for day in days:
        found = READERS["search"](lists, Wish("search", search.text), Stretch(day, day))
        sent[day] = [pk for pk in found.pks if pk not in seen]
        seen.update(found.pks)
    among = lists.papers_of(Stretch(first, last))
    matching = index.search(exactly(search.text).narrowed_by(InLibrary(among)), MOST_SEARCHED) if among else None
    exact = frozenset(hit.pk for hit in matching.hits) if matching else frozenset()
    with database.read() as connection:
        shown = {paper.pk: paper for paper in papers.list_papers(connection, sorted(seen))}
    tried = [TriedDay(day, tuple(shown[pk] for pk in sent[day] if pk in shown), exact) for day in reversed(days)]
    return Trial(tuple(day for day in tried if day.papers), first, last, len(exact))


def _above(came: Sequence[int], search: SavedSearch) -> frozenset[int]:
    return frozenset(pk for pk in came if pk > search.looked_pk)


def _change(database: Database, reader: Reader, pk: int, **to: object) -> SavedSearch:
    with database.write() as connection:
        found = saved_searches.get_of(connection, reader.pk, pk)
        saved_searches.update_search(connection, pk, **to)
    return found
