"""Measure search on a judged collection, in an index of its own that is thrown away.

Side effects: a temporary folder, gone in the end.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles

from broadsheet.domain.paper import Paper
from broadsheet.domain.query import parse_query
from broadsheet.ranking import metrics
from broadsheet.sources.collection import Collection

DEPTH = 100


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the judged queries, and milliseconds of a search."""

    ndcg_at_10: float
    ndcg_at_20: float
    recall_at_100: float
    mrr_at_10: float
    p50_ms: float
    p99_ms: float

    def as_payload(self) -> dict[str, float]:
        """Return the measures under the names that outsiders know."""
        return {
            "ndcg@10": round(self.ndcg_at_10, 4),
            "ndcg@20": round(self.ndcg_at_20, 4),
            "recall@100": round(self.recall_at_100, 4),
            "mrr@10": round(self.mrr_at_10, 4),
            "p50_ms": round(self.p50_ms, 3),
            "p99_ms": round(self.p99_ms, 3),
        }
