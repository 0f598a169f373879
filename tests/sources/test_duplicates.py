"""Collections of labelled pairs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.sources.duplicates import MATCHES, RECORDS_A, RECORDS_B, is_duplicates, read_duplicates


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    for name, prefix in ((RECORDS_A, "a"), (RECORDS_B, "b")):
        rows = [{"_id": f"{prefix}{n}", "title": f"Lamp {n}", "authors": "Ada Quill", "year": "2001"} for n in (1, 2)]
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    (tmp_path / MATCHES).write_text("a\tb\na1\tb1\na2\tb2\n")
    return tmp_path


def test_a_folder(pairs: Path) -> None:
    assert is_duplicates(pairs)
    found = read_duplicates(pairs)
    assert found.matches == {("a1", "b1"), ("a2", "b2")}
    assert [record.title for record in found.right] == ["Lamp 1", "Lamp 2"]
    assert found.left[0].authors == ("Ada Quill",)
    assert found.left[0].published_on is not None
    assert {record.source for record in found.left} != {record.source for record in found.right}


def test_another_folder(pairs: Path) -> None:
    (pairs / MATCHES).unlink()
    assert not is_duplicates(pairs)
    with pytest.raises(NotFound, match=MATCHES):
        read_duplicates(pairs)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (MATCHES, "a1\tb9\n"),
        (MATCHES, "a1\n"),
        (MATCHES, "a\tb\n"),
        (RECORDS_A, "{broken\n"),
        (RECORDS_A, "[1]\n"),
        (RECORDS_B, '{"_id": "b1"}\n'),
    ],
)
def test_a_line_that_is_not_of_the_form(pairs: Path, name: str, text: str) -> None:
    (pairs / name).write_text(text)
    with pytest.raises(Invalid, match=name):
        read_duplicates(pairs)
