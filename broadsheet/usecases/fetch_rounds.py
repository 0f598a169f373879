"""Do what is due: ask the sources by the schedule, bring the editions along, raise and clear alarms.

Side effects of a round after an announcement, in order: the sources are asked (each a recorded run), the next one
where the one before failed or is stale; the day's edition is arranged, and pressed once it is complete or has had
its time; days whose papers came late are arranged too; alarms are raised and cleared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from broadsheet.domain.calendar import announced_at, announcement_day, last_announcement_days
from broadsheet.domain.completeness import Completeness
from broadsheet.domain.errors import SourceFailed
from broadsheet.domain.operations import DONE, RunCounts
from broadsheet.domain.staleness import GRACE
from broadsheet.store import announced, runs
from broadsheet.usecases.feed_alarms import list_faults, note_failures, note_feeds
from broadsheet.usecases.fetch_source import FetchReport
from broadsheet.usecases.press_edition import arrange_edition, press_edition
from broadsheet.usecases.run_job import STOPPED, Desk, Ended, run_job
from broadsheet.usecases.schedule import ANNOUNCEMENT, ANNOUNCERS, API, GAPS, OAI, Job
from broadsheet.usecases.what_is_due import Wanted, is_complete, is_day_here, list_due_jobs, list_gaps, next_times

# How long before its announcement a paper may have been submitted, weekends and moderation included.
_SUBMITTED_BEFORE = timedelta(days=7)


class Fetch(Protocol):
    """Fetch from a source by its name: from its stored cursor, or again from a day.

    Calls `on_papers` after each slice that is in the record; what that raises ends the fetch.
    """

    def __call__(self, source: str, since: date | None, on_papers: Callable[[int], None]) -> FetchReport: ...


@dataclass(frozen=True, slots=True)
class Rounds:
    """What a round works with; `should_stop` ends a fetch between two slices, `tell` is told how each run ended."""

    wanted: Wanted
    fetch: Fetch
    should_stop: Callable[[], bool] = lambda: False
    tell: Callable[[str, Ended], None] = lambda source, ended: None

    @property
    def desk(self) -> Desk:
        """Where the jobs are done."""
        return self.wanted.desk


def do_what_is_due(rounds: Rounds) -> list[str]:
    """Do the jobs that are due, one after the other, and return their names; stops early when told to."""
    done = []
    for job in list_due_jobs(rounds.wanted):
        if rounds.should_stop():
            break
        if job.name == ANNOUNCEMENT:
            _announcement_round(rounds, job)
        elif job.name == GAPS:
            _gaps_round(rounds, job)
        else:
            _ask(rounds, job.name, is_due=_still_due(rounds, job))
        done.append(job.name)
    note_failures(rounds.desk, rounds.wanted.sources)
    return done


def _announcement_round(rounds: Rounds, job: Job) -> None:
    """Ask arXiv's sources in order, and bring the editions along."""

    def work() -> Ended:
        answered = _ask_announcers(rounds, job)
        if API in job.sources and _needs_api(rounds):
            _ask(rounds, API)
        found = _bring_editions_along(rounds)
        now = rounds.desk.clock()
        # What could not be reached is not stale: it stays as it was, and failing again and again has its own alarm.
        known = [s for s in job.sources if s in ANNOUNCERS and answered.get(s, True)]
        note_feeds(rounds.desk, [s for s in known if s in answered], known, rounds.wanted.categories, now)
        return Ended(detail=f"{found.arrived} of {found.announced} are here" if found else "nothing announced yet")

    run_job(rounds.desk, ANNOUNCEMENT, work, _still_due(rounds, job))


def _ask_announcers(rounds: Rounds, job: Job) -> dict[str, bool]:
    """Ask the listing, and the feed where the listing fails or is stale; return who was asked, and who answered."""
    answered: dict[str, bool] = {}
    for source in (name for name in job.sources if name in ANNOUNCERS):
        ended = _ask(rounds, source)
        if ended is None:
            continue
        answered[source] = not ended.failure
        faults = list_faults(rounds.desk, source, rounds.wanted.categories, rounds.desk.clock())
        if not ended.failure and not faults:
            break
    return answered


def _needs_api(rounds: Rounds) -> bool:
    """Say whether the API is to be asked: once well after each announcement, and again while papers are missing."""
    day = announcement_day(rounds.desk.clock())
    with rounds.desk.database.read() as connection:
        last = runs.list_last_runs(connection, DONE).get(API)
        found = announced.find_completeness(connection, day)
    return last is None or last.started_at < announced_at(day) or not is_complete(found, rounds.wanted.categories)


def _bring_editions_along(rounds: Rounds) -> Completeness | None:
    """Arrange the newest days; press the newest one when it is complete or has had its time."""
    now = rounds.desk.clock()
    newest, *older = last_announcement_days(announcement_day(now), 6)
    with rounds.desk.database.read() as connection:
        known = announced.list_announced_days(connection, older[-1], newest)
        found = announced.find_completeness(connection, newest)
    for day in known:
        if day != newest:
            press_edition(rounds.desk.database, day, now)
    if found is not None and (is_day_here(rounds.wanted, now) or now >= announced_at(newest) + GRACE):
        return press_edition(rounds.desk.database, newest, now)
    return arrange_edition(rounds.desk.database, newest)


def _gaps_round(rounds: Rounds, job: Job) -> None:
    """Fetch again from the oldest day that lacks papers; the nightly harvest is asked in any case."""
    (source,) = job.sources

    def work() -> Ended:
        gaps = list_gaps(rounds.desk, rounds.desk.clock())
        if not gaps and source != OAI:
            return Ended(detail="no gaps")
        ended = _ask(rounds, source, gaps[0] - _SUBMITTED_BEFORE if gaps else None)
        for day in gaps:
            press_edition(rounds.desk.database, day, rounds.desk.clock())
        left = list_gaps(rounds.desk, rounds.desk.clock())
        failure = ended.failure if ended else f"another process is asking {source}"
        return Ended(failure=failure, detail=f"{len(gaps)} days lacked papers, {len(left)} still do")

    run_job(rounds.desk, GAPS, work, _still_due(rounds, job))


def _ask(
    rounds: Rounds, source: str, since: date | None = None, is_due: Callable[[], bool] = lambda: True
) -> Ended | None:
    """Fetch from a source as a run of its own; None where another process does it."""

    def on_papers(_: int) -> None:
        if rounds.should_stop():
            raise SourceFailed(STOPPED)

    def work() -> Ended:
        return ended_with(rounds.fetch(source, since, on_papers))

    ended = None if rounds.should_stop() else run_job(rounds.desk, source, work, is_due)
    if ended is not None:
        rounds.tell(source, ended)
    return ended


def ended_with(report: FetchReport) -> Ended:
    """Return how a run ended that fetched."""
    counts = report.counts
    kept = RunCounts(counts.read, counts.added, counts.updated, counts.unchanged, counts.set_aside)
    return Ended(kept, str(report.failure or ""), "" if report.complete else "not complete")


def _still_due(rounds: Rounds, job: Job) -> Callable[[], bool]:
    """Return the question whether a job is still due, once its lock is held: another process may just have done it."""

    def is_due() -> bool:
        return next_times(rounds.wanted)[job.name] <= rounds.desk.clock()

    return is_due
