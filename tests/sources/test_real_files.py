"""The readers on real files, which lie beside the repository and are never part of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from broadsheet.domain.paper import Record, content_key
from broadsheet.sources.files import read_file
from broadsheet.sources.reading import SetAside

SHARED = Path(__file__).resolve().parents[2] / "../shared"
PAGES = SHARED / "pages"
DATA = SHARED / "data"

pytestmark = [pytest.mark.data, pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data here")]


def split(path: Path) -> tuple[list[Record], list[SetAside]]:
    items = list(read_file(path))
    return (
        [item for item in items if isinstance(item, Record)],
        [item for item in items if isinstance(item, SetAside)],
    )


def test_the_five_pages():
    cards: list[Record] = []
    for path in sorted(PAGES.iterdir()):
        records, asides = split(path)
        assert asides == []
        cards += records
    assert len(cards) == 232
    assert len({content_key(card) for card in cards}) == 209
    assert all(len(card.abstract) > 200 for card in cards)
    assert all(len(card.title) < 200 for card in cards)
    assert [(c.organization, c.comments, str(c.published_on)) for c in cards if c.organization] == [
        ("MTSAIR", 2, "2025-09-26")
    ]
    years = Counter(card.published_on.year for card in cards if card.published_on)
    assert max(years) == 2025
    assert years[2025] == 42
    assert sum(card.author_count is not None for card in cards) == 187
    assert sum(card.published_on is None for card in cards) == 44


@pytest.mark.parametrize(("name", "papers"), [("000", 29), ("001", 63), ("002", 60), ("003", 39), ("004", 41)])
def test_each_page(name, papers):
    records, _ = split(next(PAGES.glob(f"{name}_*")))
    assert len(records) == papers


def test_the_hubs_papers():
    records, asides = split(DATA / "hub_daily/papers.jsonl.gz")
    assert (len(records), asides) == (9577, [])
    assert {record.source for record in records} == {"corpus-hub_daily"}
    assert all(r.arxiv_id and r.published_on and r.edition_on and r.authors for r in records)
    assert sum(any(link.kind == "code" for link in r.links) for r in records) >= 3691


@pytest.mark.parametrize(
    ("path", "papers", "untitled"),
    [
        ("arxiv_recent/papers.jsonl.gz", 30_000, 0),
        ("collections/scifact/corpus.jsonl", 5_183, 0),
        ("collections/cranfield/corpus.jsonl", 1_398, 2),
        ("collections/cacm/corpus.jsonl", 3_203, 1),
        ("collections/cisi/corpus.jsonl", 1_460, 0),
        ("collections/topic_lists/corpus.jsonl", 2_345, 0),
        ("duplicates/dblp_acm/records_a.jsonl", 2_616, 0),
        ("duplicates/dblp_acm/records_b.jsonl", 2_294, 0),
    ],
)
def test_the_collections(path, papers, untitled):
    records, asides = split(DATA / path)
    assert (len(records), len(asides)) == (papers, untitled)
    assert {aside.reason for aside in asides} <= {"no title"}
    assert len({record.source_id for record in records}) == papers
