"""What the papers that match have in common, counted: years, categories, links, sources."""

from __future__ import annotations

from collections.abc import Iterable

import tantivy

from broadsheet.domain.listing import Facet
from broadsheet.domain.query_tree import KINDS
from broadsheet.index.text import TextSide

MOST = 8
_ASKED = {"year": 60, "category": 60, "has": 10, "source": 20}


def count_facets(text: TextSide, matching: tantivy.Query) -> tuple[Facet, ...]:
    """Return the facets of all papers that match; fields without a value are left out."""
    asked = {field: {"terms": {"field": field, "size": size}} for field, size in _ASKED.items()}
    told = text.searcher().aggregate(matching, asked)
    counts = {
        field: [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in told[field]["buckets"]] for field in _ASKED
    }
    counts["category"] = _without_archives(counts["category"])
    counts["has"] = [(kind, count) for kind, count in counts["has"] if kind in KINDS]
    facets = (Facet(field, tuple(sorted(found, key=_order)[:MOST])) for field, found in counts.items())
    return tuple(facet for facet in facets if facet.counts)


def _order(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _without_archives(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Leave out archives (`cs`), which are indexed with each of their categories (`cs.cl`)."""
    found = list(counts)
    archives = {name.split(".")[0] for name, _ in found if "." in name}
    return [(name, count) for name, count in found if name not in archives]
