"""Changes on their way into the text side, through the one writer that its folder has."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import tantivy

from broadsheet.domain.paper import Paper
from broadsheet.index.damage import IndexDamaged, noticing_damage, noticing_failure
from broadsheet.index.documents import MARKER, Writer


class TextBatch:
    """Changes on their way into the text side."""

    def __init__(self, writer: tantivy.IndexWriter, folder: Path, newest_pk: int) -> None:
        self._writer = writer
        self._folder = folder
        self._newest_pk = newest_pk
        self._documents = Writer()

    def put(self, papers: Sequence[Paper]) -> None:
        """Index papers in place of what stood under their pks."""
        with noticing_failure(self._folder):
            for paper in papers:
                if paper.pk <= self._newest_pk:  # else there is nothing in its place
                    self._writer.delete_documents_by_term("pk", paper.pk)
                self._newest_pk = max(self._newest_pk, paper.pk)
                self._writer.add_document(self._documents.document(paper))

    def remove(self, pks: Sequence[int]) -> None:
        """Take papers out."""
        for pk in pks:
            self._writer.delete_documents_by_term("pk", pk)

    def close(self) -> None:
        """Drop what was not committed and give the writer back, with its memory."""
        # No rollback before: it would begin another writer and leave the merges of this one running behind us.
        with suppress(IndexDamaged), noticing_damage():  # a merge that fails loses nothing
            self._writer.wait_merging_threads()
        del self._writer

    def clear(self) -> None:
        """Take everything out."""
        self._writer.delete_all_documents()

    def commit(self, position: int) -> None:
        """Make it durable; the position travels in a document of its own, so that both land together."""
        marker = tantivy.Document()
        marker.add_text("marker", MARKER)
        marker.add_integer("position", position)
        with noticing_failure(self._folder):
            self._writer.delete_documents_by_term("marker", MARKER)
            self._writer.add_document(marker)
            self._writer.commit()
