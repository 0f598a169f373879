"""Two ranked lists made one: the convex combination of normalised scores (Bruch et al., 2210.11934, section 4).

fused = (1 - w) * text / max(text) + w * max(0, cosine) / max(cosine), over the candidates of both lists. Chosen by
measurement over reciprocal rank fusion: docs/decisions/0008-hybrid-search.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pks = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fused:
    """Candidates best first (ties by higher pk): pks int64 [n], and float32 [n] scores whose parts add up."""

    pks: Pks
    scores: Scores
    text: Scores
    vector: Scores


def convex(pks: Pks, text: Scores, cosines: Scores, weight: float) -> Fused:
    """Fuse the scores of the same candidates, all of shape [n]; `weight` is the vectors' share, 0 to 1."""
    meaning = np.maximum(cosines, 0.0)
    text_part = (1.0 - weight) * text / max(float(text.max(initial=0.0)), 1e-9)
    vector_part = weight * meaning / max(float(meaning.max(initial=0.0)), 1e-9)
    total = text_part + vector_part
    order = np.lexsort((-pks, -total))
    return Fused(
        pks[order],
        total[order].astype(np.float32),
        text_part[order].astype(np.float32),
        vector_part[order].astype(np.float32),
    )
