"""Pseudo-relevance feedback: words that the first hits share are looked for too (Rocchio 1971, on BM25 weights).

A paper's term weighs tf * 2.2 / (tf + K), K as in BM25 (k1 1.2, b 0.75); the papers weigh 1/rank; the terms with the
largest weight * idf are taken, each with weight * sqrt(idf).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

PAPERS = 5
TERMS = 12
LOOKED_AT = 60
LEAST_FREQUENCY = 2


@dataclass(frozen=True, slots=True)
class Expansion:
    """Terms with weights, largest gain first; `peak` is the best score that a feedback paper has for them."""

    terms: tuple[tuple[str, float], ...]
    peak: float


def expand(
    documents: Sequence[Sequence[str]], frequency: Callable[[str], int], total: int, mean_length: float
) -> Expansion:
    """Choose the terms of feedback papers, given best first as their terms; `frequency` counts papers with a term."""
    shares = [1.0 / rank for rank in range(1, len(documents) + 1)]
    weights = [_saturated(Counter(terms), mean_length) for terms in documents]
    centroid: dict[str, float] = {}
    whole = sum(shares)
    for share, of_paper in zip(shares, weights, strict=True):
        part = share / whole
        for term, weight in of_paper.items():
            centroid[term] = centroid.get(term, 0.0) + part * weight
    chosen = []
    for term, weight in sorted(centroid.items(), key=itemgetter(1), reverse=True)[:LOOKED_AT]:
        seen = frequency(term)
        if seen >= LEAST_FREQUENCY:
            idf = math.log(1 + (total - seen + 0.5) / (seen + 0.5))
            chosen.append((weight * idf, term, weight * math.sqrt(idf), idf))
    chosen = sorted(chosen, key=lambda one: (-one[0], one[1]))[:TERMS]
    peak = max((sum(w * idf * of_paper.get(t, 0.0) for _, t, w, idf in chosen) for of_paper in weights), default=0.0)
    return Expansion(tuple((term, weight) for _, term, weight, _ in chosen), peak)


def _saturated(counts: Counter[str], mean_length: float) -> dict[str, float]:
    length = 1.2 * (0.25 + 0.75 * sum(counts.values()) / mean_length)
    return {term: count * 2.2 / (count + length) for term, count in counts.items()}
