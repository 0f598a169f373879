"""Files into record and index: counted, set aside, said."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from broadsheet.domain.errors import NotFound
from broadsheet.sources.reading import ReadOptions
from broadsheet.store import sample_papers, set_aside
from broadsheet.usecases.import_files import ImportReport, Progress, import_files, list_files
from broadsheet.usecases.load_sample import load_sample_if_empty
from broadsheet.usecases.read_papers import search_papers
from broadsheet.wiring import House

Lines = Callable[..., str]


@pytest.fixture
def bring_in(house: House, now: datetime) -> Callable[..., ImportReport]:
    def bring(*files: Path, progress: Progress | None = None) -> ImportReport:
        return import_files(house.database, house.index, list(files), ReadOptions(), now, progress)

    return bring


def test_counts_add_up_and_what_is_broken_is_told(
    house: House, bring_in: Callable[..., ImportReport], hub_lines: Lines, tmp_path: Path
) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_text(hub_lines(3) + "{broken\n" + hub_lines(2) + '{"id": "2602.00009", "summary": "untitled"}\n')
    report = bring_in(path)
    counts = report.counts
    assert (counts.read, counts.added, counts.updated, counts.unchanged, counts.set_aside) == (7, 3, 0, 2, 2)
    assert report.papers == 3
    with house.database.read() as connection:
        rows = set_aside.list_set_aside(connection, 10)
    assert {(row.origin, row.line) for row in rows} == {(str(path), 4), (str(path), 7)}
    assert all(row.reason for row in rows)


def test_the_same_file_again_changes_nothing(
    house: House, bring_in: Callable[..., ImportReport], hub_lines: Lines, tmp_path: Path
) -> None:
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress((hub_lines(5) + "{broken\n").encode()))
    bring_in(path)
    revision = house.database.revision()
    counts = bring_in(path).counts
    assert (counts.read, counts.added, counts.updated, counts.unchanged, counts.set_aside) == (6, 0, 0, 5, 1)
    assert house.database.revision() == revision


def test_search_sees_the_papers_at_once(
    house: House, bring_in: Callable[..., ImportReport], hub_lines: Lines, tmp_path: Path
) -> None:
    for first in (1, 4):
        path = tmp_path / f"{first}.jsonl"
        path.write_text(hub_lines(3, first))
        report = bring_in(path)
        assert not report.index_is_behind
        assert search_papers(house.database, house.index, "harbour", 50).listing.count == report.papers


def test_more_than_one_batch(
    house: House, bring_in: Callable[..., ImportReport], hub_lines: Lines, tmp_path: Path
) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text(hub_lines(2_100))
    read, indexed = [], []
    report = bring_in(path, progress=Progress(read.append, indexed.append))
    assert report.counts.added == report.papers == sum(indexed) == house.index.count() == 2_100
    assert sum(read) == path.stat().st_size


def test_the_sample_makes_room_for_the_first_real_papers(
    house: House, bring_in: Callable[..., ImportReport], hub_lines: Lines, tmp_path: Path, now: datetime
) -> None:
    loaded = load_sample_if_empty(house.database, house.index, house.today(), now)
    assert loaded == house.index.count() > 100
    broken, path = tmp_path / "broken.jsonl", tmp_path / "papers.jsonl"
    broken.write_text("{broken\n")
    assert bring_in(broken).papers == loaded
    path.write_text(hub_lines(3))
    report = bring_in(path)
    assert (report.sample_removed, report.papers, house.index.count()) == (loaded, 3, 3)
    with house.database.read() as connection:
        assert sample_papers.count_sample_papers(connection) == 0
    assert load_sample_if_empty(house.database, house.index, house.today(), now) == 0


def test_a_file_that_cannot_be_opened_is_set_aside_and_the_rest_comes_in(
    house: House, bring_in: Callable[..., ImportReport], hub_lines: Lines, tmp_path: Path
) -> None:
    closed, path = tmp_path / "a.socket", tmp_path / "b.jsonl"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(closed))
    listener.close()
    path.write_text(hub_lines(3))
    report = bring_in(closed, path)
    assert (report.counts.added, report.counts.set_aside) == (3, 1)


def test_while_another_holds_the_index_the_papers_wait_in_the_queue(
    house: House, bring_in: Callable[..., ImportReport], hub_lines: Lines, tmp_path: Path
) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text(hub_lines(3))
    with house.index.batch():
        assert bring_in(path).index_is_behind
    assert house.index.count() == 0
    assert not bring_in(path).index_is_behind
    assert house.index.count() == 3


def test_folders_are_read_through_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.bib", "a/c.ris", ".hidden", "a/.git/x", "a/d.json"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    single = tmp_path / ".named"
    single.touch()
    found = list_files([single, tmp_path / "in"])
    assert [path.name for path in found] == [".named", "c.ris", "d.json", "b.bib"]
    with pytest.raises(NotFound):
        list_files([tmp_path / "absent"])
