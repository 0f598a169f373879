"""How good a ranking is, by judged relevance: nDCG, recall, reciprocal rank.

Agree with trec_eval as ir-measures wraps it: gains are the judgements themselves, the discount is log2(rank + 1)
(Järvelin & Kekäläinen 2002), documents without judgement count as not relevant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Judgements = Mapping[str, int]


def ndcg(ranking: Sequence[str], judged: Judgements, depth: int) -> float:
    """Return the normalised discounted cumulative gain of the first `depth`; 0 where nothing is relevant."""
    ideal = sorted((gain for gain in judged.values() if gain > 0), reverse=True)[:depth]
    best = _dcg(ideal)
    return _dcg([max(0, judged.get(name, 0)) for name in ranking[:depth]]) / best if best else 0.0


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def recall(ranking: Sequence[str], judged: Judgements, depth: int) -> float:
    """Return the share of the relevant documents that stand among the first `depth`."""
    relevant = {name for name, gain in judged.items() if gain > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], judged: Judgements, depth: int) -> float:
    """Return one over the rank of the first relevant document among the first `depth`, else 0."""
    for rank, name in enumerate(ranking[:depth], 1):
        if judged.get(name, 0) > 0:
            return 1.0 / rank
    return 0.0
