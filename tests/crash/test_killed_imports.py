"""kill -9 in the middle of an import: the next start finds record and index agreeing, and nothing is lost."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from broadsheet.sources.reading import ReadOptions
from broadsheet.usecases.check import check_house
from broadsheet.usecases.import_files import import_files
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.read_papers import search_papers
from broadsheet.wiring import RECORD_NAME, House

COUNT = 2_200
KILLS = 8

# An import that kills itself at a moment that is chosen from outside, through the doors that every caller has.
SUICIDE = """
import os, signal, sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from broadsheet.settings import Settings
from broadsheet.sources.reading import ReadOptions
from broadsheet.usecases.import_files import Progress, import_files
from broadsheet.wiring import open_house

folder, path, moment, after = sys.argv[1:]
left = int(after)

def die(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

class Batch:
    def __init__(self, batch):
        self.put, self.remove, self.clear, self._batch = batch.put, batch.remove, batch.clear, batch
    def commit(self, position):
        if moment == "before the index commits":
            die()
        self._batch.commit(position)
        if moment == "after the index committed":
            die()

class Index:
    def __init__(self, index):
        self.position, self.count, self._index = index.position, index.count, index
    @contextmanager
    def batch(self):
        with self._index.batch() as batch:
            yield Batch(batch)

now = datetime(2026, 3, 4, tzinfo=UTC)
house = open_house(Path(folder), lambda: now, Settings())
progress = Progress(die if moment == "reading" else None, die if moment == "indexing" else None)
import_files(house.database, Index(house.index), [Path(path)], ReadOptions(), now, progress)
"""


@pytest.fixture(scope="module")
def papers_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crash") / "papers.jsonl"


@pytest.fixture
def path(papers_file: Path, hub_lines: Callable[..., str]) -> Path:
    if not papers_file.exists():
        papers_file.write_text(hub_lines(COUNT))
    return papers_file


def sound_and_complete_again(house: House, path: Path, now: datetime) -> None:
    """Prove that record and index agree as found, and that the same import ends where it would have."""
    drain_index(house.database, house.index)
    checks = check_house(house.database, house.index, repair=False)
    assert all(check.ok for check in checks), checks
    there = house.index.count()
    report = import_files(house.database, house.index, [path], ReadOptions(), now)
    counts = report.counts
    assert (counts.read, counts.added, counts.updated, counts.set_aside) == (COUNT, COUNT - there, 0, 0)
    assert report.papers == house.index.count() == COUNT
    assert all(check.ok for check in check_house(house.database, house.index, repair=False))
    assert search_papers(house.database, house.index, "harbour", 1).listing.count == COUNT


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_a_random_moment(
    open_at: Callable[[Path], House],
    folder: Path,
    path: Path,
    now: datetime,
    environment: dict[str, str],
    seed: int,
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "broadsheet", "import", str(path), "--data", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment,
    )  # fmt: skip
    try:
        while not (folder / RECORD_NAME).exists() and process.poll() is None:
            pass
        process.wait(timeout=random.Random(seed).uniform(0.0, 1.2))
    except subprocess.TimeoutExpired:
        process.kill()
    _, err = process.communicate(timeout=60)
    assert process.returncode in (0, -9)
    assert err == b""
    sound_and_complete_again(open_at(folder), path, now)


@pytest.mark.parametrize(
    ("moment", "after"),
    [
        ("reading", 1),
        ("reading", 2),
        ("indexing", 0),
        ("indexing", 1),
        ("before the index commits", 0),
        ("after the index committed", 0),
    ],
)
def test_killed_at_each_seam(
    open_at: Callable[[Path], House],
    folder: Path,
    path: Path,
    now: datetime,
    environment: dict[str, str],
    moment: str,
    after: int,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SUICIDE, str(folder), str(path), moment, str(after)],
        capture_output=True, env=environment, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (-9, b"")
    sound_and_complete_again(open_at(folder), path, now)
