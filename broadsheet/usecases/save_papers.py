"""Save papers into a reader's library and take them out again. Side effects: the library alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from broadsheet.domain.paper import Paper
from broadsheet.store import library, visibility
from broadsheet.store.database import Database


def save_papers(database: Database, ids: Sequence[str], reader_pk: int, now: datetime) -> list[Paper]:
    """Save all of these papers, or none; return them. Raises NotFound."""
    with database.write() as connection:
        saved = [visibility.get_paper_for(connection, paper_id, reader_pk) for paper_id in ids]
        for paper in saved:
            library.save_paper(connection, reader_pk, paper.pk, now)
    return saved


def unsave_papers(database: Database, ids: Sequence[str], reader_pk: int) -> list[Paper]:
    """Take all of these papers out of the library, or none; return them. Raises NotFound."""
    with database.write() as connection:
        removed = [visibility.get_paper_for(connection, paper_id, reader_pk) for paper_id in ids]
        for paper in removed:
            library.remove_paper(connection, reader_pk, paper.pk)
    return removed


def is_saved(database: Database, paper: Paper, reader_pk: int) -> bool:
    """Say whether a reader saved a paper."""
    with database.read() as connection:
        return library.is_saved(connection, reader_pk, paper.pk)
