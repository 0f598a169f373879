"""Do one job once, and record how it went.

Side effects, in order: the job's lock is taken, or nothing at all is done; the run is noted as begun; the work is
done; the run is noted as ended, with its counts. A process that dies in between leaves a run that was interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from broadsheet.domain.errors import BroadsheetError
from broadsheet.domain.operations import DONE, FAILED, RunCounts
from broadsheet.store import runs
from broadsheet.store.database import Database
from broadsheet.store.job_locks import hold_job

LOCKS_NAME = "jobs"
NOTHING = RunCounts()
STOPPED = "Broadsheet was stopped; the next run goes on from here."


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended; `failure` is empty where it went well."""

    counts: RunCounts = NOTHING
    failure: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where jobs are done: the data folder, its record, and the clock."""

    folder: Path
    database: Database
    clock: Callable[[], datetime]

    @property
    def locks(self) -> Path:
        """The folder of the jobs' locks."""
        return self.folder / LOCKS_NAME


def run_job(desk: Desk, job: str, work: Callable[[], Ended], is_due: Callable[[], bool] = lambda: True) -> Ended | None:
    """Do a job and return how it ended; None where another process does it, or did it just before.

    An error of ours ends the run as failed; any other is recorded too, and raised on.
    """
    with hold_job(desk.locks, job) as is_mine:
        if not is_mine or not is_due():
            return None
        with desk.database.write() as connection:
            pk = runs.begin_run(connection, job, desk.clock())
        try:
            ended = work()
        except (BroadsheetError, OSError) as error:
            ended = Ended(failure=str(error))
        except BaseException as error:
            _finish(desk, pk, Ended(failure=f"It broke: {type(error).__name__}"))
            raise
        _finish(desk, pk, ended)
    return ended


def _finish(desk: Desk, pk: int, ended: Ended) -> None:
    outcome = FAILED if ended.failure else DONE
    with desk.database.write() as connection:
        runs.finish_run(connection, pk, outcome, ended.counts, desk.clock(), ended.failure or ended.detail)
