"""What is due: the schedule's rules put to what the record says of past runs and of the newest edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from broadsheet.domain.calendar import announced_at, announcement_day, last_announcement_days
from broadsheet.domain.completeness import Completeness
from broadsheet.domain.operations import DONE
from broadsheet.domain.staleness import GRACE
from broadsheet.store import announced, runs
from broadsheet.usecases.feed_alarms import list_faults
from broadsheet.usecases.run_job import Desk
from broadsheet.usecases.schedule import ANNOUNCEMENT, ANNOUNCERS, API, Job, Past, list_due, make_plan, next_time

DAYS_KEPT_COMPLETE = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an operator wants to be fetched: from which sources, and of which of arXiv's categories."""

    desk: Desk
    sources: tuple[str, ...]
    categories: tuple[str, ...]

    @property
    def plan(self) -> tuple[Job, ...]:
        """The jobs of the sources that are on."""
        return make_plan(self.sources)


def list_due_jobs(wanted: Wanted) -> list[Job]:
    """Return the jobs that are due now."""
    now = wanted.desk.clock()
    return list_due(wanted.plan, find_pasts(wanted), now, is_done=is_day_done(wanted, now))


def next_times(wanted: Wanted) -> dict[str, datetime]:
    """Return when each job is due next; a moment that is past means now."""
    now = wanted.desk.clock()
    pasts, is_done = find_pasts(wanted), is_day_done(wanted, now)
    return {job.name: next_time(job, pasts.get(job.name), now, is_done=is_done) for job in wanted.plan}


def find_pasts(wanted: Wanted) -> dict[str, Past]:
    """Return when each job was last begun."""
    with wanted.desk.database.read() as connection:
        last = runs.list_last_runs(connection)
    found = {job.name: last[job.name] for job in wanted.plan if job.name in last}
    return {name: Past(run.started_at, run.outcome == DONE) for name, run in found.items()}


def is_day_done(wanted: Wanted, now: datetime) -> bool:
    """Say whether nothing more is to be asked for the newest announcement: it is here, and the last round was ended.

    A round that broke off may have left a source unasked, though all papers of the day are here.
    """
    with wanted.desk.database.read() as connection:
        last = runs.list_last_runs(connection).get(ANNOUNCEMENT)
    return last is not None and last.outcome == DONE and is_day_here(wanted, now)


def is_day_here(wanted: Wanted, now: datetime) -> bool:
    """Say whether the newest announcement is wholly here.

    All of it is here, and each category has a feed that is not stale: a handful of papers is not taken for a day.
    A listing that is stale is asked again until the hour of grace is over, even where the feed stood in for it.
    """
    day = announcement_day(now)
    announcers = [name for name in ANNOUNCERS if name in wanted.sources]
    with wanted.desk.database.read() as connection:
        if not announcers:
            last = runs.list_last_runs(connection, DONE).get(API)
            return last is not None and last.started_at >= announced_at(day) + GRACE
        found = announced.find_completeness(connection, day)
        last = runs.list_last_runs(connection).get(ANNOUNCEMENT)
    if not is_complete(found, wanted.categories):
        return False
    faults = [set(list_faults(wanted.desk, name, wanted.categories, now)) for name in announcers]
    had_its_time = last is not None and last.started_at >= announced_at(day) + GRACE
    return not (set.intersection(*faults) if had_its_time else faults[0])


def is_complete(found: Completeness | None, categories: Sequence[str]) -> bool:
    """Say whether everything announced is here, and every category was announced."""
    return found is not None and found.is_complete and found.categories.issuperset(categories)


def list_gaps(desk: Desk, now: datetime) -> list[date]:
    """Return the announcement days before the newest one whose papers are not all here, oldest first."""
    days = last_announcement_days(announcement_day(now), DAYS_KEPT_COMPLETE)
    with desk.database.read() as connection:
        known = announced.list_announced_days(connection, days[-1], days[1])
        found = {day: announced.find_completeness(connection, day) for day in known}
    return [day for day, facts in found.items() if facts is not None and not facts.is_complete]
