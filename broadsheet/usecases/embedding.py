"""Bring vectors to where the record is, and say which model search may ask.

Side effects of following, in order: (1) vectors that are new, or have lost what the queue forgot, are
emptied and begin a walk over all papers; (2) the walk embeds them in rounds, each made durable, so that a kill repeats
at most one; (3) then they follow the queue; (4) when they are complete, their model becomes the one that search asks,
until then it asks the one before, whose vectors then go; (5) the queue forgets what all have taken in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from broadsheet.domain.errors import BroadsheetError
from broadsheet.domain.paper import Paper
from broadsheet.embedding import Embedder, make_embedder
from broadsheet.extraction.readable import readable
from broadsheet.index.protocol import Meaning, SearchIndex, Vectors
from broadsheet.store import facts, index_queue, papers
from broadsheet.store.database import Database
from broadsheet.usecases.indexing import VECTORS_FOLLOWED, find_requeued, forget_followed

WALK_ROUND = 2_000
FOLLOW_ROUND = 1_000
_SERVING = "embedder"


@dataclass(slots=True)
class Models:
    """The embedder that the settings name (`none` for no vectors), and the one that search asks meanwhile."""

    name: str
    database: Database
    index: SearchIndex
    make: Callable[[str], Embedder] = make_embedder
    _made: dict[str, Embedder] = field(default_factory=dict)
    _chosen: tuple[int, str | None] = (-1, None)

    def wanted(self) -> Embedder | None:
        """Return the embedder of the settings, None where there is to be none."""
        return None if self.name == "none" else self._make(self.name)

    def serving(self) -> Embedder | None:
        """Return the embedder that search asks: the last one whose vectors became complete, else None."""
        if self.name == "none":
            return None
        names = dict.fromkeys(filter(None, [self._find_chosen(), self.name]))
        return next((embedder for name in names if (embedder := self._complete(name))), None)

    def meaning_of(self, text: str) -> Meaning | None:
        """Return what a text means to the serving model; None where there is none, or nothing to embed."""
        embedder = self.serving() if text else None
        if embedder is None:
            return None
        try:
            vector = embedder.embed_queries([text])[0]
        except (BroadsheetError, OSError):  # its files have gone: words answer, and doctor tells why
            return None
        return Meaning(embedder.model_id, vector) if vector.any() else None

    def _find_chosen(self) -> str | None:
        """Return the name of the model that search was given, looked up once for each state of the record."""
        revision, chosen = self.database.revision(), self._chosen
        if chosen[0] != revision:
            with self.database.read() as connection:
                self._chosen = chosen = revision, facts.find_fact(connection, _SERVING)
        return chosen[1]

    def _complete(self, name: str) -> Embedder | None:
        """Return an embedder whose vectors are complete; None where it, or they, cannot be had now."""
        try:
            embedder = self._make(name)
            vectors = self.index.vectors(embedder.model_id, embedder.dimension)
        except (BroadsheetError, OSError):
            return None
        return embedder if vectors.is_complete else None

    def _make(self, name: str) -> Embedder:
        if name not in self._made:
            self._made[name] = self.make(name)
        return self._made[name]


def follow_with_vectors(
    models: Models,
    on_papers: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Embed all that waits and return how many papers that were; raises Conflict while another process does it."""
    embedder = models.wanted()
    if embedder is None:
        _settle(models, "", "")
        return 0
    vectors = models.index.vectors(embedder.model_id, embedder.dimension)
    done = 0
    if _waiting(models.database, vectors):
        with vectors.following():
            _begin_where_lost(models.database, vectors)
            while not should_stop():
                has_walked = vectors.is_complete
                count = (_follow if has_walked else _walk)(models.database, vectors, embedder)
                done += count
                if on_papers:
                    on_papers(count)
                if not count and has_walked:
                    break
            else:
                return done  # stopped on the way: search asks whom it asked, the queue keeps what it holds
    _settle(models, str(vectors.position), models.name)
    return done


def _settle(models: Models, followed: str, serving: str) -> None:
    """Note the position up to which vectors need no queue (none: "") and the model that search asks; then forget.

    Until then the queue keeps what the model before needs, so that a change can be taken back.
    """
    with models.database.read() as connection:
        noted = [facts.find_fact(connection, name) or "" for name in (VECTORS_FOLLOWED, _SERVING)]
    if noted != [followed, serving]:
        with models.database.write() as connection:
            facts.set_fact(connection, VECTORS_FOLLOWED, followed)
            facts.set_fact(connection, _SERVING, serving)
    if serving and noted[1] not in ("", serving) and (embedder := models.wanted()):
        models.index.keep_vectors(embedder.model_id)
    forget_followed(models.database, models.index, is_shown=False)


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
    with database.write() as connection:  # so that nobody forgets a part of the queue between look and note
        last = index_queue.last_position(connection)
        queued = index_queue.count_after(connection, vectors.position)
        is_new = not vectors.is_complete and vectors.walked_to == 0
        after, through = find_requeued(connection)
        is_elsewhere = vectors.is_complete and after < vectors.position < through  # of another record: a backup
        if not is_new and not is_elsewhere and _knows_all(vectors, last, queued):
            return
        if not facts.find_fact(connection, VECTORS_FOLLOWED):
            facts.set_fact(connection, VECTORS_FOLLOWED, str(last))
    vectors.clear()  # for a paper that has gone meanwhile is not met on the walk
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
        after, through = find_requeued(connection)
        if vectors.position == after < through:  # what was queued once more has its vectors
            vectors.commit(through, vectors.walked_to, True)
        rows = index_queue.list_after(connection, vectors.position, FOLLOW_ROUND)
        rows = [row for row in rows if row[0] <= after or vectors.position >= through]
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
