"""The index inside the process: words in tantivy, meanings in vector sets, all in one folder.

Knows nothing of the record: it is handed papers, vectors and queue positions. What cannot be read is moved out of the
way and begun anew; whoever follows the record sees position 0 and fills it again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import tantivy

from broadsheet.domain.errors import Corrupt
from broadsheet.domain.listing import Facet
from broadsheet.domain.paper import Paper
from broadsheet.domain.query import Query
from broadsheet.index.analysis import QUERY_STOPWORDS
from broadsheet.index.asking import Asked, ask
from broadsheet.index.damage import IndexDamaged, noticing_damage
from broadsheet.index.facets import count_facets
from broadsheet.index.highlight import make_highlighter
from broadsheet.index.hybrid import POOL, Sides, rank_hybrid
from broadsheet.index.kept_answers import KeptAnswers
from broadsheet.index.memory import give_back_memory
from broadsheet.index.paper_vectors import PaperVectors, delete_others
from broadsheet.index.protocol import Found, Highlighter, Hit, Meaning, Texts
from broadsheet.index.spelling import mended
from broadsheet.index.text import MUST, SHOULD, TextSide
from broadsheet.index.text_batch import TextBatch
from broadsheet.index.titles import find_titled, titled_first
from broadsheet.ranking.fusion import Fused, convex

SIMILAR_TERMS = 24
SIMILAR_WEIGHT = 0.5
SIMILAR_KEPT = 2_048
VECTORS_NAME = "vectors"


class EmbeddedIndex:
    """An index in `folder`; safe to share between threads.

    `texts` gives the papers' own words, from which a search by meaning takes feedback; without it there is none.
    """

    def __init__(self, folder: Path, texts: Texts = lambda _pks: {}) -> None:
        self._folder = folder
        self._texts = texts
        self._text = TextSide(folder)
        self._vectors: dict[str, PaperVectors] = {}
        self._similar: KeptAnswers[Found] = KeptAnswers(SIMILAR_KEPT)

    @property
    def was_damaged(self) -> bool:
        """Whether something had to be begun anew."""
        return self._text.was_damaged or any(vectors.was_damaged for vectors in self._vectors.values())

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        """Where the files turn out to be damaged, begin an empty index and say that it fills again."""
        try:
            with noticing_damage(), self._text.one_state():
                yield
        except IndexDamaged as error:
            self._text.begin_anew()
            raise Corrupt("The index was damaged and is being made anew from the record: try again soon.") from error

    def position(self) -> int:
        """Return the queue position of the last commit of the text side."""
        with self._noticing():
            return self._text.position()

    def count(self) -> int:
        """Count the indexed papers."""
        with self._noticing():
            return self._text.count()

    @contextmanager
    def batch(self) -> Iterator[TextBatch]:
        """Open the writer of the text side, of which there is one among all processes."""
        try:
            with self._text.writer() as batch:
                yield batch
        except OSError:
            self._text.begin_anew()  # keeps what is sound: a full disk costs nothing
            raise
        finally:
            give_back_memory()

    def vectors(self, model_id: str, dimension: int) -> PaperVectors:
        """Return the vectors of a model as they stand now, new ones where there are none."""
        if model_id not in self._vectors:
            self._vectors[model_id] = PaperVectors(self._folder / VECTORS_NAME, model_id, dimension)
        self._vectors[model_id].refresh()
        return self._vectors[model_id]

    def keep_vectors(self, model_id: str) -> None:
        """Delete the vectors of all other models, but for those that another process is just bringing up to date."""
        for other in [name for name in self._vectors if name != model_id]:
            self._vectors.pop(other).close()
        delete_others(self._folder / VECTORS_NAME, model_id)

    def newest_pk(self) -> int:
        """Return the highest pk, 0 in an empty index: what a search's later pages must not go beyond."""
        with self._noticing():
            return self._text.newest_pk()

    def search(
        self, query: Query, limit: int, offset: int = 0, meaning: Meaning | None = None, through: int | None = None
    ) -> Found:
        """Return the best papers: any free word may match, every condition must.

        The order does not depend on limit and offset: behind what words and meaning rank together, words go on alone.
        """
        with self._noticing():
            asked = ask(self._text, query.tree, through, query.unwanted)
            if asked.is_empty:
                return Found((), 0)
            if query.order != "relevance":
                return self._sorted(asked, query.order, limit, offset)
            titled = find_titled(self._text, query.meaning, asked.where)
            vectors = self._vectors.get(meaning.model_id) if meaning else None  # a change of model may just drop them
            if meaning is None or vectors is None or not asked.words or not meaning.vector.any():
                hits, count = self._by_words(asked, offset + limit), self._count(asked) if query.is_counted else 0
            else:
                narrows = asked.where is not None  # then counting goes with looking
                by_words = self._text.beside(self._text.best, asked.clauses, asked.where, POOL, (), narrows)
                counted = self._text.beside(self._count, asked) if query.is_counted and not narrows else None
                sides = Sides(self._text, vectors, self._texts)
                fused = rank_hybrid(sides, asked, meaning.vector, by_words)
                hits = _hits(fused, offset + limit + len(titled))
                matching = counted.result() if counted else by_words.result().matching
                count = max(matching, len(fused.pks)) if hits else 0
                wanted = min(offset + limit, count) if query.is_counted else offset + limit
                if hits and len(fused.pks) < wanted:
                    hits = _continued(hits, self._by_words(asked, offset + limit))
            hits = titled_first(hits, titled) if titled else hits
            return Found(tuple(hits[offset : offset + limit]), max(count, len(titled)))

    def near(self, meaning: Meaning, limit: int) -> Found:
        """Return the papers nearest in meaning alone."""
        pks, cosines = self._vectors[meaning.model_id].nearest(meaning.vector, limit, Asked("").limits)
        hits = zip(pks.tolist(), cosines.tolist(), strict=True)
        return Found(tuple(Hit(pk, cosine, {"meaning": cosine}) for pk, cosine in hits), len(pks))

    def _by_words(self, asked: Asked, limit: int) -> list[Hit]:
        pks, scores, *_ = self._text.best(asked.clauses, asked.where, limit)
        return [Hit(pk, score, {"text": score}) for pk, score in zip(pks.tolist(), scores.tolist(), strict=True)]

    def _sorted(self, asked: Asked, order: str, limit: int, offset: int) -> Found:
        field = {"new": "day", "votes": "upvotes"}[order]
        hits = self._text.sorted_by(field, _matching(asked), limit, offset)
        return Found(tuple(Hit(pk, float(value), {order: float(value)}) for pk, value in hits), self._count(asked))

    def _count(self, asked: Asked) -> int:
        return self._text.count(_matching(asked))

    def similar(self, paper: Paper, limit: int, model_id: str | None = None) -> Found:
        """Return papers that share this one's most telling terms (tf-idf), nearer in meaning where vectors are.

        Kept until papers come or go: what readers do to papers changes the index, but seldom a word of it.
        """
        vectors = self._vectors[model_id] if model_id else None
        content = paper.content
        with self._noticing():
            papers = self._text.count_all(), self._text.newest_pk(), vectors.count if vectors else 0
            words = content.title, content.abstract or content.summary
            question = paper.pk, words, limit, model_id, papers
            return self._similar.find(question, lambda: self._find_similar(paper, limit, vectors))

    def _find_similar(self, paper: Paper, limit: int, complete: PaperVectors | None) -> Found:
        clauses = self._telling(paper)
        if not clauses:
            return Found((), 0)
        pks, scores, *_ = self._text.best(clauses, None, POOL)
        vector = complete.vector_of(paper.pk) if complete else None
        cosines = np.zeros(len(pks), np.float32)
        if complete is not None and vector is not None:
            near, _ = complete.nearest(vector, POOL, Asked("").limits)
            everything = np.union1d(pks, near)
            again, rescored, *_ = self._text.best(clauses, None, POOL, everything.tolist())
            scores = np.zeros(len(everything), np.float32)
            scores[np.searchsorted(everything, again)] = rescored
            pks, cosines = everything, complete.cosines(vector, everything)
        itself = int((pks == paper.pk).sum())
        nearest = _hits(convex(pks, scores, cosines, SIMILAR_WEIGHT), limit + itself)
        return Found(tuple(hit for hit in nearest if hit.pk != paper.pk)[:limit], len(pks) - itself)

    def _telling(self, paper: Paper) -> list[tantivy.Query]:
        content = paper.content
        terms = self._text.ranked.analyze(f"{content.title} . {content.title} . {content.abstract or content.summary}")
        total = self._text.count_all()
        weights = {}
        for term, times in Counter(t for t in terms if len(t) > 2 and t not in QUERY_STOPWORDS).items():
            seen = self._text.frequency(term)
            weights[term] = times * math.log(1 + (total - seen + 0.5) / (seen + 0.5))
        telling = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:SIMILAR_TERMS]
        return [self._text.term("body", term, weight) for term, weight in telling if weight > 0]

    def facets(self, query: Query) -> tuple[Facet, ...]:
        """Count years, categories, links and sources of the papers that match by words and conditions."""
        with self._noticing():
            asked = ask(self._text, query.tree, None, query.unwanted)
            return () if asked.is_empty else count_facets(self._text, _matching(asked))

    def mended(self, query: Query) -> str:
        """Return what was typed with misspelt words replaced by those that papers have; empty where there are none."""
        with self._noticing():
            return mended(self._text, query)

    def highlighter(self, query: Query) -> Highlighter:
        """Return a function that finds the query's words in a text, in any of their forms."""
        terms = self._text.terms(" ".join(leaf.text for leaf in query.terms))
        return make_highlighter(set(terms), self._text.english)

    def close(self) -> None:
        """Give the files back."""
        self._text.close()
        for vectors in self._vectors.values():
            vectors.close()


def _matching(asked: Asked) -> tantivy.Query:
    """Return the query for all papers that match, whatever their score."""
    clauses = [(SHOULD, clause) for clause in asked.clauses]
    if asked.where is None:
        return tantivy.Query.boolean_query(clauses)
    if not clauses:
        return asked.where
    return tantivy.Query.boolean_query([(MUST, asked.where), (MUST, tantivy.Query.boolean_query(clauses))])


def _hits(fused: Fused, most: int | None) -> list[Hit]:
    columns = (fused.pks, fused.scores, fused.text, fused.vector)
    pks, scores, texts, vectors = (column[:most].tolist() for column in columns)
    return [
        Hit(pk, score, {"text": round(text, 6), "meaning": round(vector, 6)})
        for pk, score, text, vector in zip(pks, scores, texts, vectors, strict=True)
    ]


def _continued(hits: list[Hit], by_words: list[Hit]) -> list[Hit]:
    """Return hits and, behind them, the others that words alone find, their scores below the last one's."""
    known = {hit.pk for hit in hits}
    others = [hit for hit in by_words if hit.pk not in known]
    share = hits[-1].score / others[0].score if others and others[0].score > 0 else 0.0
    return [*hits, *(Hit(hit.pk, share * hit.score, {"text": round(share * hit.score, 6)}) for hit in others)]
