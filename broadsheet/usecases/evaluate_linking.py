"""Measure linking on labelled pairs: what blocking finds, and what the default weights decide. Changes nothing."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from broadsheet.domain.paper import Record, identity_keys
from broadsheet.linkage.blocking import block_keys, candidate_pairs
from broadsheet.linkage.clusters import Pair, accepted, names_of
from broadsheet.linkage.comparison import compare
from broadsheet.linkage.normalise import Described
from broadsheet.linkage.weights import THRESHOLD
from broadsheet.sources.duplicates import Duplicates
from broadsheet.usecases.merge_papers import described

THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)


@dataclass(frozen=True, slots=True)
class Decided:
    """Precision and recall of the pairs that were decided to be one paper."""

    pairs: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def as_payload(self) -> dict[str, float]:
        """Return the measures under the names that outsiders know."""
        return {
            "pairs": self.pairs,
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
        }


@dataclass(frozen=True, slots=True)
class LinkingQuality:
    """What was measured; `held_out` is the half that `is_held_out` keeps from training, `by_threshold` all of it."""

    collection: str
    blocking_recall: float
    decided: Decided
    held_out: Decided
    by_threshold: dict[float, Decided]
    threshold: float = THRESHOLD

    def as_payload(self) -> dict[str, object]:
        """Return the measures under the names that outsiders know."""
        whole = self.decided.as_payload()
        return {
            "collection": self.collection,
            "pairs": self.decided.pairs,
            "blocking_recall": round(self.blocking_recall, 4),
            "precision": whole["precision"],
            "recall": whole["recall"],
            "f1": whole["f1"],
            "threshold": self.threshold,
            "held_out": self.held_out.as_payload(),
            "thresholds": {str(at): decided.as_payload() for at, decided in self.by_threshold.items()},
        }


def is_held_out(record_id: str) -> bool:
    """Say whether a labelled record is one of the half that training must not see."""
    return zlib.crc32(record_id.encode()) % 2 == 1


def evaluate_linking(collection: Duplicates) -> LinkingQuality:
    """Block, compare and cluster both sides' records as linking does, and count what is right."""
    records = [*collection.left, *collection.right]
    border = len(collection.left)
    compared = [described(record) for record in records]
    candidates = {pair for pair in candidate_pairs(block_keys(compared)) if pair[0] < border <= pair[1]}
    scored = sorted(decide(records, compared, candidates), key=lambda found: -found.score)

    def ids(pairs: Iterable[tuple[int, int]]) -> set[tuple[str, str]]:
        return {(records[one].source_id, records[other].source_id) for one, other in pairs}

    def at(threshold: float) -> Decided:
        return _count(ids((p.one, p.other) for p in scored if p.score >= threshold), collection.matches)

    chosen = ids((p.one, p.other) for p in scored if p.score >= THRESHOLD)
    return LinkingQuality(
        collection.name,
        len(ids(candidates) & collection.matches) / len(collection.matches),
        at(THRESHOLD),
        _count({p for p in chosen if is_held_out(p[0])}, {m for m in collection.matches if is_held_out(m[0])}),
        {threshold: at(threshold) for threshold in THRESHOLDS},
    )


def decide(
    records: Sequence[Record], compared: Sequence[Described], candidates: Iterable[tuple[int, int]]
) -> list[Pair]:
    """Compare candidate pairs and return those that the clusters take, whatever their score."""
    pairs = []
    for one, other in candidates:
        likeness = compare(compared[one], compared[other])
        if likeness.score >= THRESHOLDS[0]:
            pairs.append(Pair(one, other, likeness.score, likeness.reason()))
    return accepted(pairs, {n: names_of(identity_keys(record)) for n, record in enumerate(records)})


def _count(found: Collection[tuple[str, str]], true: Collection[tuple[str, str]]) -> Decided:
    right = len(set(found) & set(true))
    return Decided(len(true), right / len(found) if found else 1.0, right / len(true) if true else 1.0)
