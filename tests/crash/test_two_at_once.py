"""Two processes that import at the same time lose nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from broadsheet.store import papers, records
from broadsheet.usecases.check import check_house
from broadsheet.usecases.read_papers import search_papers
from broadsheet.wiring import House

COUNT = 1_200


@pytest.mark.parametrize("shift", [0, 500, COUNT], ids=["same papers", "some the same", "others"])
@pytest.mark.parametrize("fresh", [True, False], ids=["new folder", "old folder"])
def test_two_imports(
    open_at: Callable[[Path], House],
    folder: Path,
    tmp_path: Path,
    hub_lines: Callable[..., str],
    environment: dict[str, str],
    shift: int,
    fresh: bool,
) -> None:
    if not fresh:
        open_at(folder).close()
    running = []
    for number, first in enumerate((1, 1 + shift)):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(hub_lines(COUNT, first))
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "broadsheet", "import", str(path), "--data", str(folder)],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
            )
        )  # fmt: skip
    for process in running:
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err.decode()) == (0, "")
    house = open_at(folder)
    with house.database.read() as connection:
        total = papers.count_papers(connection)
        kept = records.list_records(connection, papers.list_pks_after(connection, 0, 10_000))
    assert total == len(kept) == COUNT + shift
    assert all(len(of_paper) == 1 for of_paper in kept.values())
    assert all(check.ok for check in check_house(house.database, house.index))
    assert search_papers(house.database, house.index, "harbour", 1).listing.count == total
