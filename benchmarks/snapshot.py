"""Make a file in the form of arXiv's metadata snapshot from the papers beside the repository, as long as wanted."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def real_papers() -> list[dict[str, object]]:
    """Return the papers of both real collections; raises FileNotFoundError where the data is not beside us."""
    papers = []
    for name in ("arxiv_recent", "hub_daily"):
        with gzip.open(DATA / name / "papers.jsonl.gz", "rt") as file:
            papers += [json.loads(line) for line in file]
    return papers


def snapshot_lines(count: int) -> Iterator[bytes]:
    """Yield `count` lines: the real papers over and over, under new ids, one word added so that none is a copy."""
    papers = real_papers()
    for number, paper in enumerate(itertools.islice(itertools.cycle(papers), count)):
        month = number // 99_999
        paper_id = f"{5 + month // 12:02d}{month % 12 + 1:02d}.{number % 99_999 + 1:05d}"
        first = date.fromisoformat(str(paper.get("first_seen") or paper.get("published")))
        names = [str(name).rpartition(" ") for name in paper["authors"]]  # type: ignore[attr-defined]
        yield (
            json.dumps(
                {
                    "id": paper_id,
                    "submitter": "Somebody",
                    "authors": ", ".join(str(n) for n in paper["authors"]),  # type: ignore[attr-defined]
                    "title": paper["title"],
                    "comments": None,
                    "journal-ref": None,
                    "doi": None,
                    "report-no": None,
                    "categories": " ".join(paper.get("categories") or ["cs.LG"]),  # type: ignore[arg-type]
                    "license": None,
                    "abstract": f"  {paper['text']} Copy {number // len(papers)}.\n",
                    "versions": [{"version": "v1", "created": first.strftime("%a, %d %b %Y 12:00:00 GMT")}],
                    "update_date": "2026-09-01",
                    "authors_parsed": [[last, given, ""] for given, _, last in names],
                }
            ).encode()
            + b"\n"
        )


def write_snapshot(path: Path, count: int) -> None:
    """Write the file."""
    with path.open("wb") as file:
        file.writelines(snapshot_lines(count))
