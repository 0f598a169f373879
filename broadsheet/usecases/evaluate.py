"""Measure search on a judged collection, in an index of its own that is thrown away.

Side effects: a temporary folder, gone in the end.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles

from broadsheet.domain.paper import Paper
from broadsheet.domain.query import Query, literal_query
from broadsheet.embedding import Embedder
from broadsheet.index.embedded import EmbeddedIndex
from broadsheet.index.protocol import Hit, Meaning
from broadsheet.ranking import metrics
from broadsheet.sources.collection import Collection
from broadsheet.usecases.embedding import document_of

DEPTH = 100
ROUND = 2_000


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the judged queries, and milliseconds of a search."""

    ndcg_at_10: float
    ndcg_at_20: float
    recall_at_100: float
    mrr_at_10: float
    p50_ms: float
    p99_ms: float

    def as_payload(self) -> dict[str, float]:
        """Return the measures under the names that outsiders know."""
        return {
            "ndcg@10": round(self.ndcg_at_10, 4),
            "ndcg@20": round(self.ndcg_at_20, 4),
            "recall@100": round(self.recall_at_100, 4),
            "mrr@10": round(self.mrr_at_10, 4),
            "p50_ms": round(self.p50_ms, 3),
            "p99_ms": round(self.p99_ms, 3),
        }


def evaluate_collection(collection: Collection, embedder: Embedder, modes: Sequence[str]) -> dict[str, Quality]:
    """Index a collection and return the quality of each mode; queries are read literally, as the judges meant them."""
    papers = [Paper(pk, name, content) for pk, (name, content) in enumerate(collection.documents, 1)]
    with tempfile.TemporaryDirectory() as scratch:
        index = EmbeddedIndex(Path(scratch), lambda pks: {pk: _text_of(papers[pk - 1]) for pk in pks})
        with index.batch() as batch:
            batch.put(papers)
            batch.commit(1)
        vectors = index.vectors(embedder.model_id, embedder.dimension)
        for start in range(0, len(papers), ROUND):
            some = papers[start : start + ROUND]
            vectors.put_papers(some, embedder.embed_documents([document_of(paper) for paper in some]))
        vectors.commit(1, len(papers), True)
        names = [name for name, _ in collection.documents]
        found = {mode: _measure(index, embedder, collection, mode, names) for mode in modes}
        index.close()
    return found


def _text_of(paper: Paper) -> tuple[str, str]:
    return paper.content.title, paper.content.abstract or paper.content.summary


def _measure(
    index: EmbeddedIndex, embedder: Embedder, collection: Collection, mode: str, names: Sequence[str]
) -> Quality:
    rankings: dict[str, list[str]] = {}
    times = []
    for query, text in collection.queries.items():
        begun = time.perf_counter()
        hits = _search(index, embedder, literal_query(text), mode)
        times.append((time.perf_counter() - begun) * 1000)
        rankings[query] = [names[hit.pk - 1] for hit in hits]

    def mean(measure: Callable[[Sequence[str], metrics.Judgements, int], float], depth: int) -> float:
        return fmean(measure(rankings[query], collection.judged[query], depth) for query in rankings)

    cuts = quantiles(times, n=100) if len(times) > 1 else times * 99
    return Quality(
        mean(metrics.ndcg, 10),
        mean(metrics.ndcg, 20),
        mean(metrics.recall, 100),
        mean(metrics.reciprocal_rank, 10),
        cuts[49],
        cuts[98],
    )


def _search(index: EmbeddedIndex, embedder: Embedder, query: Query, mode: str) -> tuple[Hit, ...]:
    meaning = None
    if mode != "text":
        meaning = Meaning(embedder.model_id, embedder.embed_queries([query.meaning])[0])
    if mode == "vector" and meaning is not None:
        return index.near(meaning, DEPTH).hits
    return index.search(query, DEPTH, meaning=meaning).hits
