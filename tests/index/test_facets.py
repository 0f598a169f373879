"""Facets count the papers that match, archives and links of other kinds aside."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from broadsheet.domain.paper import Link, Paper, PaperContent, SourceRef
from broadsheet.domain.query import parse_query
from broadsheet.index.embedded import EmbeddedIndex

ARXIV, HUB = SourceRef("arxiv", "x"), SourceRef("hub", "x")
LINKS = (Link("code", "https://x.org/c"), Link("pdf", "https://x.org/p"))
PAPERS = [
    Paper(1, "a", PaperContent("Tides", published_on=date(2024, 1, 1), categories=("cs.CL", "cs.LG"))),
    Paper(2, "b", PaperContent("Tides", published_on=date(2024, 12, 31), categories=("cs.CL",), links=LINKS), (HUB,)),
    Paper(3, "c", PaperContent("Tides", published_on=date(2025, 1, 1), categories=("hep-th",)), (ARXIV, HUB)),
    Paper(4, "d", PaperContent("Lamps", published_on=date(1999, 1, 1), categories=("math.CO",)), (ARXIV,)),
]


def test_facets(folder: Path) -> None:
    index = EmbeddedIndex(folder / "index")
    assert index.facets(parse_query("tides")) == ()
    with index.batch() as batch:
        batch.put(PAPERS)
        batch.commit(4)

    def counted(text: str) -> dict[str, dict[str, int]]:
        return {facet.field: dict(facet.counts) for facet in index.facets(parse_query(text))}

    assert counted("tides") == {
        "year": {"2024": 2, "2025": 1},
        "category": {"cs.cl": 2, "cs.lg": 1, "hep-th": 1},
        "has": {"code": 1},
        "source": {"hub": 2, "arxiv": 1},
    }
    assert counted("tides source:arxiv") == {
        "year": {"2025": 1},
        "category": {"hep-th": 1},
        "source": {"arxiv": 1, "hub": 1},
    }
    assert counted("source:arxiv")["year"] == {"1999": 1, "2025": 1}
    assert counted("walrus") == counted("") == {}
    assert [hit.pk for hit in index.search(parse_query("tides source:HUB sort:new"), 5).hits] == [3, 2]
