"""Runs: each time that a job was done, with its counts, its duration and how it ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from broadsheet.domain.operations import INTERRUPTED, RUNNING, Run, RunCounts
from broadsheet.store.tables import runs


def begin_run(connection: Connection, job: str, now: datetime) -> int:
    """Note that a job begins and return the run's pk; earlier runs of it that never ended were interrupted.

    Only for whoever has the job's lock.
    """
    broken_off = (runs.c.job == job) & (runs.c.outcome == RUNNING)
    connection.execute(update(runs).where(broken_off).values(outcome=INTERRUPTED))
    values = {"job": job, "started_at": now, "outcome": RUNNING, "detail": "", **RunCounts()._asdict()}
    done = connection.execute(insert(runs).values(**values))
    return int((done.inserted_primary_key or (0,))[0])


def finish_run(
    connection: Connection, pk: int, outcome: str, counts: RunCounts, now: datetime, detail: str = ""
) -> None:
    """Note how a run ended."""
    values = {"finished_at": now, "outcome": outcome, "detail": detail, **counts._asdict()}
    connection.execute(update(runs).where(runs.c.pk == pk).values(**values))


def list_runs(connection: Connection, limit: int, job: str | None = None) -> list[Run]:
    """Return the newest runs first, of one job or of all."""
    rows = select(runs).order_by(runs.c.pk.desc()).limit(limit)
    return [_run(row) for row in connection.execute(rows if job is None else rows.where(runs.c.job == job))]


def list_last_runs(connection: Connection, outcome: str | None = None) -> dict[str, Run]:
    """Return the newest run of each job, of any outcome or of one."""
    newest = select(func.max(runs.c.pk)).group_by(runs.c.job)
    if outcome is not None:
        newest = newest.where(runs.c.outcome == outcome)
    rows = select(runs).where(runs.c.pk.in_(newest)).order_by(runs.c.job)
    return {row.job: _run(row) for row in connection.execute(rows)}


def _run(row: Any) -> Run:
    finished = row.finished_at.replace(tzinfo=UTC) if row.finished_at else None
    counts = RunCounts(row.read, row.added, row.updated, row.unchanged, row.set_aside)
    started = row.started_at.replace(tzinfo=UTC)
    return Run(row.pk, row.job, started, finished, row.outcome, row.detail, counts)
