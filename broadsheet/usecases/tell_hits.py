"""Tell webhooks of papers that came for saved searches whose readers let them know.

Side effects, in one transaction: a delivery waits for each webhook that wants them, and each search notes up to which
paper it was told of. A paper that has all the words of a search is told of once.
"""

from __future__ import annotations

from datetime import datetime

from broadsheet.domain.listing import Arrived
from broadsheet.domain.query import InLibrary
from broadsheet.domain.saved_searches import SavedSearch, exactly
from broadsheet.domain.webhooks import SEARCH
from broadsheet.index.protocol import SearchIndex
from broadsheet.store import arrivals, papers, saved_searches
from broadsheet.store.database import Database
from broadsheet.usecases.announce import MOST_PAPERS, about_search, announce

MOST_NEW = 20_000


def tell_hits(database: Database, index: SearchIndex, now: datetime) -> int:
    """Tell what has come since the last time and return for how many searches there was something."""
    newest = index.newest_pk()
    with database.read() as connection:
        behind = saved_searches.list_untold(connection, newest)
        if not behind:
            return 0
        oldest = min(one.told_pk for one in behind)
        came = arrivals.list_arrivals(connection, Arrived(oldest, newest), MOST_NEW)
    hits = {one.pk: _hits(index, one, [pk for pk in came if pk > one.told_pk]) for one in behind}
    with database.write(is_shown=False) as connection:
        shown = {
            paper.pk: paper for paper in papers.list_papers(connection, sorted({p for of in hits.values() for p in of}))
        }
        for one in behind:
            found = [shown[pk] for pk in hits[one.pk] if pk in shown]
            if found:
                announce(connection, SEARCH, about_search(one.name, one.text, found), now)
        saved_searches.set_told(connection, [one.pk for one in behind], newest)
    return sum(1 for found in hits.values() if found)


def _hits(index: SearchIndex, search: SavedSearch, among: list[int]) -> list[int]:
    if not among:
        return []
    found = index.search(exactly(search.text).narrowed_by(InLibrary(frozenset(among))), MOST_PAPERS)
    return [hit.pk for hit in found.hits]
