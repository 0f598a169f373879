"""The commands as people use them at a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broadsheet.index.embedded import EmbeddedIndex


@pytest.fixture
def filled(call: Callable[..., Any], hub_lines: Callable[..., str], tmp_path: Path) -> Callable[..., Any]:
    path = tmp_path / "papers.jsonl"
    path.write_text(hub_lines(12))
    assert call("import", path).status == 0
    return call


def test_import_says_what_it_did(filled: Callable[..., Any], hub_lines: Callable[..., str], tmp_path: Path) -> None:
    again = filled("import", tmp_path / "papers.jsonl")
    assert (again.status, again.err) == (0, "")
    assert "0 added, 0 updated, 12 unchanged, 0 set aside. 12 papers in all." in again.out
    mixed = tmp_path / "mixed.jsonl"
    mixed.write_text(hub_lines(1, 20) + "{broken\n")
    done = filled("import", mixed)
    assert done.status == 0
    assert f"{mixed}:2: " in done.err
    assert "doctor --set-aside" in done.err


def test_import_of_nothing_that_can_be_read_fails(call: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "binary"
    path.write_bytes(bytes(range(256)) * 10)
    done = call("import", path)
    assert done.status == 1
    assert "1 set aside" in done.out
    listed = call("doctor", "--set-aside")
    assert (listed.status, str(path) in listed.out) == (0, True)


def test_search_and_edition_print_papers(filled: Callable[..., Any]) -> None:
    done = filled("search", '"harbour note"', "--limit", "3")
    assert done.out.splitlines()[0] == "12 papers match"
    assert done.out.count("Harbour note number") == 3
    done = filled("edition", "2026-02-12")
    assert done.out.count("Harbour note number") == 12
    assert filled("edition", "--format", "md").out.count("Harbour note number") == 12
    assert filled("edition", "1999-01-01").status == 0


def test_search_answers_while_another_process_indexes(
    filled: Callable[..., Any], hub_lines: Callable[..., str], tmp_path: Path, folder: Path
) -> None:
    more = tmp_path / "more.jsonl"
    more.write_text(hub_lines(1, 90))
    with EmbeddedIndex(folder / "index").batch():
        done = filled("import", more)
        assert done.status == 0
        assert "Another Broadsheet is indexing" in done.out
        done = filled("search", "harbour", "--mode", "text")
    assert done.status == 0
    assert done.out.splitlines()[0] == "12 papers match"
    assert filled("search", "harbour", "--mode", "text").out.splitlines()[0] == "13 papers match"


def test_doctor_mends_and_check_only_looks(filled: Callable[..., Any], folder: Path) -> None:
    with EmbeddedIndex(folder / "index").batch() as batch:
        batch.clear()
        batch.commit(0)
    looked = filled("doctor", "--check-only")
    assert looked.status == 1
    assert "BAD  index" in looked.out
    mended = filled("doctor")
    assert mended.status == 0
    assert "BAD" not in mended.out
    assert filled("doctor", "--check-only").status == 0


@pytest.mark.parametrize("form", ["bib", "ris", "csl.json", "csv", "md"])
def test_search_and_edition_print_files(filled: Callable[..., Any], form: str) -> None:
    for arguments in (("search", '"harbour note"'), ("edition", "2026-02-12")):
        done = filled(*arguments, "--format", form)
        assert (done.status, done.out.count("Harbour note number")) == (0, 12)


@pytest.mark.parametrize(
    ("host", "root"),
    [("0.0.0.0", "http://127.0.0.1:"), ("::1", "http://[::1]:"), ("papers.example", "http://papers.example:")],
)
def test_links_of_a_file_lead_to_the_site(
    filled: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, host: str, root: str
) -> None:
    monkeypatch.setenv("BROADSHEET_HOST", host)
    assert root in filled("edition", "2026-02-12", "--format", "md").out
