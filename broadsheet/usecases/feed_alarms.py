"""Raise alarms for stale feeds and for sources that keep failing, and clear them when that is over.

Side effects: rows of the alarms, in one transaction each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from broadsheet.domain.calendar import announcement_day
from broadsheet.domain.operations import DONE, FAILED, Run
from broadsheet.domain.staleness import find_fault, is_alarming
from broadsheet.store import alarms, announced, runs
from broadsheet.usecases.run_job import STOPPED, Desk
from broadsheet.usecases.schedule import LISTING, RSS

FAILURES_TO_ALARM = 3


def list_faults(desk: Desk, source: str, categories: Sequence[str], now: datetime) -> dict[str, str]:
    """Return what is wrong with a source's feeds, by category; those that are well are left out."""
    expected = announcement_day(now)
    with desk.database.read() as connection:
        feeds = [announced.find_feed(connection, source, category) for category in categories]
    return {feed.category: fault for feed in feeds if (fault := find_fault(feed, expected))}


def note_feeds(
    desk: Desk, asked: Sequence[str], known: Iterable[str], categories: Sequence[str], now: datetime
) -> None:
    """Raise an alarm for each stale feed that was asked; clear those that are well, or that need not be asked."""
    faults = {source: list_faults(desk, source, categories, now) for source in asked}
    may_raise = is_alarming(announcement_day(now), now)
    with desk.database.write() as connection:
        for source in known:
            for category in categories:
                name, fault = f"feed {source} {category}", faults.get(source, {}).get(category)
                if fault is None:
                    alarms.clear_alarm(connection, name, now)
                elif may_raise:
                    alarms.raise_alarm(connection, name, fault, now)


def note_failures(desk: Desk, sources: Sequence[str]) -> None:
    """Raise an alarm for each source whose newest runs all failed; clear it after one that went well.

    The feed stands in for the listing: it is not asked, and has no alarm, once the listing does well again.
    """
    now = desk.clock()
    with desk.database.write() as connection:
        newest_done = {job: run.pk for job, run in runs.list_last_runs(connection, DONE).items()}
        for source in sources:
            last = runs.list_runs(connection, FAILURES_TO_ALARM, source)
            name = f"source {source}"
            if source == RSS and LISTING in sources and last and newest_done.get(LISTING, 0) > last[0].pk:
                alarms.clear_alarm(connection, name, now)
            elif len(last) == FAILURES_TO_ALARM and all(_failed(run) for run in last):
                detail = f"{source} failed {FAILURES_TO_ALARM} times in a row: {last[0].detail}"
                alarms.raise_alarm(connection, name, detail, now)
            elif last and last[0].outcome == DONE:
                alarms.clear_alarm(connection, name, now)


def _failed(run: Run) -> bool:
    """Say whether the source failed, and not we."""
    return run.outcome == FAILED and STOPPED not in run.detail
