"""`broadsheet work --once`, killed at any moment, or twice at once on one folder: all papers, each once, no haste."""

from __future__ import annotations

import random
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.domain.days import period_of
from broadsheet.settings import Settings
from broadsheet.store import announced, editions, papers, presses
from broadsheet.usecases.check import check_house
from broadsheet.wiring import open_house

_SERVER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "sources" / "arxiv_server.py")))
PACED = Path(__file__).with_name("paced.py")
# An hour after an announcement, on a Wednesday evening in New York.
BEGIN = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
DAY = date(2026, 3, 5)
CATEGORIES = ("cs.CL", "cs.LG", "hep-th")
KILLS = 10


class World:
    """A local arXiv, and processes whose clocks agree with it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.shift = folder, BEGIN - datetime.now(UTC)
        self.archive = _SERVER.Archive(seed=5)
        self.archive.invent(date(2026, 1, 5), date(2026, 3, 4), per_day=30)
        self.server = _SERVER.ArxivServer(
            self.archive, lambda: datetime.now(UTC) + self.shift, shape=_SERVER.Shape(api_slice=40, oai_page=40)
        )
        self.environment = {
            **environment,
            "BROADSHEET_ARXIV_API": self.server.api,
            "BROADSHEET_ARXIV_OAI": self.server.oai,
            "BROADSHEET_ARXIV_LISTING": self.server.listing,
            "BROADSHEET_ALLOWED_HOSTS": self.server.host,
            "BROADSHEET_CATEGORIES": " ".join(CATEGORIES),
            "BROADSHEET_SOURCES": "arxiv-listing arxiv arxiv-oai",
            "BROADSHEET_EMBEDDER": "none",
        }

    def work(self, seconds: float) -> subprocess.Popen[str]:
        """Start `broadsheet work --once` with so many seconds between two requests."""
        command = [sys.executable, str(PACED), str(self.shift.total_seconds()), str(seconds), "work", "--once"]
        return subprocess.Popen(
            [*command, "--data", str(self.folder)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment,
        )  # fmt: skip

    def prove(self) -> None:
        """Prove that the record holds what arXiv has, each paper once, and that the edition is complete."""
        now = datetime.now(UTC) + self.shift
        house = open_house(self.folder, lambda: now, Settings(embedder="none"))
        try:
            with house.database.read() as connection:
                pks = papers.list_pks_after(connection, 0, 100_000)
                names = {paper.pk: paper.id for paper in papers.list_papers(connection, pks)}
                shown = [pk for pk, _ in editions.list_edition(connection, period_of("day", DAY), 10_000)]
                found = announced.find_completeness(connection, DAY)
                press = presses.find_press(connection, DAY)
            truth = self.archive.first_announced(CATEGORIES, DAY)
            wanted = {name for name, day in truth.items() if day == DAY}
            ids = list(names.values())
            assert len(ids) == len(set(ids))
            recent = date(2026, 3, 2)  # what was submitted since is what the first fetch brings
            public = [paper for paper in self.archive.public(now) if paper.versions[0].submitted_at.date() >= recent]
            assert {paper.arxiv_id for paper in public} <= set(ids)
            assert {names[pk] for pk in shown} == wanted
            assert found is not None
            assert found.is_complete
            assert found.announced == len(wanted) > 20
            assert press is not None
            assert all(check.ok for check in check_house(house.database, house.index, repair=False))
        finally:
            house.close()


@pytest.fixture
def world(folder: Path, environment: dict[str, str]) -> Iterator[World]:
    made = World(folder, environment)
    yield made
    made.server.close()


def test_killed_at_random_moments(world: World) -> None:
    chance, killed = random.Random(11), 0
    for _ in range(KILLS):
        process = world.work(0.2)
        asked = len(world.server.asked)
        while len(world.server.asked) == asked and process.poll() is None:
            pass  # until it is at work
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(0.0, 0.6))
        process.kill()
        _, err = process.communicate(timeout=60)
        assert process.returncode in (0, -signal.SIGKILL)
        killed += process.returncode != 0
        assert err == ""
        world.shift += timedelta(minutes=61)  # a job that was killed is due again within the hour
    process = world.work(0.02)
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert killed == KILLS
    world.prove()


def test_two_at_once_ask_for_nothing_twice(world: World) -> None:
    running = [world.work(0.2) for _ in range(2)]
    told = []
    for process in running:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
        told += [line.split(":")[0] for line in out.splitlines()]
    assert sorted(told) == ["arxiv", "arxiv-listing", "arxiv-oai"]
    asked = world.server.asked
    assert len(asked) == len(set(asked)) > 10
    assert min(b - a for a, b in pairwise(sorted(world.server.asked_at))) >= timedelta(seconds=0.2)
    world.prove()
