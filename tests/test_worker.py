"""What runs beside the server goes on, whatever hinders one side of it."""

from __future__ import annotations

import errno
import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadsheet import worker
from broadsheet.domain.errors import Conflict, SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.settings import Settings
from broadsheet.store import runs
from broadsheet.usecases.fetch_source import FetchReport
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.refresh_trending import count_waiting
from broadsheet.wiring import House, open_house
from broadsheet.worker import Worker

WAIT_SECONDS = 60.0
NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


class Failing:
    """A side that fails each time, and says when it has been tried often enough."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self._tries = 0
        self.tried_often = threading.Event()

    def __call__(self, *_: object, **__: object) -> int:
        self._tries += 1
        if self._tries == 3:
            self.tried_often.set()
        raise self._error


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Callable[..., list[Any]]:
    """Let the worker run while one side fails three times; return what it logged."""
    monkeypatch.setattr(worker, "INTERVAL_SECONDS", 0.001)

    def run_with(side: str, error: Exception) -> list[Any]:
        failing = Failing(error)
        monkeypatch.setattr(worker, side, failing)
        mortal = Worker(house)
        with caplog.at_level(logging.ERROR, "broadsheet.worker"):
            mortal.start()
            assert failing.tried_often.wait(WAIT_SECONDS)
            mortal.stop(WAIT_SECONDS)
        return [record for record in caplog.records if record.name == "broadsheet.worker"]

    return run_with


def test_vectors_that_fail_do_not_stop_words(
    house: House, make_record: Callable[..., Record], now: Any, run: Callable[..., list[Any]]
) -> None:
    import_records(house.database, [make_record(n) for n in (1, 2, 3)], now)
    logged = run("follow_with_vectors", OSError(errno.ENOSPC, "No space left on device"))
    assert house.index.count() == 3
    assert [record.exc_info for record in logged] == [None]  # told once, in one sentence
    assert "No space left on device" in logged[0].getMessage()


def test_words_that_fail_do_not_stop_vectors(
    house: House, make_record: Callable[..., Record], now: Any, run: Callable[..., list[Any]]
) -> None:
    import_records(house.database, [make_record(n) for n in (1, 2, 3)], now)
    run("drain_index", OSError("The index could not be written."))
    wanted = house.models.wanted()
    assert wanted is not None
    assert house.index.vectors(wanted.model_id, wanted.dimension).count == 3


def test_scores_follow_too(
    house: House, make_record: Callable[..., Record], now: Any, run: Callable[..., list[Any]]
) -> None:
    import_records(house.database, [make_record(1)], now)
    assert count_waiting(house.database) == 1
    run("drain_index", OSError("The index could not be written."))
    assert count_waiting(house.database) == 0


def test_what_nobody_thought_of_is_logged_and_tried_again(run: Callable[..., list[Any]]) -> None:
    assert all(record.exc_info for record in run("drain_index", LookupError("nobody thought of it")))


def test_another_process_at_work_is_nothing_to_tell(run: Callable[..., list[Any]]) -> None:
    assert run("drain_index", Conflict("Another Broadsheet is writing.")) == []


class Wire:
    """A way to fetch that is asked by name, and answers as it is told."""

    def __init__(self, answer: Callable[[str], FetchReport]) -> None:
        self.asked: list[str] = []
        self.sleep: Callable[[float], None] = lambda _: None
        self.often = threading.Event()
        self._answer = answer

    def make(self, sleep: Callable[[float], None]) -> Wire:
        self.sleep = sleep
        return self

    def __call__(self, source: str, since: date | None, on_papers: Callable[[int], None]) -> FetchReport:
        self.asked.append(source)
        if len(self.asked) >= 4:
            self.often.set()
        return self._answer(source)


@pytest.fixture
def open_house_with(folder: Path) -> Iterator[Callable[..., House]]:
    houses: list[House] = []

    def open_one(**settings: str) -> House:
        moments = itertools.count()
        later = lambda: NOW + timedelta(hours=2 * next(moments))  # noqa: E731 - each look at the clock is later
        houses.append(open_house(folder, later, Settings(embedder="none", **settings)))
        return houses[-1]

    yield open_one
    for house in houses:
        house.close()


def test_the_world_that_cannot_be_reached_is_told_once(
    open_house_with: Callable[..., House], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "LOOK_AT_SCHEDULE_SECONDS", 0.001)
    house = open_house_with(sources="hub")
    wire = Wire(lambda source: FetchReport(source, failure=SourceFailed("example.org: no route")))
    mortal = Worker(house, wire.make)
    with caplog.at_level(logging.WARNING, "broadsheet.worker"):
        mortal.start()
        assert wire.often.wait(WAIT_SECONDS)
        mortal.stop(WAIT_SECONDS)
    [told] = [record.getMessage() for record in caplog.records if record.name == "broadsheet.worker"]
    assert told == "hub could not be fetched, and is tried again later: example.org: no route"


def test_a_source_that_breaks_is_logged_and_tried_again(
    open_house_with: Callable[..., House], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "LOOK_AT_SCHEDULE_SECONDS", 0.001)

    def break_down(source: str) -> FetchReport:
        raise LookupError("nobody thought of it")

    wire = Wire(break_down)
    mortal = Worker(open_house_with(sources="hub"), wire.make)
    with caplog.at_level(logging.ERROR, "broadsheet.worker"):
        mortal.start()
        assert wire.often.wait(WAIT_SECONDS)
        mortal.stop(WAIT_SECONDS)
    assert all(record.exc_info for record in caplog.records if record.name == "broadsheet.worker")


def test_a_slow_source_delays_neither_indexing_nor_the_end(
    open_house_with: Callable[..., House], make_record: Callable[..., Record], now: Any
) -> None:
    house = open_house_with(sources="hub")
    begun, ended = threading.Event(), threading.Event()

    def wait(source: str) -> FetchReport:
        begun.set()
        try:
            wire.sleep(3_600)
        finally:
            ended.set()
        return FetchReport(source)

    wire = Wire(wait)
    mortal = Worker(house, wire.make)
    mortal.start()
    assert begun.wait(WAIT_SECONDS)
    import_records(house.database, [make_record(1)], now)
    while house.index.count() == 0:
        assert not ended.is_set()
    mortal.stop(WAIT_SECONDS)
    assert ended.is_set()
    with house.database.read() as connection:
        [run] = runs.list_runs(connection, 5)
    assert (run.outcome, "stopped" in run.detail) == ("failed", True)


def test_without_a_way_to_fetch_nothing_is_fetched(house: House) -> None:
    mortal = Worker(house)
    mortal.start()
    mortal.stop(WAIT_SECONDS)
    with house.database.read() as connection:
        assert runs.list_runs(connection, 5) == []
