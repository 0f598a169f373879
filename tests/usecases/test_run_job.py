"""A job is done by one process at a time, and each run is recorded, however it ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from broadsheet.domain.errors import SourceFailed
from broadsheet.domain.operations import Run, RunCounts
from broadsheet.store import runs
from broadsheet.store.job_locks import hold_job, is_held
from broadsheet.usecases.run_job import Desk, Ended, run_job
from broadsheet.wiring import House


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def desk(house: House, now: datetime) -> Desk:
    return Desk(house.folder, house.database, Clock(now))


def newest(desk: Desk) -> Run:
    with desk.database.read() as connection:
        return runs.list_runs(connection, 1)[0]


def test_a_run_is_recorded_with_counts_duration_and_outcome(desk: Desk) -> None:
    ended = Ended(RunCounts(9, 5, 1, 2, 1), detail="not complete")
    assert run_job(desk, "hub", lambda: ended) == ended
    run = newest(desk)
    assert (run.job, run.outcome, run.detail, run.counts) == ("hub", "done", "not complete", ended.counts)
    assert run.duration == timedelta(seconds=1)


def test_a_failure_of_ours_ends_the_run(desk: Desk) -> None:
    def work() -> Ended:
        raise SourceFailed("example.org answered 503")

    ended = run_job(desk, "hub", work)
    assert ended is not None
    assert ended.failure == "example.org answered 503"
    assert (newest(desk).outcome, newest(desk).detail) == ("failed", "example.org answered 503")


def test_what_nobody_thought_of_is_recorded_and_raised(desk: Desk) -> None:
    def work() -> Ended:
        raise LookupError("nobody thought of it")

    with pytest.raises(LookupError):
        run_job(desk, "hub", work)
    assert (newest(desk).outcome, newest(desk).detail) == ("failed", "It broke: LookupError")


def test_nothing_is_done_while_another_does_it(desk: Desk) -> None:
    with hold_job(desk.locks, "hub") as is_mine:
        assert is_mine
        assert is_held(desk.locks, "hub")
        assert run_job(desk, "hub", lambda: pytest.fail("done twice")) is None
        assert run_job(desk, "openreview", Ended) is not None
    assert not is_held(desk.locks, "hub")
    assert run_job(desk, "hub", Ended) is not None


def test_nothing_is_done_where_another_just_did_it(desk: Desk) -> None:
    assert run_job(desk, "hub", lambda: pytest.fail("done twice"), lambda: False) is None
    with desk.database.read() as connection:
        assert runs.list_runs(connection, 5) == []


def test_a_run_that_never_ended_was_interrupted(desk: Desk) -> None:
    with desk.database.write() as connection:
        runs.begin_run(connection, "hub", desk.clock())
    assert newest(desk).outcome == "running"
    run_job(desk, "hub", Ended)
    with desk.database.read() as connection:
        found = runs.list_runs(connection, 5, "hub")
    assert [(run.outcome, run.duration is None) for run in found] == [("done", False), ("interrupted", True)]
