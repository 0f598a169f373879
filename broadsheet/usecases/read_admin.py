"""Read what an operator wants to know: sources and their runs, alarms, what was set aside, how far the index is."""

from __future__ import annotations

from sqlalchemy import Connection

from broadsheet.domain.calendar import announcement_day, last_announcement_days
from broadsheet.domain.errors import BroadsheetError
from broadsheet.domain.operations import INTERRUPTED, RUNNING, Numbers, Overview, Post, Run, SourceState, Unread
from broadsheet.index.protocol import SearchIndex
from broadsheet.store import alarms, announced, index_queue, messages, papers, runs, set_aside, subscribers
from broadsheet.store.job_locks import is_held
from broadsheet.usecases.embedding import Models, count_waiting
from broadsheet.usecases.what_is_due import Wanted, next_times

LETTERS_SHOWN = 20
RUNS_SHOWN, SET_ASIDE_SHOWN, DAYS_SHOWN = 30, 50, 10


def read_overview(wanted: Wanted, index: SearchIndex, models: Models) -> Overview:
    """Return the state of everything that an operator looks after."""
    days = last_announcement_days(announcement_day(wanted.desk.clock()), DAYS_SHOWN)
    with wanted.desk.database.read() as connection:
        found = (announced.find_completeness(connection, day) for day in days)
        editions = tuple(one for one in found if one is not None)
        newest = runs.list_runs(connection, RUNS_SHOWN)
        aside = set_aside.list_set_aside(connection, SET_ASIDE_SHOWN)
        standing = alarms.list_alarms(connection)
        post = _read_post(connection)
    return Overview(
        sources=list_states(wanted),
        numbers=read_numbers(wanted, index, models),
        alarms=tuple(standing),
        runs=tuple(_as_it_is(wanted, run) for run in newest),
        editions=editions,
        set_aside=tuple(Unread(row.origin, row.line, row.reason, row.excerpt) for row in aside),
        post=post,
    )


def _read_post(connection: Connection) -> Post:
    newest = messages.list_last(connection, LETTERS_SHOWN)
    return Post(messages.count_by_state(connection), subscribers.count_by_state(connection), tuple(newest))


def list_states(wanted: Wanted) -> tuple[SourceState, ...]:
    """Return the state of each job and each source: those that are on, in the plan's order, then those that were."""
    with wanted.desk.database.read() as connection:
        last = {name: _as_it_is(wanted, run) for name, run in runs.list_last_runs(connection).items()}
    due = next_times(wanted)
    by_source = {source: due[job.name] for job in reversed(wanted.plan) for source in job.sources}
    times = {**by_source, **due}
    names = dict.fromkeys([name for job in wanted.plan for name in (job.name, *job.sources)])
    return tuple(SourceState(name, last.get(name), times.get(name)) for name in (*names, *(set(last) - set(names))))


def read_numbers(wanted: Wanted, index: SearchIndex, models: Models) -> Numbers:
    """Count papers, what the index and the vectors still lack, and what was set aside."""
    with wanted.desk.database.read() as connection:
        count = papers.count_papers(connection)
        waiting = index_queue.count_after(connection, index.position())
        aside = set_aside.count_set_aside(connection)
    try:
        vectors = count_waiting(models)
    except (BroadsheetError, OSError):
        vectors = None
    return Numbers(count, index.count(), waiting, vectors, aside)


def _as_it_is(wanted: Wanted, run: Run) -> Run:
    """Return a run as it stands: one that never ended and that nobody is at was interrupted."""
    if run.outcome != RUNNING or is_held(wanted.desk.locks, run.job):
        return run
    return Run(run.pk, run.job, run.started_at, run.finished_at, INTERRUPTED, run.detail, run.counts)
