"""All can be taken along: what was exported gives the same store in an empty folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from broadsheet.domain.errors import Misconfigured
from broadsheet.domain.paper import Record
from broadsheet.sources.reading import ReadOptions
from broadsheet.store import editions, papers, records
from broadsheet.usecases.export import export_all
from broadsheet.usecases.import_files import import_files, list_files
from broadsheet.wiring import House


@pytest.fixture
def filled(house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]) -> House:
    take_in(house, make_record(1, source="daily-page", source_id="k", arxiv_id=None), make_record(2))
    take_in(house, make_record(1, upvotes=7, edition_on=date(2026, 3, 2), doi="10.1000/x"))
    take_in(house, make_record(2, title="Corrected words", edition_on=date(2026, 3, 2)))
    take_in(house, make_record(3, abstract="", summary="Ours.", author_count=4, authors=(), organization="Lab"))
    return house


def whole(house: House) -> Any:
    """All that a store says, without the numbers it gave."""
    with house.database.read() as connection:
        found = papers.list_papers(connection, papers.list_pks_after(connection, 0, 100))
        kept = records.list_records(connection, [paper.pk for paper in found])
        days = editions.list_days_of(connection, [paper.pk for paper in found])
        return {paper.id: (paper.content, set(paper.sources), kept[paper.pk], days[paper.pk]) for paper in found}


def test_what_is_written(filled: House, tmp_path: Path) -> None:
    told: list[int] = []
    assert export_all(filled.database, tmp_path / "out", told.append) == {"papers": 3, "editions": 2}
    assert sum(told) == 3
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["editions.jsonl", "papers.jsonl"]
    lines = [json.loads(line) for line in (tmp_path / "out/papers.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == ["2603.00001", "2603.00002", "2603.00003"]
    assert [len(line["records"]) for line in lines] == [2, 2, 1]
    days = [json.loads(line) for line in (tmp_path / "out/editions.jsonl").read_text().splitlines()]
    assert days == [
        {"date": "2026-02-01", "papers": ["2603.00003"]},
        {"date": "2026-03-02", "papers": ["2603.00001", "2603.00002"]},
    ]


def test_import_of_it_gives_the_same_store(
    filled: House, open_at: Callable[[Path], House], tmp_path: Path, now: datetime
) -> None:
    export_all(filled.database, tmp_path / "out", lambda _: None)
    other = open_at(tmp_path / "other")
    report = import_files(other.database, other.index, list_files([tmp_path / "out"]), ReadOptions(), now)
    assert report.counts.set_aside == 0
    assert whole(other) == whole(filled)
    again = import_files(other.database, other.index, list_files([tmp_path / "out"]), ReadOptions(), now)
    assert (again.counts.added, again.counts.updated) == (0, 0)


def test_a_folder_that_cannot_be_written(filled: House, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("")
    with pytest.raises(Misconfigured):
        export_all(filled.database, tmp_path / "letter" / "out", lambda _: None)
