"""Learn the weights by which two records are judged to be one paper, and write `broadsheet/linkage/weights.py`.

python benchmarks/train_linking.py [--papers N] [--write]

Pairs: the candidates of blocking in one half of `duplicates/dblp_acm` (by `is_held_out`), and in real papers with
disturbed copies of them beside them (the half by the same rule). A logistic regression with a little ridge, by
Newton's method; every kind of pair has the same weight in the sum.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from disturbed import disturbed
from snapshot import DATA, real_papers

from broadsheet.domain.paper import Record
from broadsheet.linkage import weights
from broadsheet.linkage.blocking import block_keys, candidate_pairs
from broadsheet.linkage.comparison import features, is_worth_a_score
from broadsheet.linkage.normalise import Described
from broadsheet.sources.corpus import read_document
from broadsheet.sources.duplicates import read_duplicates
from broadsheet.usecases.evaluate_linking import is_held_out
from broadsheet.usecases.merge_papers import described

RIDGE = 1e-5
Sample = tuple[list[dict[str, float]], list[bool]]


def main() -> None:
    """Learn, print the weights and, when asked, write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=8_000)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    samples = [from_labelled(), from_disturbed(arguments.papers)]
    names = list(samples[0][0][0])
    rows, truth, share = [], [], []
    for found, labels in samples:
        rows += [[one[name] for name in names] for one in found]
        truth += labels
        share += [1 / len(labels)] * len(labels)
        print(f"{len(labels):,} pairs, {sum(labels):,} of them one paper")
    bias, learned = fit(np.array(rows), np.array(truth, float), np.array(share) / len(samples))
    for name, weight in zip(names, learned, strict=True):
        print(f"{name:<28}{weight:>9.3f}")
    print(f"{'bias':<28}{bias:>9.3f}")
    if arguments.write:
        write(bias, dict(zip(names, learned.tolist(), strict=True)))


def from_labelled() -> Sample:
    """Return features and truth of the candidates among real labelled records."""
    collection = read_duplicates(DATA / "duplicates" / "dblp_acm")
    left = [record for record in collection.left if not is_held_out(record.source_id)]
    records = [*left, *collection.right]
    compared = [described(record) for record in records]
    found, labels = [], []
    for one, other in sorted(candidate_pairs(block_keys(compared))):
        if one < len(left) <= other and is_worth_a_score(compared[one], compared[other]):
            found.append(features(compared[one], compared[other]))
            labels.append((records[one].source_id, records[other].source_id) in collection.matches)
    return found, labels


def from_disturbed(count: int, seed: int = 1) -> Sample:
    """Return features and truth of the candidates among real papers and their disturbed copies."""
    records = training_papers(count, random.Random(seed))
    chance = random.Random(seed)
    copies = [disturbed(record, chance) for record in records]
    compared: list[Described] = [described(record) for record in [*records, *copies]]
    found, labels = [], []
    for one, other in sorted(candidate_pairs(block_keys(compared))):
        if is_worth_a_score(compared[one], compared[other]):
            found.append(features(compared[one], compared[other]))
            labels.append(other == one + len(records))
    return found, labels


def training_papers(count: int, chance: random.Random) -> list[Record]:
    """Return papers of the half that may be learned from, each once."""
    papers = {str(paper["_id"]): paper for paper in real_papers()}
    chosen = sorted(name for name in papers if not is_held_out(name))
    return [replace(read_document(papers[name], "arxiv")) for name in chance.sample(chosen, count)]


def fit(rows: np.ndarray, truth: np.ndarray, share: np.ndarray) -> tuple[float, np.ndarray]:
    """Return bias and weights that make the truth most likely."""
    data = np.column_stack([np.ones(len(rows)), rows])
    ridge = np.full(data.shape[1], RIDGE)
    ridge[0] = 0
    found = np.zeros(data.shape[1])
    for _ in range(60):
        expected = 1 / (1 + np.exp(-np.clip(data @ found, -60, 60)))
        gradient = data.T @ (share * (truth - expected)) - ridge * found
        curvature = (data * (share * expected * (1 - expected))[:, None]).T @ data + np.diag(ridge + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        found = found + step * min(1.0, 5 / np.abs(step).max())
        if np.abs(step).max() < 1e-6:
            break
    return float(found[0]), found[1:]


def write(bias: float, learned: dict[str, float]) -> None:
    """Write the module of weights."""
    lines = "".join(f'    "{name}": {weight:.3f},\n' for name, weight in learned.items())
    Path(weights.__file__).write_text(
        '"""The weights of the comparison, learned by `benchmarks/train_linking.py`, which writes this file."""\n\n'
        "from __future__ import annotations\n\n"
        "# From this score on two records are one paper; chosen for precision: docs/linking.md has the table.\n"
        f"THRESHOLD = {weights.THRESHOLD}\nBIAS = {bias:.3f}\n"
        f"WEIGHTS: dict[str, float] = {{\n{lines}}}\n"
    )


if __name__ == "__main__":
    main()
