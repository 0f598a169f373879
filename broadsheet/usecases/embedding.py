"""Bring vectors to where the record is, and say which model search may ask.

Side effects of following, in order: (1) vectors that are new, or have lost what the queue forgot, begin a walk over all
papers; (2) the walk embeds them in rounds, each made durable, so that a kill repeats at most one; (3) then they follow
the queue; (4) a finished walk makes the model the one that search asks, until then it asks the one before; (5) the
queue forgets what all have taken in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from broadsheet.domain.paper import Paper
from broadsheet.embedding import Embedder, make_embedder
from broadsheet.extraction.readable import readable
from broadsheet.index.protocol import Meaning, SearchIndex, Vectors
from broadsheet.store import facts, index_queue, papers
from broadsheet.store.database import Database
from broadsheet.usecases.indexing import VECTORS_FOLLOWED, forget_followed

WALK_ROUND = 2_000
FOLLOW_ROUND = 1_000
_SERVING = "embedder"


@dataclass(slots=True)
class Models:
    """The embedder that the settings name (`none` for no vectors), and the one that search asks meanwhile."""

    name: str
    database: Database
    index: SearchIndex
    _made: dict[str, Embedder] = field(default_factory=dict)

    def wanted(self) -> Embedder | None:
        """Return the embedder of the settings, None where there is to be none."""
        return None if self.name == "none" else self._make(self.name)

    def serving(self) -> Embedder | None:
        """Return the embedder whose vectors are complete: the wanted one, else the one before it, else None."""
        if self.name == "none":
            return None
        with self.database.read() as connection:
            before = facts.find_fact(connection, _SERVING)
        for name in dict.fromkeys([self.name, *([before] if before else [])]):
            embedder = self._make(name)
            if self.index.vectors(embedder.model_id, embedder.dimension).is_complete:
                return embedder
        return None

    def meaning_of(self, text: str) -> Meaning | None:
        """Return what a text means to the serving model; None where there is none, or nothing to embed."""
        embedder = self.serving() if text else None
        if embedder is None:
            return None
        vector = embedder.embed_queries([text])[0]
        return Meaning(embedder.model_id, vector) if vector.any() else None

    def _make(self, name: str) -> Embedder:
        if name not in self._made:
            self._made[name] = make_embedder(name)
        return self._made[name]


def follow_with_vectors(
    models: Models,
    on_papers: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Embed all that waits and return how many papers that were; raises Conflict while another process does it."""
    embedder = models.wanted()
    if embedder is None:
        return 0
    vectors = models.index.vectors(embedder.model_id, embedder.dimension)
    if _waiting(models.database, vectors) == 0:
        return 0
    done = 0
    with vectors.following():
        _begin_where_lost(models.database, vectors)
        while not should_stop():
            count = (_follow if vectors.is_complete else _walk)(models.database, vectors, embedder)
            done += count
            if on_papers:
                on_papers(count)
            if not count and vectors.is_complete:
                break
    with models.database.write() as connection:
        facts.set_fact(connection, VECTORS_FOLLOWED, str(vectors.position))
        if vectors.is_complete:
            facts.set_fact(connection, _SERVING, models.name)
    forget_followed(models.database, models.index)
    return done


def count_waiting(models: Models) -> int | None:
    """Return how many papers the wanted model has still to embed; None where no model is wanted."""
    embedder = models.wanted()
    if embedder is None:
        return None
    return _waiting(models.database, models.index.vectors(embedder.model_id, embedder.dimension))


def _waiting(database: Database, vectors: Vectors) -> int:
    with database.read() as connection:
        last = index_queue.last_position(connection)
        if vectors.is_complete and _knows_all(vectors, last, index_queue.count_after(connection, vectors.position)):
            return last - vectors.position
        return max(1, papers.count_after(connection, 0 if vectors.is_complete else vectors.walked_to))


def _knows_all(vectors: Vectors, last: int, queued: int) -> bool:
    return vectors.position + queued == last


def _begin_where_lost(database: Database, vectors: Vectors) -> None:
    """Begin the walk over all papers where vectors are new, or missed changes that nobody can tell any more."""
    with database.read() as connection:
        last = index_queue.last_position(connection)
        queued = index_queue.count_after(connection, vectors.position)
    is_new = not vectors.is_complete and vectors.walked_to == 0
    if is_new or not _knows_all(vectors, last, queued):
        if vectors.position > last:
            vectors.clear()
        with database.write() as connection:
            facts.set_fact(connection, VECTORS_FOLLOWED, str(last))
        vectors.commit(last, 0, False)


def _walk(database: Database, vectors: Vectors, embedder: Embedder) -> int:
    with database.read() as connection:
        pks = papers.list_pks_after(connection, vectors.walked_to, WALK_ROUND)
        found = papers.list_papers(connection, pks)
    _put(vectors, embedder, found)
    vectors.commit(vectors.position, pks[-1] if pks else vectors.walked_to, not pks)
    return len(pks)


def _follow(database: Database, vectors: Vectors, embedder: Embedder) -> int:
    with database.read() as connection:
        rows = index_queue.list_after(connection, vectors.position, FOLLOW_ROUND)
        pks = list(dict.fromkeys(pk for _, pk in rows))
        found = papers.list_papers(connection, pks)
    if not rows:
        return 0
    vectors.remove_pks(sorted(set(pks) - {paper.pk for paper in found}))
    _put(vectors, embedder, found)
    vectors.commit(rows[-1][0], vectors.walked_to, True)
    return len(rows)


def _put(vectors: Vectors, embedder: Embedder, found: Sequence[Paper]) -> None:
    if found:
        vectors.put_papers(found, embedder.embed_documents([document_of(paper) for paper in found]))


def document_of(paper: Paper) -> tuple[str, str]:
    """Return the title and text by which a paper is embedded."""
    content = paper.content
    return readable(content.title), readable(content.abstract or content.summary)
