"""The text side of the index: tantivy in one folder (BM25, k1 1.2, b 0.75; Robertson & Zaragoza 2009).

Holds one writer for a while, many searchers for ever. A folder that cannot be read is emptied and made anew; whoever
follows the record sees position 0 and fills it again.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import tantivy

from broadsheet.domain.errors import Conflict
from broadsheet.index.analysis import INDEX_STOPWORDS, QUERY_STOPWORDS, english_analyzer, names_analyzer
from broadsheet.index.damage import IndexDamaged, noticing_damage, noticing_failure, probe
from broadsheet.index.documents import FORMAT, MARKER, make_schema, register_analyzers
from broadsheet.index.text_batch import TextBatch
from broadsheet.ranking.fusion import Pks, Scores

WRITER_BYTES = 96_000_000
NAME_WEIGHT = 1.0
KEYWORD_WEIGHT = 0.5
_USUAL_LENGTH = 180.0
FREQUENCIES_KEPT = 65_536
PROBED_FIELDS = ("title", "text", "authors", "keywords")

THREADS = 4

Answer = TypeVar("Answer")
Query = tantivy.Query
MUST, SHOULD, MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


class Best(NamedTuple):
    """Papers by score, best first: pks int64 [n], scores float32 [n], addresses; how many match in all, if asked."""

    pks: Pks
    scores: Scores
    addresses: list[tantivy.DocAddress]
    matching: int


@dataclass(slots=True, eq=False)
class _Commit:
    """One commit's searcher, and what was asked of it once: never to be taken for another commit's."""

    stamp: tuple[int, int]
    searcher: tantivy.Searcher
    frequencies: dict[str, int] = field(default_factory=dict)
    mean_length: float | None = None
    newest_pk: int | None = None


class TextSide:
    """A tantivy index in `folder`; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FORMAT
        self.ranked = english_analyzer(INDEX_STOPWORDS)
        self.asked = english_analyzer(QUERY_STOPWORDS)
        self.english = english_analyzer()
        self.names = names_analyzer()
        self.schema = make_schema()
        self._lock = threading.Lock()
        self._newest: _Commit | None = None
        self._pinned = threading.local()
        self._threads = ThreadPoolExecutor(THREADS, "text")
        self.was_damaged = False
        self._index = self._open()

    def _open(self) -> tantivy.Index:
        try:
            return self._open_folder()
        except IndexDamaged:
            self.was_damaged = True
            if self._folder.is_dir() and not self._folder.is_symlink():
                shutil.rmtree(self._folder)
            else:
                self._folder.unlink()
            return self._open_folder()

    def _open_folder(self) -> tantivy.Index:
        with noticing_damage():
            self._folder.mkdir(parents=True, exist_ok=True)
            index = tantivy.Index(self.schema, path=str(self._folder), reuse=True)
            register_analyzers(index)
        probe(index, PROBED_FIELDS)
        return index

    def begin_anew(self) -> None:
        """Open the folder again, after its files turned out to be damaged."""
        with self._lock:
            self._index = self._open()
            self._newest = None

    def searcher(self) -> tantivy.Searcher:
        """Return a searcher of the newest commit, whichever process made it; of the same one within `one_state`."""
        return self._commit().searcher

    def _commit(self) -> _Commit:
        pinned: _Commit | None = getattr(self._pinned, "commit", None)
        if pinned is not None:
            return pinned
        status = (self._folder / "meta.json").stat()
        stamp = (status.st_mtime_ns, status.st_ino)
        newest = self._newest
        if newest is None or newest.stamp != stamp:
            with self._lock:
                self._index.reload()
                self._newest = newest = _Commit(stamp, self._index.searcher())
        return newest

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """Let all that this thread asks within be answered from one commit, looked up once: addresses stay true."""
        with self._pin(self._commit()):
            yield

    @contextmanager
    def _pin(self, commit: _Commit) -> Iterator[None]:
        outer = getattr(self._pinned, "commit", None)
        self._pinned.commit = commit
        try:
            yield
        finally:
            self._pinned.commit = outer

    def beside(self, ask: Callable[..., Answer], *of: Any) -> Future[Answer]:
        """Ask from another thread, of the same commit: tantivy lets this one go on meanwhile."""
        commit = self._commit()

        def answer() -> Answer:
            with self._pin(commit):
                return ask(*of)

        return self._threads.submit(answer)

    def close(self) -> None:
        """Give the threads back."""
        self._threads.shutdown(wait=False)

    def position(self) -> int:
        """Return the queue position of the last commit."""
        searcher = self.searcher()
        hits = searcher.search(Query.term_query(self.schema, "marker", MARKER), 1).hits
        return int(searcher.doc(hits[0][1])["position"][0]) if hits else 0

    def count(self, query: tantivy.Query | None = None) -> int:
        """Count the papers that match a query, or all."""
        # An aggregation neither scores nor ranks, as counting in a search would.
        counted = self.searcher().aggregate(
            query or Query.exists_query("pk"), {"papers": {"value_count": {"field": "pk"}}}
        )
        return int(counted["papers"]["value"])

    @contextmanager
    def writer(self) -> Iterator[TextBatch]:
        """Open the writer of the folder, of which there is one among all processes; raises Conflict, OSError."""
        try:
            with noticing_failure(self._folder):
                writer = self._index.writer(WRITER_BYTES, 1)
                # What a writer that was killed left behind carries the names that doing its work again gives.
                writer.garbage_collect_files()
        except OSError as error:
            if "LockBusy" not in f"{error.__cause__}":
                raise
            raise Conflict("Another Broadsheet is writing to the index: try again in a moment.") from error
        self._newest = None  # nobody else commits from here on: what is read now is the newest
        batch = TextBatch(writer, self._folder, self.newest_pk())
        try:
            yield batch
        finally:
            del writer
            batch.close()
            self._newest = None

    def terms(self, text: str) -> list[str]:
        """Return the terms of a query; its function words only where there is nothing else."""
        return self.asked.analyze(text) or self.english.analyze(text)

    def word_clauses(self, text: str) -> list[tantivy.Query]:
        """Return what free words look for: terms, names, categories, keywords."""
        terms = self.asked.analyze(text)
        if not terms:  # nothing but function words: they are in the fields that phrases look in
            return [self.term(field, term) for term in self.english.analyze(text) for field in ("title", "text")]
        clauses = [self.term("body", term, float(times)) for term, times in Counter(terms).items()]
        kept = [word for word in self.names.analyze(text) if word not in QUERY_STOPWORDS]
        clauses += [self.term("authors", word, NAME_WEIGHT) for word in dict.fromkeys(kept)]
        clauses += [self.term("organization", word, NAME_WEIGHT) for word in dict.fromkeys(kept)]
        clauses += [self.term("category", word.casefold()) for word in text.split() if "." in word]
        clauses += [self.term("keywords", term, KEYWORD_WEIGHT) for term in dict.fromkeys(terms)]
        return clauses

    def term(self, field: str, value: str, weight: float = 1.0) -> tantivy.Query:
        """Return a query for one term of a field."""
        query = Query.term_query(self.schema, field, value, "freq")
        return query if weight == 1.0 else Query.boost_query(query, weight)

    def phrase(self, field: str, text: str, weight: float = 1.0) -> tantivy.Query | None:
        """Return a query for neighbouring words of a field, or None where there is no word."""
        analyzer = self.names if field in ("authors", "organization") else self.english
        terms = analyzer.analyze(text)
        if not terms:
            return None
        if len(terms) == 1:
            return self.term(field, terms[0], weight)
        return Query.boost_query(Query.phrase_query(self.schema, field, list[Any](terms)), weight)

    def best(
        self,
        clauses: Sequence[tantivy.Query],
        where: tantivy.Query | None,
        limit: int,
        only: Iterable[int] = (),
        counts: bool = False,
    ) -> Best:
        """Return the `limit` best for any of `clauses`, among those of `where`.

        With `only`, each of these pks that matches `where` is scored, those without any clause with 0. Counting all
        that match costs as much as looking at each: nothing within a `where`, much without.
        """
        parts: list[tuple[tantivy.Occur, tantivy.Query]] = []
        # One term query each: a third of the time of a term set, which walks the whole dictionary of pks.
        chosen = [(SHOULD, Query.term_query(self.schema, "pk", int(pk))) for pk in only]
        any_of = Query.boolean_query([(SHOULD, clause) for clause in clauses]) if clauses else None
        if chosen:
            parts.append((MUST, Query.const_score_query(Query.boolean_query(chosen), 0.0)))
            limit = len(chosen)
        if where is not None:
            parts.append((MUST, Query.const_score_query(where, 0.0)))
        if any_of is not None:
            parts.append((SHOULD if chosen else MUST, any_of))
        if not parts:
            return Best(np.zeros(0, np.int64), np.zeros(0, np.float32), [], 0)
        query = any_of if any_of is not None and len(parts) == 1 else Query.boolean_query(parts)
        searcher = self.searcher()
        found = searcher.search(query, limit, count=counts)
        hits, addresses = found.hits, [address for _, address in found.hits]
        pks = np.array(searcher.fast_field_values("pk", addresses) if hits else [], np.int64)
        return Best(pks, np.array([score for score, _ in hits], np.float32), addresses, found.count or 0)  # type: ignore[attr-defined]

    def sorted_by(self, field: str, query: tantivy.Query, limit: int, offset: int) -> list[tuple[int, int]]:
        """Return (pk, value) of the matching papers with the largest values of a numeric field."""
        searcher = self.searcher()
        hits = searcher.search(query, limit, count=False, order_by_field=field, offset=offset).hits
        pks = searcher.fast_field_values("pk", [address for _, address in hits]) if hits else []
        return [(int(pk or 0), int(value or 0)) for pk, (value, _) in zip(pks, hits, strict=True)]

    def newest_pk(self) -> int:
        """Return the highest pk, 0 where there is none."""
        commit = self._commit()
        if commit.newest_pk is None:
            with self._pin(commit):
                newest = self.sorted_by("pk", Query.exists_query("pk"), 1, 0) if commit.searcher.num_docs else []
            commit.newest_pk = newest[0][0] if newest else 0
        return commit.newest_pk

    def count_all(self) -> int:
        """Count the documents, quickly."""
        return int(self.searcher().num_docs)

    def frequency(self, term: str) -> int:
        """Count the papers whose title or text has a term."""
        commit = self._commit()
        seen = commit.frequencies.get(term)
        if seen is None:
            if len(commit.frequencies) >= FREQUENCIES_KEPT:
                commit.frequencies.clear()
            seen = commit.frequencies[term] = int(commit.searcher.doc_freq("body", term))
        return min(seen, int(commit.searcher.num_docs))  # the engine counts deleted papers too until it merges

    def mean_length(self, term: str, address: tantivy.DocAddress) -> float:
        """Return the mean number of ranked terms in a paper, given a paper and a ranked term that it has."""
        commit = self._commit()
        if commit.mean_length is None:  # an explanation is the only place where tantivy tells it
            told = self.term("body", term).explain(commit.searcher, address).to_json()
            found = re.search(r'"value":\s*([\d.]+),\s*"description":\s*"avgdl', json.dumps(json.loads(told)))
            commit.mean_length = float(found[1]) if found else _USUAL_LENGTH
        return commit.mean_length
