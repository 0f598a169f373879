"""Search does not get worse: floors of nDCG@10 on collections that others have judged."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from statistics import fmean

import pytest

from broadsheet.embedding import make_embedder
from broadsheet.sources.collection import read_collection
from broadsheet.usecases.evaluate import Quality, evaluate_collection

COLLECTIONS = Path(__file__).resolve().parents[2] / "../shared/data/collections"
NAMES = ("scifact", "cranfield", "cacm", "cisi", "topic_lists")

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not COLLECTIONS.is_dir(), reason="the judged collections are not beside the repository"),
]


@cache
def measured(name: str) -> dict[str, Quality]:
    return evaluate_collection(read_collection(COLLECTIONS / name), make_embedder(), ("hybrid", "text", "vector"))


def test_scifact_stands_beside_what_is_published() -> None:
    quality = measured("scifact")
    assert quality["text"].ndcg_at_10 >= 0.685
    assert quality["hybrid"].ndcg_at_10 >= 0.71


@pytest.mark.parametrize("name", NAMES)
def test_hybrid_is_no_worse_than_the_better_half(name: str) -> None:
    quality = measured(name)
    better = max(quality["text"].ndcg_at_10, quality["vector"].ndcg_at_10)
    assert quality["hybrid"].ndcg_at_10 >= better - 0.005


def test_meaning_adds_to_words_on_the_mean() -> None:
    gains = [measured(name)["hybrid"].ndcg_at_10 - measured(name)["text"].ndcg_at_10 for name in NAMES]
    assert fmean(gains) >= 0.03
