"""Judged collections are read as they are, and refused with the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.sources.collection import read_collection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d1", "title": "", "text": "Lamps"}\n{"_id": 2, "text": "Tides"}\n')
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "light"}\n{"_id": "q2", "text": "unjudged"}\n')
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\n")
    return tmp_path


def test_it_is_read(folder: Path) -> None:
    collection = read_collection(folder)
    assert collection.name == folder.name
    assert [name for name, _ in collection.documents] == ["d1", "2"]
    assert collection.queries == {"q1": "light"}
    assert collection.judged == {"q1": {"d1": 2}}


def test_a_header_is_not_needed(folder: Path) -> None:
    (folder / "qrels.tsv").write_text("q1\td1\t1\n")
    assert read_collection(folder).judged == {"q1": {"d1": 1}}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("corpus.jsonl", "no json\n"),
        ("corpus.jsonl", '{"_id": "d1"}\n'),
        ("corpus.jsonl", "[1]\n"),
        ("queries.jsonl", '{"text": "x"}\n'),
        ("qrels.tsv", "q1\td1\t1\nq1 d1 1\n"),
        ("qrels.tsv", "q1\td1\t1\nq1\td1\tmany\n"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(Invalid, match=name):
        read_collection(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "queries.jsonl").unlink()
    with pytest.raises(NotFound, match="queries"):
        read_collection(folder)
