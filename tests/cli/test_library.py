"""`save`, `unsave`, and a search in the library, at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def filled(call: Callable[..., Any], tmp_path: Path, hub_lines: Callable[..., str]) -> Callable[..., Any]:
    """The program over four papers."""
    (tmp_path / "hub.jsonl").write_text(hub_lines(4))
    call("import", tmp_path / "hub.jsonl")
    return call


def test_saved_searched_and_taken_out(filled: Callable[..., Any]) -> None:
    assert filled("save", "2602.00003", "2602.00001", "--json").document == {"saved": ["2602.00003", "2602.00001"]}
    found = filled("search", "harbour", "in:library", "--json").document
    assert sorted(entry["paper"]["id"] for entry in found["results"]) == ["2602.00001", "2602.00003"]
    assert (found["count"], found["notice"]) == (2, None)
    assert filled("unsave", "2602.00003", "--json").document == {"unsaved": ["2602.00003"]}
    assert filled("search", "in:library", "--json").document["count"] == 1
    assert filled("unsave", "2602.00001").out == "Unsaved 2602.00001: Harbour note number 1\n"
    told = filled("search", "in:library")
    assert (told.status, told.out, told.err) == (
        0, "0 papers match\n", "Nothing is saved in the library yet.\n",
    )  # fmt: skip


def test_an_unknown_id_saves_nothing(filled: Callable[..., Any]) -> None:
    told = filled("save", "2602.00001", "2602.99999")
    assert (told.status, told.out) == (1, "")
    assert "no paper with this id" in told.err
    assert filled("save").status == 2
    assert filled("search", "in:library", "--json").document["count"] == 0


def test_out_and_in_as_files(filled: Callable[..., Any], tmp_path: Path) -> None:
    entries = "@misc{a, title={A tide table}, doi={10.1000/tide}, keywords={Sea}}\n@misc{b}\n"
    (tmp_path / "mine.bib").write_text(entries)
    told = filled("library", "import", tmp_path / "mine.bib", "--folder", "F", "--tag", "x", "--keywords")
    assert told.out == "Read 2: 1 saved, 0 were saved before, 1 set aside; 1 papers are new here.\n"
    assert told.err == "line 2: no title @misc{b}\n"
    counts = filled("library", "import", tmp_path / "mine.bib", "--json").document
    assert counts == {"read": 2, "saved": 0, "were_saved": 1, "added": 0, "set_aside": 1}
    assert filled("library", "export").out.startswith("@")
    (one,) = json.loads(filled("library", "export", "--format", "json", "--folder", "F", "--tag", "SEA").out)
    assert (one["paper"]["id"], one["tags"], one["folders"]) == ("10.1000/tide", ["sea", "x"], ["F"])
    assert filled("library", "export", "--folder", "G").status == 1
    assert filled("library", "export", "--reader", "nobody").status == 1
    (tmp_path / "no.txt").write_text("lamps")
    assert filled("library", "import", tmp_path / "no.txt").status == 2
