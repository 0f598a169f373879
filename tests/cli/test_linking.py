"""Linking at the command line: import links, `join` and `split`, `evaluate` on labelled pairs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TEXT = " ".join(f"we light lamp {n} and count the boats" for n in range(20))
TITLE = "How far a harbour lamp is seen through rain and fog"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The Hub's paper and a reference manager's copy of it, spelt otherwise."""
    folder = tmp_path / "files"
    folder.mkdir()
    hub = {"id": "2602.00001", "title": TITLE, "summary": TEXT, "authors": [{"name": "Ada Quill"}],
           "publishedAt": "2026-02-11T00:00:00.000Z"}  # fmt: skip
    (folder / "hub.jsonl").write_text(json.dumps(hub) + "\n")
    fields = f"title = {{{TITLE.upper()}}}, author = {{Quill, A.}}, year = 2026, abstract = {{{TEXT} End.}}"
    copy = f"@article{{quill, {fields}}}\n"
    (folder / "list.bib").write_text(copy)
    return folder


def test_import_links_what_came(call: Callable[..., Any], files: Path) -> None:
    assert call("import", files, "--json").document["papers"] == 1
    found = call("search", "harbour", "--json").document
    assert found["count"] == 1
    reasons = {entry["source"]: entry["reason"] for entry in found["results"][0]["paper"]["sources"]}
    assert sorted(reasons) == ["bibtex", "hub"]
    assert sorted(reasons.values())[0] == ""
    assert "likeness" in sorted(reasons.values())[1]


def test_split_and_join(call: Callable[..., Any], files: Path) -> None:
    call("import", files)
    (paper,) = call("search", "harbour", "--json").document["results"]
    (copy,) = [entry["source_id"] for entry in paper["paper"]["sources"] if entry["source"] == "bibtex"]
    apart = call("split", "2602.00001", f"bibtex:{copy}", "--json").document
    assert [entry["source"] for entry in apart["sources"]] == ["bibtex"]
    assert call("search", "harbour", "--json").document["count"] == 2
    told = call("join", apart["id"], "2602.00001")
    assert told.status == 0
    assert ": joined by hand" in told.out
    assert call("search", "harbour", "--json").document["count"] == 1


def test_hide_and_unhide(call: Callable[..., Any], files: Path) -> None:
    call("import", files)
    assert call("hide", "2602.00001").status == 2
    assert call("hide", "2602.00001", "--reason", " ").status == 2
    assert call("hide", "2602.00001", "--reason", "Withdrawn", "--json").document["id"] == "2602.00001"
    assert call("search", "harbour", "--json").document["count"] == 0
    assert call("hide", "2602.00001", "--reason", "Withdrawn").status == 1
    assert call("unhide", "2602.00001", "--reason", "A mistake").status == 0
    assert call("search", "harbour", "--json").document["count"] == 1
    assert call("doctor").status == 0


def test_used_wrongly(call: Callable[..., Any], files: Path) -> None:
    call("import", files)
    assert call("split", "2602.00001", "bibtex").status == 2
    assert call("split", "2602.00001", "bibtex:other").status == 2
    assert call("join", "2602.00001", "2602.00001").status == 2
    found = call("join", "2602.00001", "2602.99999")
    assert (found.status, found.out) == (1, "")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Ten papers told twice; the last pair is no pair to see."""
    folder = tmp_path / "pairs"
    folder.mkdir()
    topics = "lamps boats tides ropes sails masts gulls nets bells wharves".split()
    for name, prefix in (("records_a.jsonl", "a"), ("records_b.jsonl", "b")):
        rows = [
            {
                "_id": f"{prefix}{n}",
                "title": f"A long study of {topic} in the old harbour",
                "authors": "Ada Quill, Bo Tide",
                "year": "2001",
            }
            for n, topic in enumerate(topics)
        ]
        if prefix == "b":
            rows[-1] = {"_id": "b9", "title": "Whale songs", "authors": "Cy Ferry", "year": "1990"}
        (folder / name).write_text("\n".join(map(json.dumps, rows)))
    (folder / "matches.tsv").write_text("a\tb\n" + "".join(f"a{n}\tb{n}\n" for n in range(10)))
    return folder


def test_evaluate_labelled_pairs(call: Callable[..., Any], pairs: Path) -> None:
    found = call("evaluate", pairs, "--json").document
    assert found.keys() >= {"collection", "pairs", "blocking_recall", "precision", "recall", "f1"}
    assert (found["collection"], found["pairs"]) == ("pairs", 10)
    assert (found["blocking_recall"], found["precision"], found["recall"], found["f1"]) == (0.9, 1.0, 0.9, 0.9474)
    told = call("evaluate", pairs)
    assert told.status == 0
    assert "(default)" in told.out
    assert "pairs: 10 pairs, blocking finds 0.9000" in told.out
