"""When what is fetched: rules on times alone. Knows no source, no thread and no record.

arXiv's sources are one job, for they are asked in order after each announcement; each other source is its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from broadsheet.domain.calendar import ZONE, announced_at, announcement_day, next_announcement

LISTING, RSS, API, OAI, HUB = "arxiv-listing", "arxiv-rss", "arxiv", "arxiv-oai", "hub"
ANNOUNCERS = (LISTING, RSS)
FIRST_MINUTES = (5, 20, 60)
HOUR = timedelta(hours=1)
NIGHTLY_AT = time(22, 40)
EVERY = {HUB: timedelta(hours=2)}
DAILY = timedelta(days=1)

ANNOUNCEMENT, GAPS = "announcement", "gaps"


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again: `announcement`, `gaps`, or a source by its name; `sources` are asked for it."""

    name: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """When a job was last begun, and whether that went well."""

    begun_at: datetime
    went_well: bool


def make_plan(sources: Sequence[str]) -> tuple[Job, ...]:
    """Return the jobs for the sources that are on, in the order in which they are done when all are due."""
    plan: list[Job] = []
    if chain := tuple(name for name in (LISTING, RSS, API) if name in sources):
        plan.append(Job(ANNOUNCEMENT, chain))
    if fillers := tuple(name for name in (OAI, API) if name in sources):
        plan.append(Job(GAPS, fillers[:1]))
    others = [name for name in dict.fromkeys(sources) if name not in (*ANNOUNCERS, API, OAI)]
    return (*plan, *(Job(name, (name,)) for name in others))


def next_time(job: Job, past: Past | None, now: datetime, *, is_done: bool = False) -> datetime:
    """Return when a job is due next; a moment that is not after `now` means now.

    `is_done` says that the newest announcement is wholly here, so that nothing is to be asked before the next.
    """
    if job.name == ANNOUNCEMENT:
        return _after_announcement(past, now, is_done=is_done)
    if past is None:
        return now
    if job.name == GAPS:
        return past.begun_at + HOUR if not past.went_well else _next_night(past.begun_at)
    every = EVERY.get(job.name, DAILY)
    return past.begun_at + (every if past.went_well else min(every, HOUR))


def list_due(plan: Sequence[Job], pasts: Mapping[str, Past], now: datetime, *, is_done: bool = False) -> list[Job]:
    """Return the jobs that are due now, in the plan's order."""
    return [job for job in plan if next_time(job, pasts.get(job.name), now, is_done=is_done) <= now]


def _after_announcement(past: Past | None, now: datetime, *, is_done: bool) -> datetime:
    """Return the first of +5, +20, +60 minutes and then every hour that the last round did not serve."""
    following = next_announcement(now) + timedelta(minutes=FIRST_MINUTES[0])
    if is_done:
        return following
    begin = announced_at(announcement_day(now))
    begun_at = past.begun_at if past else begin
    for minutes in FIRST_MINUTES:
        if begun_at < begin + timedelta(minutes=minutes):
            return begin + timedelta(minutes=minutes)
    hours = (begun_at - begin) // HOUR + 1
    return min(begin + hours * HOUR, following)


def _next_night(after: datetime) -> datetime:
    local = after.astimezone(ZONE)
    tonight = datetime.combine(local.date(), NIGHTLY_AT, ZONE)
    if tonight <= local:
        tonight = datetime.combine(local.date() + timedelta(days=1), NIGHTLY_AT, ZONE)
    return tonight.astimezone(UTC)
