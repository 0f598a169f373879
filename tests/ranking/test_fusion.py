"""Fusion: parts add up, order and ties are as promised; feedback chooses what the first papers share."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.ranking.feedback import expand
from broadsheet.ranking.fusion import convex

scores = st.lists(st.floats(0, 1000, width=32), min_size=1, max_size=30)


@given(scores, st.floats(0, 1), st.randoms(use_true_random=False))
def test_parts_add_up_and_the_order_falls(values: list[float], weight: float, chance: object) -> None:
    text = np.array(values, np.float32)
    cosines = np.array([(-1) ** n * (n % 7) / 7 for n in range(len(values))], np.float32)
    fused = convex(np.arange(len(values), dtype=np.int64), text, cosines, weight)
    assert np.allclose(fused.scores, fused.text + fused.vector, atol=1e-5)
    assert (np.diff(fused.scores) <= 1e-6).all()
    assert sorted(fused.pks.tolist()) == list(range(len(values)))


def test_ties_go_to_the_higher_pk() -> None:
    same = np.ones(3, np.float32)
    assert convex(np.array([1, 2, 3]), same, same, 0.5).pks.tolist() == [3, 2, 1]


def test_the_weight_is_the_share_of_meaning() -> None:
    pks = np.array([1, 2])
    text, cosines = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)
    assert convex(pks, text, cosines, 0.1).pks.tolist() == [1, 2]
    assert convex(pks, text, cosines, 0.9).pks.tolist() == [2, 1]


def test_no_candidates_are_no_trouble() -> None:
    nothing = np.zeros(0, np.float32)
    assert len(convex(np.zeros(0, np.int64), nothing, nothing, 0.3).pks) == 0


def test_feedback_takes_what_the_first_papers_share_and_leaves_what_is_rare_or_everywhere() -> None:
    documents = [["graph", "network", "the", "typo"], ["graph", "kernel", "the"]]
    seen = {"graph": 20, "network": 30, "kernel": 25, "the": 1000, "typo": 1}
    found = expand(documents, seen.__getitem__, 1000, 4.0)
    terms = [term for term, _ in found.terms]
    assert terms[0] == "graph"
    assert "typo" not in terms
    assert terms[-1] == "the"
    assert found.peak > 0


def test_feedback_from_nothing_is_nothing() -> None:
    assert expand([], lambda term: 1, 10, 4.0).terms == ()
