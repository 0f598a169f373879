"""The measures agree with trec_eval's, and mean what their names say."""

from __future__ import annotations

import random

import pytest

from broadsheet.ranking import metrics


def test_by_hand() -> None:
    judged = {"a": 3, "b": 1, "c": 0}
    assert metrics.ndcg(["a", "b"], judged, 10) == pytest.approx(1.0)
    assert metrics.ndcg(["b", "a"], judged, 10) == pytest.approx((1 + 3 / 1.5849625) / (3 + 1 / 1.5849625))
    assert metrics.recall(["x", "b"], judged, 10) == 0.5
    assert metrics.reciprocal_rank(["c", "x", "b"], judged, 10) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank(["c", "x", "b"], judged, 2) == 0.0


def test_nothing_relevant_gives_nothing() -> None:
    assert metrics.ndcg(["a"], {"a": 0}, 10) == metrics.recall(["a"], {"a": 0}, 10) == 0.0


def test_they_agree_with_ir_measures() -> None:
    ir_measures = pytest.importorskip("ir_measures")
    chance = random.Random(4)
    judged = {f"q{q}": {f"d{d}": chance.choice([0, 0, 1, 2, 3]) for d in range(40)} for q in range(30)}
    rankings = {query: chance.sample([f"d{d}" for d in range(60)], 50) for query in judged}
    qrels = [ir_measures.Qrel(q, d, g) for q, gains in judged.items() for d, g in gains.items()]
    run = [
        ir_measures.ScoredDoc(q, d, 100.0 - rank) for q, ranking in rankings.items() for rank, d in enumerate(ranking)
    ]
    ours = {
        "nDCG@10": [metrics.ndcg(rankings[q], judged[q], 10) for q in judged],
        "nDCG@20": [metrics.ndcg(rankings[q], judged[q], 20) for q in judged],
        "R@20": [metrics.recall(rankings[q], judged[q], 20) for q in judged],
        "RR@10": [metrics.reciprocal_rank(rankings[q], judged[q], 10) for q in judged],
    }
    names = [ir_measures.parse_measure(name) for name in ours]
    theirs = ir_measures.calc_aggregate(names, qrels, run)
    for name, values in ours.items():
        assert sum(values) / len(values) == pytest.approx(theirs[ir_measures.parse_measure(name)], abs=1e-9), name
