"""What `--json` prints: one document with the keys that others rely on (design, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PAPER = set(
    "id title abstract summary authors author_count organization published_on categories keywords upvotes comments "
    "links sources".split()
)  # fmt: skip
RANKED = {"rank", "score", "parts", "paper"}


@pytest.fixture
def filled(call: Callable[..., Any], hub_lines: Callable[..., str], tmp_path: Path) -> Callable[..., Any]:
    path = tmp_path / "papers.jsonl"
    path.write_text(hub_lines(12) + "{broken\n")
    found = call("import", path, "--json")
    assert found.document == {
        "read": 13, "added": 12, "updated": 0, "unchanged": 0, "set_aside": 1, "papers": 12,
    }  # fmt: skip
    return call


def ranked(entries: list[dict[str, Any]], count: int) -> None:
    assert [entry["rank"] for entry in entries] == list(range(1, count + 1))
    scores = [entry["score"] for entry in entries]
    assert scores == sorted(scores, reverse=True)
    for entry in entries:
        assert entry.keys() >= RANKED
        assert isinstance(entry["parts"], dict)
        paper(entry["paper"])


def paper(found: dict[str, Any]) -> None:
    assert found.keys() >= PAPER
    assert found["authors"] == ["Ada Quill"]
    assert found["author_count"] == 1
    assert found["published_on"] == "2026-02-11"
    assert all(link.keys() >= {"kind", "url"} for link in found["links"])
    assert [source.keys() >= {"source", "source_id"} for source in found["sources"]] == [True]


def test_search(filled: Callable[..., Any]) -> None:
    found = filled("search", "harbour", "tide", "--limit", "5", "--json").document
    assert found.keys() >= {"query", "mode", "count", "results"}
    assert (found["query"], found["mode"], found["count"]) == ("harbour tide", "hybrid", 12)
    ranked(found["results"], 5)


def test_search_without_a_hit(filled: Callable[..., Any]) -> None:
    found = filled("search", "walrus", "--json").document
    assert (found["count"], found["results"], found["suggestion"]) == (0, [], None)


def test_search_with_a_misspelt_word(filled: Callable[..., Any]) -> None:
    assert filled("search", "harbuor", "tide", "--json").document["suggestion"] == "harbour tide"


def test_similar(filled: Callable[..., Any]) -> None:
    assert filled("similar", "arXiv:2602.99999", "--limit", "4", "--json").status == 1
    found = filled("similar", "arXiv:2602.00003v2", "--limit", "4", "--json").document
    assert found.keys() >= {"id", "mode", "count", "results"}
    assert found["id"] == "2602.00003"
    assert "2602.00003" not in {entry["paper"]["id"] for entry in found["results"]}
    ranked(found["results"], len(found["results"]))


@pytest.mark.parametrize("day", ["2026-02-12", "2026-W07", "2026-02", None])
def test_edition(filled: Callable[..., Any], day: str | None) -> None:
    arguments = ["edition", *filter(None, [day])]
    found = filled(*arguments, "--json").document
    assert found.keys() >= {"date", "announced", "arrived", "papers"}
    assert (found["date"], found["arrived"]) == (day or "2026-02-12", 12)
    ranked(found["papers"], 12)
    assert filled(*arguments, "--format", "json").document == found


def test_doctor(filled: Callable[..., Any]) -> None:
    found = filled("doctor", "--json").document
    assert found["ok"] is True
    assert all(check.keys() >= {"name", "ok", "detail"} for check in found["checks"])
    assert {check["name"] for check in found["checks"]} >= {"record", "index", "trending"}
    (row,) = filled("doctor", "--set-aside", "--json").document
    assert (Path(row["file"]).name, row["line"]) == ("papers.jsonl", 13)


def test_export(filled: Callable[..., Any], tmp_path: Path) -> None:
    assert filled("export", tmp_path / "out", "--json").document == {"papers": 12, "editions": 1}


def test_a_failure_prints_no_document(call: Callable[..., Any]) -> None:
    done = call("similar", "2603.00001", "--json")
    assert (done.status, done.out) == (1, "")
