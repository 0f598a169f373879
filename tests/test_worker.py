"""What runs beside the server goes on, whatever hinders one side of it."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from broadsheet import worker
from broadsheet.domain.errors import Conflict
from broadsheet.domain.paper import Record
from broadsheet.usecases.import_papers import import_records
from broadsheet.wiring import House
from broadsheet.worker import Worker

WAIT_SECONDS = 60.0


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


def test_what_nobody_thought_of_is_logged_and_tried_again(run: Callable[..., list[Any]]) -> None:
    assert all(record.exc_info for record in run("drain_index", LookupError("nobody thought of it")))


def test_another_process_at_work_is_nothing_to_tell(run: Callable[..., list[Any]]) -> None:
    assert run("drain_index", Conflict("Another Broadsheet is writing.")) == []
