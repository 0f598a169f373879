"""Linking does not get worse: floors on labelled pairs, and on real papers spelt as other sources spell them."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from broadsheet.domain.paper import Record
from broadsheet.linkage.weights import THRESHOLD
from broadsheet.sources.corpus import read_document
from broadsheet.sources.duplicates import Duplicates, read_duplicates
from broadsheet.usecases.evaluate_linking import evaluate_linking, is_held_out

DATA = Path(__file__).resolve().parents[2] / "../shared/data"
COUNT = 2_500

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not beside the repository"),
]


def test_labelled_pairs() -> None:
    quality = evaluate_linking(read_duplicates(DATA / "duplicates/dblp_acm"))
    assert quality.decided.pairs == 2_224
    assert quality.blocking_recall >= 0.99
    assert quality.held_out.f1 >= 0.97
    assert quality.decided.f1 >= 0.97
    assert quality.decided.precision >= 0.995


def test_the_default_leans_to_precision() -> None:
    quality = evaluate_linking(read_duplicates(DATA / "duplicates/dblp_acm"))
    assert quality.by_threshold[THRESHOLD].precision > quality.by_threshold[THRESHOLD].recall
    precisions = [decided.precision for decided in quality.by_threshold.values()]
    assert precisions[-1] > precisions[0]


@pytest.mark.parametrize("name", ["hub_daily", "arxiv_recent"])
def test_disturbed_papers_are_found_again(name: str, disturbed: Callable[[Record, random.Random], Record]) -> None:
    with gzip.open(DATA / name / "papers.jsonl.gz", "rt") as file:
        lines = [json.loads(line) for line in file]
    papers = {str(line["_id"]): line for line in lines if is_held_out(str(line["_id"]))}
    chance = random.Random(20)
    real = [read_document(papers[key], "arxiv") for key in chance.sample(sorted(papers), COUNT)]
    copies = [disturbed(record, chance) for record in real]
    matches = frozenset((one.source_id, other.source_id) for one, other in zip(real, copies, strict=True))
    quality = evaluate_linking(Duplicates(name, tuple(real), tuple(copies), matches))
    assert quality.decided.recall >= 0.98
    assert quality.decided.precision >= 0.995
