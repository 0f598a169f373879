"""Who sees a paper that not everyone sees: its curators, and whoever brought it while it waits."""

from __future__ import annotations

from sqlalchemy import Connection

from broadsheet.domain.paper import BY_CURATOR, WAITING, Paper
from broadsheet.domain.readers import Reader
from broadsheet.store import papers, submissions
from broadsheet.store.database import Database


def read_paper_for(database: Database, paper_id: str, reader: Reader | None) -> Paper:
    """Return one paper by any of its ids, as this reader may see it; raises NotFound."""
    with database.read() as connection:
        return get_seen(connection, paper_id, reader)


def get_seen(connection: Connection, paper_id: str, reader: Reader | None) -> Paper:
    """Return one paper that this reader may see; raises NotFound, whether it is not here or not for this reader."""
    paper = papers.find_paper(connection, paper_id, with_hidden=reader is not None)
    if paper is None or not may_see(connection, paper, reader):
        raise papers.no_paper()
    return paper


def may_see(connection: Connection, paper: Paper, reader: Reader | None) -> bool:
    """Say whether a reader, or nobody, may see a paper."""
    if not paper.hidden:
        return True
    if reader is None:
        return False
    if paper.hidden in (WAITING, BY_CURATOR) and reader.is_at_least("curator"):
        return True
    return paper.hidden == WAITING and submissions.is_submitter(connection, reader.pk, paper.pk)
