"""Read lists as programs do: stretch by stretch, each with what to ask next, and later only what is new.

A list is bounded by arrival: `after` leaves out what a program has seen, `through` what came while it reads, so that
the stretches of one reading fit together. Nothing here changes anything.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo

from sqlalchemy import Connection

from broadsheet.domain.errors import Conflict
from broadsheet.domain.listing import Arrived, Listing
from broadsheet.domain.paper import Paper
from broadsheet.domain.since import parse_since
from broadsheet.index.kept_answers import KeptAnswers
from broadsheet.index.protocol import SearchIndex
from broadsheet.store import arrivals, editions, papers
from broadsheet.store.daily import Daily, list_daily
from broadsheet.store.database import Database

ORDERS_KEPT = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """Papers of a list in order; `has_more` where it goes on."""

    papers: tuple[Paper, ...]
    has_more: bool


def bound_now(database: Database, arrived: Arrived) -> Arrived:
    """Return the bounds with the newest paper as the upper one, where there is none yet."""
    if arrived.through:
        return arrived
    with database.read() as connection:
        return replace(arrived, through=arrivals.newest_shown_pk(connection))


def bound_indexed(database: Database, index: SearchIndex, arrived: Arrived) -> Arrived:
    """Return the bounds of a list that the index makes: it may not know the newest papers yet."""
    bound = bound_now(database, arrived)
    return bound if arrived.through else replace(bound, through=min(bound.through, index.newest_pk()))


def stretch_within(whole: Listing, arrived: Arrived, limit: int, offset: int = 0) -> Listing:
    """Return a stretch of those papers of a list, read whole, that came within the bounds; ranks are the list's."""
    entries = tuple(entry for entry in whole.entries if arrived.after < entry.paper.pk <= arrived.through)
    return Listing(entries[offset : offset + limit], len(entries), offset, limit, arrived.through)


def after_of(database: Database, since: str, zone: tzinfo) -> int:
    """Return the pk after which papers are new, as programs say it: `p4711`, a day, a moment; raises Invalid, Conflict.

    What no answer of this record can have said is refused: a copy of it that is older would give nothing for ever.
    """
    found = parse_since(since, zone)
    with database.read() as connection:
        if not isinstance(found, int):
            return arrivals.find_pk_before(connection, found)
        if found > papers.newest_pk(connection):
            raise Conflict(f"{since} is newer than anything here: begin again with a date, such as 2025-11-07.")
    return found


def read_arrivals(database: Database, arrived: Arrived, limit: int) -> Stretch:
    """Return the papers that came last, newest first."""
    with database.read() as connection:
        return _stretch(connection, arrivals.list_arrivals(connection, arrived, limit + 1), limit)


def read_published(database: Database, before: tuple[date, int] | None, limit: int) -> Stretch:
    """Return papers by the day of their publication, newest first, behind a (day, pk)."""
    with database.read() as connection:
        rows = arrivals.list_published(connection, before, limit + 1)
        return _stretch(connection, [pk for pk, _ in rows], limit)


class DailyLists:
    """The daily papers, list by list; safe to share between threads.

    Whoever reads a list to its end walks over all that was read before for each page: from `kept_from` papers on its
    order is worked out once for each state of the record, and kept.
    """

    def __init__(self, database: Database, kept_from: int = 2_000) -> None:
        self._database = database
        self._kept_from = kept_from
        self._orders: KeptAnswers[array[int]] = KeptAnswers(ORDERS_KEPT)

    def read(self, daily: Daily, limit: int, offset: int = 0) -> tuple[Paper, ...]:
        """Return the papers that are wanted; none behind the end."""
        if offset < self._kept_from:
            with self._database.read() as connection:
                return tuple(papers.list_papers(connection, list_daily(connection, daily, limit, offset)))
        state = self._database.revision(), daily
        order = self._orders.find(state, lambda: self._find_order(daily))
        with self._database.read() as connection:
            return tuple(papers.list_papers(connection, order[offset : offset + limit]))

    def _find_order(self, daily: Daily) -> array[int]:
        with self._database.read() as connection:
            return array("q", list_daily(connection, daily, None))


def read_days(database: Database, arrived: Arrived) -> list[tuple[date, int]]:
    """Return each day that has an edition with how many papers it holds, newest first."""
    with database.read() as connection:
        return editions.list_edition_days(connection, arrived)


def read_categories(database: Database, arrived: Arrived) -> list[tuple[str, int]]:
    """Return each category with how many papers it has, by name."""
    with database.read() as connection:
        return arrivals.list_categories(connection, arrived)


def _stretch(connection: Connection, pks: Sequence[int], limit: int) -> Stretch:
    return Stretch(tuple(papers.list_papers(connection, pks[:limit])), len(pks) > limit)
