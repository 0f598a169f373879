"""`broadsheet work`, what `edition` says of completeness, and what `doctor` says of feeds."""

from __future__ import annotations

import json
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.store import alarms
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.link_papers import count_waiting_records
from broadsheet.wiring import House

_ARXIV = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "usecases" / "invented_arxiv.py")))
_OUTSIDE = runpy.run_path(str(Path(__file__).parents[1] / "sources" / "outside.py"))
world, outside, Archive = _OUTSIDE["world"], _OUTSIDE["outside"], _OUTSIDE["Archive"]
DAY = date(2026, 3, 4)


@pytest.fixture
def announced(house: House, now: datetime) -> House:
    """Two papers announced, one of them here, under the day of its submission."""
    papers = (Announced("2603.00001", "new"), Announced("2603.00002", "new"))
    import_records(house.database, [_ARXIV.record_of("2603.00001", date(2026, 3, 2))], now)
    _ARXIV.announce(house.database, Announcement("arxiv-listing", "cs.CL", DAY, papers, 2), now)
    return house


def test_edition_says_whether_it_is_complete(announced: House, call: Callable[..., Any]) -> None:
    found = call("edition", DAY, "--json").document
    assert (found["announced"], found["arrived"], found["missing"], found["papers"]) == (2, 1, ["2603.00002"], [])
    found = call("edition", DAY, "--press", "--json").document
    assert [entry["paper"]["id"] for entry in found["papers"]] == ["2603.00001"]
    assert found["papers"][0]["late"] is False
    line = found["completeness"].pop("line")
    assert line.startswith("1 of 2 announced, as of ")
    assert found["completeness"] == {"complete": False, "folded": 0, "late": 0, "unnamed": 0}
    assert datetime.fromisoformat(found["as_of"]).tzinfo == UTC
    assert call("edition", DAY).out.splitlines()[-1] == line
    assert call("edition", DAY, "--format", "md").out.splitlines()[-1] == line


def test_a_day_without_announcements_has_no_line(announced: House, call: Callable[..., Any]) -> None:
    found = call("edition", "2026-03-02", "--json").document
    assert (found["announced"], found["arrived"], found["as_of"], found["completeness"]) == (None, 1, None, None)
    assert "announced" not in call("edition", "2026-03-02").out


def test_press_wants_a_day(announced: House, call: Callable[..., Any]) -> None:
    done = call("edition", "2026-W10", "--press")
    assert done.status == 2
    assert "2025-11-07" in done.err
    assert call("edition", "--press").status == 0


def test_doctor_tells_of_alarms(house: House, call: Callable[..., Any], now: datetime) -> None:
    with house.database.write() as connection:
        alarms.raise_alarm(connection, "feed arxiv-rss cs.CL", "It is stale.", now)
    done = call("doctor", "--json")
    assert done.status == 1
    [check] = [check for check in json.loads(done.out)["checks"] if check["name"] == "feeds"]
    assert check == {"name": "feeds", "ok": False, "detail": "It is stale."}
    with house.database.write() as connection:
        alarms.clear_alarm(connection, "feed arxiv-rss cs.CL", now)
    assert call("doctor").status == 0


@pytest.fixture
def environment_to(outside: Any, folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """A process's environment in which arXiv is the local server, and the only source."""
    return {
        **environment,
        "BROADSHEET_ARXIV_API": f"{outside.address}/api/query",
        "BROADSHEET_ALLOWED_HOSTS": outside.host,
        "BROADSHEET_SOURCES": "arxiv",
        "BROADSHEET_EMBEDDER": "none",
        "BROADSHEET_DATA": str(folder),
    }


def test_work_once_does_what_is_due_and_ends(
    outside: Any,
    environment_to: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[..., Any],
    house: House,
) -> None:
    for name in environment_to.keys() & {"BROADSHEET_ARXIV_API", "BROADSHEET_ALLOWED_HOSTS", "BROADSHEET_SOURCES"}:
        monkeypatch.setenv(name, environment_to[name])
    monkeypatch.setenv("BROADSHEET_EMBEDDER", "none")
    today = datetime.now(UTC)
    outside.otherwise = lambda _: (200, {}, _OUTSIDE["feed"]([Archive.entry(n, today) for n in range(3)], 3))
    done = call("work", "--once")
    assert (done.status, done.out, done.err) == (0, "arxiv: 3 read, 3 added\n", "")
    assert call("search", "lantern", "--json").document["count"] == 3
    assert count_waiting_records(house.database) == 0
    asked = len(outside.asked)
    assert call("work", "--once").out == ""
    assert len(outside.asked) == asked


def test_work_once_tells_what_it_could_not_reach(
    environment_to: dict[str, str], monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any], outside: Any
) -> None:
    monkeypatch.setenv("BROADSHEET_ARXIV_API", f"{outside.address}/api/query")
    monkeypatch.setenv("BROADSHEET_SOURCES", "arxiv")
    monkeypatch.setenv("BROADSHEET_EMBEDDER", "none")
    done = call("work", "--once")  # a private address that nobody allowed
    assert (done.status, done.out) == (0, "")
    assert done.err.startswith("arxiv: ")


@pytest.fixture
def start(environment_to: dict[str, str]) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def run() -> subprocess.Popen[str]:
        arguments = [sys.executable, "-m", "broadsheet", "work"]
        started.append(
            subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment_to)
        )
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_work_ends_when_asked_while_a_source_does_not_answer(
    outside: Any, start: Callable[[], subprocess.Popen[str]], sign: signal.Signals
) -> None:
    asked = _OUTSIDE["threading"].Event()

    def stall(_: Any) -> Any:
        asked.set()
        return _OUTSIDE["STALL"]

    outside.otherwise = stall
    process = start()
    assert asked.wait(60)
    process.send_signal(sign)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.splitlines()[-1] == "Stopped. Everything is kept."
    assert err == ""
