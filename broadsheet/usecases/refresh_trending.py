"""Keep the stored trending scores right: what interest is typical, and every score made by the formula of today.

Side effects: once a day typical interest is worked out anew, and stored where it moved; where it did, or where the
scores were made by another version of the formula, all papers are gone over in bounded batches, each a transaction of
its own that writes only what differs. How far that went is a fact of the record: whoever stops it, goes on there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from broadsheet.domain.calendar import announcement_day, last_announcement_days
from broadsheet.ranking.trending import ALL_FIELDS, DAYS_OF_TYPICAL, VERSION, points_of, typical_points, weight_of
from broadsheet.store import facts, interest, papers
from broadsheet.store.database import Database
from broadsheet.store.trending import rescore_papers

BETWEEN_REFRESHES = timedelta(days=1)
# Small, for a vote that comes meanwhile waits until a batch is written.
BATCH = 200
# By how much the weight of a vote in a field must move before papers are scored by the new one.
WORTH_MOVING = 1.25
VERSION_FACT, THROUGH_FACT = "trending_version", "trending_through"


def refresh_trending(
    database: Database, now: datetime, *, anew: bool = False, should_stop: Callable[[], bool] = lambda: False
) -> int:
    """Refresh typical interest once a day and rescore what that touches, or all `anew`; return how many changed."""
    with database.read() as connection:
        refreshed_at = interest.find_refreshed_at(connection)
    if anew or refreshed_at is None or now - refreshed_at >= BETWEEN_REFRESHES:
        with database.write() as connection:
            if _refresh_typicals(connection, now) or anew:
                _begin_anew(connection)
    changed = 0
    while not should_stop():
        with database.read() as connection:
            if not _is_waiting(connection):
                break
        with database.write() as connection:
            changed += _rescore_batch(connection)
    return changed


def count_waiting(database: Database) -> int:
    """Count the papers that still have to be scored by the formula and the typical interest of today."""
    with database.read() as connection:
        return papers.count_after(connection, _through(connection)) if _is_waiting(connection) else 0


def _is_waiting(connection: Connection) -> bool:
    return facts.find_fact(connection, VERSION_FACT) != str(VERSION)


def _through(connection: Connection) -> int:
    return int(facts.find_fact(connection, THROUGH_FACT) or 0)


def _begin_anew(connection: Connection) -> None:
    facts.set_fact(connection, VERSION_FACT, "")
    facts.set_fact(connection, THROUGH_FACT, "0")


def _rescore_batch(connection: Connection) -> int:
    """Rescore the next papers; note the version when there are no more."""
    pks = papers.list_pks_after(connection, _through(connection), BATCH)
    changed = rescore_papers(connection, pks)
    if len(pks) < BATCH:
        facts.set_fact(connection, VERSION_FACT, str(VERSION))
    facts.set_fact(connection, THROUGH_FACT, str(pks[-1]) if len(pks) == BATCH else "0")
    return changed


def _refresh_typicals(connection: Connection, now: datetime) -> bool:
    """Work out typical interest; say whether the weight of a vote moved anywhere, and only then store it."""
    before, after = interest.list_typicals(connection), _find_typicals(connection, now)
    moves = (
        weight_of(name, after) / weight_of(name, before) for name in {ALL_FIELDS, *before, *after}
    )  # a field that is unknown on one side has the weight of all there
    is_moved = any(not 1 / WORTH_MOVING <= move <= WORTH_MOVING for move in moves)
    interest.replace_typicals(connection, after if is_moved or not before else before, now)
    return is_moved


def _find_typicals(connection: Connection, now: datetime) -> Mapping[str, float]:
    """Return the points of a typical paper of each category that the newest editions carry, and of all of them."""
    *_, first = last_announcement_days(announcement_day(now), DAYS_OF_TYPICAL)
    counts = interest.list_counts(connection, first, (now + timedelta(days=1)).date())
    points = {category: [points_of(one) for one in of_field] for category, of_field in counts.items()}
    shown = sum(map(len, points.values()))
    overall = sum(map(sum, points.values())) / shown if shown else 0.0
    found = {category: typical_points(sum(own), len(own), overall) for category, own in points.items()}
    return {**found, ALL_FIELDS: overall}
