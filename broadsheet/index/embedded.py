"""The index inside the process: tantivy in one folder (BM25, Robertson & Zaragoza 2009, k1 1.2, b 0.75).

Knows nothing of the record: it is handed papers and a queue position, and stores both in one commit. A folder that
cannot be read is moved out of the way and made anew; whoever drains the queue sees position 0 and fills it again.
"""

from __future__ import annotations

import math
import shutil
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from broadsheet.domain.errors import Conflict, Corrupt
from broadsheet.domain.paper import Paper, PaperContent
from broadsheet.domain.query import Query
from broadsheet.index.analysis import ENGLISH, NAMES, STOPWORDS, english_analyzer, names_analyzer
from broadsheet.index.damage import IndexDamaged, noticing_damage, probe
from broadsheet.index.highlight import make_highlighter
from broadsheet.index.memory import give_back_memory
from broadsheet.index.protocol import Found, Highlighter, Hit

FORMAT = "text-1"
WRITER_BYTES = 96_000_000
FIELD_BOOSTS = {"title": 2.0, "abstract": 1.0, "names": 1.0, "tags": 1.0}
SIMILAR_TERMS = 24
_MARKER = "position"


class EmbeddedIndex:
    """A tantivy index in `folder`; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FORMAT
        self._english = english_analyzer()
        self._names = names_analyzer()
        self._lock = threading.Lock()
        self._stamp = (0, 0)
        self.was_damaged = False
        self._index = self._open()
        self._reload()

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
            index = tantivy.Index(_schema(), path=str(self._folder), reuse=True)
            index.register_tokenizer(ENGLISH, self._english)
            index.register_tokenizer(NAMES, self._names)
        probe(index, tuple(FIELD_BOOSTS))
        return index

    @contextmanager
    def _mended(self) -> Iterator[None]:
        """Where the files turn out to be damaged, begin an empty index and say that it fills again."""
        try:
            with noticing_damage():
                yield
        except IndexDamaged as error:
            with self._lock:
                self._index = self._open()
            raise Corrupt("The index was damaged and is being made anew from the record: try again soon.") from error

    def _reload(self) -> None:
        # Clocks of file systems are coarse: two commits may bear one time, but not one file.
        found = (self._folder / "meta.json").stat()
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            with self._lock:
                self._index.reload()
                self._stamp = stamp

    def _searcher(self) -> tantivy.Searcher:
        self._reload()
        return self._index.searcher()

    def position(self) -> int:
        """Return the queue position of the last commit."""
        with self._mended():
            searcher = self._searcher()
            hits = searcher.search(tantivy.Query.term_query(self._index.schema, "marker", _MARKER), 1).hits
            return int(searcher.doc(hits[0][1])["position"][0]) if hits else 0

    def count(self) -> int:
        """Count the indexed papers."""
        with self._mended():
            return _count(self._searcher().search(tantivy.Query.exists_query("pk"), 1))

    @contextmanager
    def batch(self) -> Iterator[TantivyBatch]:
        """Open the writer of the folder, of which there is one among all processes."""
        try:
            writer = self._index.writer(WRITER_BYTES, 1)
        except ValueError as error:
            raise Conflict("Another Broadsheet is writing to the index: try again in a moment.") from error
        batch = TantivyBatch(writer)
        try:
            yield batch
        finally:
            del writer
            batch.close()
            self._reload()
            give_back_memory()

    def search(self, query: Query, limit: int, offset: int = 0) -> Found:
        """Return the best papers: any word may match, every phrase must."""
        with self._mended():
            built = self._build(query)
            return Found((), 0) if built is None else self._run(built, limit, offset)

    def _run(self, query: tantivy.Query, limit: int, offset: int) -> Found:
        searcher = self._searcher()
        result = searcher.search(query, limit, offset=offset)
        addresses = [address for _, address in result.hits]
        pks = searcher.fast_field_values("pk", addresses) if addresses else []
        hits = tuple(Hit(int(pk or 0), score, {"text": score}) for (score, _), pk in zip(result.hits, pks, strict=True))
        return Found(hits, _count(result))

    def _build(self, query: Query) -> tantivy.Query | None:
        words = [w for w in query.words if w.lower() not in STOPWORDS] or list(query.words)
        should = [q for word in dict.fromkeys(words) for q in self._word_queries(word)]
        must = [q for phrase in query.phrases if (q := self._phrase_query(phrase)) is not None]
        clauses = [(tantivy.Occur.Must, q) for q in must] + [(tantivy.Occur.Should, q) for q in should]
        return tantivy.Query.boolean_query(clauses) if clauses else None

    def _terms(self, field: str, text: str) -> list[str]:
        analyzer = self._names if field == "names" else self._english
        return analyzer.analyze(text)

    def _word_queries(self, word: str) -> Iterator[tantivy.Query]:
        for field, boost in FIELD_BOOSTS.items():
            for term in self._terms(field, word):
                yield self._term_query(field, term, boost)

    def _term_query(self, field: str, term: str, boost: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._index.schema, field, term, "freq")
        return query if boost == 1.0 else tantivy.Query.boost_query(query, boost)

    def _phrase_query(self, phrase: str) -> tantivy.Query | None:
        either = []
        for field, boost in FIELD_BOOSTS.items():
            terms = self._terms(field, phrase)
            if len(terms) == 1:
                either.append((tantivy.Occur.Should, self._term_query(field, terms[0], boost)))
            elif terms:
                query = tantivy.Query.phrase_query(self._index.schema, field, list[str | tuple[int, str]](terms))
                either.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, boost)))
        return tantivy.Query.boolean_query(either) if either else None

    def similar(self, paper: Paper, limit: int) -> Found:
        """Return papers that share this one's most telling terms (tf-idf over title and text)."""
        with self._mended():
            return self._similar(paper, limit)

    def _similar(self, paper: Paper, limit: int) -> Found:
        content = paper.content
        text = f"{content.title} {content.title} {content.abstract or content.summary}"
        frequencies = Counter(t for t in self._english.analyze(text) if len(t) > 2 and t not in STOPWORDS)
        searcher = self._searcher()
        total = max(1, searcher.num_docs)
        weighted = [
            (tf * math.log(total / (1 + searcher.doc_freq("abstract", term))), term) for term, tf in frequencies.items()
        ]
        telling = sorted(weighted, key=lambda pair: (-pair[0], pair[1]))[:SIMILAR_TERMS]
        clauses = [
            (tantivy.Occur.Should, self._term_query(field, term, weight * FIELD_BOOSTS[field]))
            for weight, term in telling
            if weight > 0
            for field in ("title", "abstract")
        ]
        if not clauses:
            return Found((), 0)
        found = self._run(tantivy.Query.boolean_query(clauses), limit + 1, 0)
        others = tuple(hit for hit in found.hits if hit.pk != paper.pk)[:limit]
        return Found(others, max(0, found.count - 1))

    def highlighter(self, query: Query) -> Highlighter:
        """Return a function that finds the query's words in a text, in any of their forms."""
        words = [w for w in query.words if w.lower() not in STOPWORDS] or list(query.words)
        terms = {t for text in (*words, *query.phrases) for t in self._english.analyze(text)}
        return make_highlighter(terms, self._english)

    def close(self) -> None:
        """Nothing stays open between calls."""


class TantivyBatch:
    """Changes on their way into the index."""

    def __init__(self, writer: tantivy.IndexWriter) -> None:
        self._writer = writer

    def put(self, papers: Sequence[Paper]) -> None:
        """Index papers in place of what stood under their pks."""
        for paper in papers:
            self._writer.delete_documents_by_term("pk", paper.pk)
            self._writer.add_document(_document(paper.pk, paper.id, paper.content))

    def remove(self, pks: Sequence[int]) -> None:
        """Take papers out."""
        for pk in pks:
            self._writer.delete_documents_by_term("pk", pk)

    def close(self) -> None:
        """Drop what was not committed and give the writer back, with its memory."""
        # No rollback before: it would begin another writer and leave the merges of this one running behind us.
        self._writer.wait_merging_threads()
        del self._writer

    def clear(self) -> None:
        """Take everything out."""
        self._writer.delete_all_documents()

    def commit(self, position: int) -> None:
        """Make it durable; the position travels in a document of its own, so that both land together."""
        self._writer.delete_documents_by_term("marker", _MARKER)
        marker = tantivy.Document()
        marker.add_text("marker", _MARKER)
        marker.add_integer("position", position)
        self._writer.add_document(marker)
        self._writer.commit()


def _count(result: tantivy.SearchResult) -> int:
    """Return how many documents matched (the binding's type stub does not know the attribute)."""
    return int(getattr(result, "count", 0) or 0)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("pk", stored=False, indexed=True, fast=True)
    builder.add_text_field("id", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", stored=False, tokenizer_name=ENGLISH, index_option="position")
    builder.add_text_field("abstract", stored=False, tokenizer_name=ENGLISH, index_option="position")
    builder.add_text_field("names", stored=False, tokenizer_name=NAMES, index_option="position")
    builder.add_text_field("tags", stored=False, tokenizer_name=ENGLISH, index_option="position")
    builder.add_text_field("category", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", stored=False, indexed=True, fast=True)
    builder.add_integer_field("upvotes", stored=False, indexed=True, fast=True)
    builder.add_text_field("marker", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("position", stored=True, indexed=False, fast=False)
    return builder.build()


def _document(pk: int, paper_id: str, content: PaperContent) -> tantivy.Document:
    document = tantivy.Document()
    document.add_integer("pk", pk)
    document.add_text("id", paper_id)
    document.add_text("title", content.title)
    document.add_text("abstract", content.abstract or content.summary)
    document.add_text("names", "\n".join((*content.authors, content.organization)))
    document.add_text("tags", "\n".join((*content.keywords, *content.categories)))
    for category in content.categories:
        document.add_text("category", category)
    if content.published_on:
        document.add_integer("day", content.published_on.toordinal())
    document.add_integer("upvotes", content.upvotes)
    return document
