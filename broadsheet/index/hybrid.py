"""Text and meaning searched together: candidates of both sides, one round of feedback, one fused ranking.

The constants were tuned on the tuning halves of the collections in `docs/decisions/0008-hybrid-search.md`, which tells
what was measured. Sources: convex fusion, Bruch et al. 2210.11934; feedback, Rocchio 1971.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import tantivy

from broadsheet.index.asking import Asked
from broadsheet.index.documents import ranked_text
from broadsheet.index.paper_vectors import PaperVectors
from broadsheet.index.protocol import Texts
from broadsheet.index.text import Best, TextSide
from broadsheet.ranking.feedback import PAPERS, Expansion, expand
from broadsheet.ranking.fusion import Fused, Pks, Scores, convex

POOL = 100
FEEDBACK_WEIGHT = 0.35
FINAL_WEIGHT = 0.30
FEEDBACK_SHARE = 1.0
# Without a single known word, a best cosine below NONSENSE means that nothing is meant; see the decision.
NONSENSE = 0.40
LEAST_COSINE = 0.30


@dataclass(frozen=True, slots=True)
class Sides:
    """What a hybrid search asks: words, meanings, and the papers' texts."""

    text: TextSide
    vectors: PaperVectors
    texts: Texts


def rank_hybrid(sides: Sides, asked: Asked, vector: Scores, by_words: Future[Best]) -> Fused:
    """Return the candidates of both sides, best first; empty where the query is nonsense.

    `by_words` are the POOL best by words, which come while the vectors are looked through.
    """
    text, vectors = sides.text, sides.vectors
    near, cosines = vectors.nearest(vector, POOL, asked.limits)
    pks, scores, addresses, _ = by_words.result()
    if not asked.limits_say_all and len(near):
        allowed = text.best((), asked.where, POOL, near.tolist()).pks
        near, cosines = near[np.isin(near, allowed)], cosines[np.isin(near, allowed)]
    if not len(pks) and not asked.knows_a_word and cosines.max(initial=0.0) < NONSENSE:
        near = near[:0]
    elif len(near):
        near = near[(cosines >= LEAST_COSINE) | np.isin(near, pks)]
    candidates = np.union1d(pks, near)
    meaning = vectors.cosines(vector, candidates)
    fused = convex(candidates, _placed(candidates, pks, scores), meaning, FEEDBACK_WEIGHT)
    if not len(pks):
        return convex(candidates, np.zeros(len(candidates), np.float32), meaning, FINAL_WEIGHT)
    expansion = _expansion(sides, fused, dict(zip(pks.tolist(), addresses, strict=True)))
    share = FEEDBACK_SHARE * float(scores[0]) / expansion.peak if expansion.peak > 0 else 0.0
    clauses = [*asked.clauses, *(text.term("body", term, share * weight) for term, weight in expansion.terms)]
    # Every candidate has passed the conditions by now: they need not be looked up again.
    again, rescored, *_ = text.best(clauses if share else asked.clauses, None, POOL, candidates.tolist())
    return convex(candidates, _placed(candidates, again, rescored), meaning, FINAL_WEIGHT)


def _expansion(sides: Sides, fused: Fused, addresses: dict[int, tantivy.DocAddress]) -> Expansion:
    """Choose words from the first papers; none where their texts are not to be had."""
    text = sides.text
    first = [int(pk) for pk in fused.pks[:PAPERS]]
    texts = sides.texts(first)
    documents = {pk: text.ranked.analyze(ranked_text(*texts[pk])) for pk in first if pk in texts}
    known = next((pk for pk in documents if pk in addresses and documents[pk]), None)
    if known is None:
        return Expansion((), 0.0)
    mean_length = text.mean_length(documents[known][0], addresses[known])
    return expand(list(documents.values()), text.frequency, text.count_all(), mean_length)


def _placed(candidates: Pks, pks: Pks, scores: Scores) -> Scores:
    """Return scores in the order of `candidates` (sorted), 0 where there is none."""
    placed = np.zeros(len(candidates), np.float32)
    placed[np.searchsorted(candidates, pks)] = scores
    return placed
