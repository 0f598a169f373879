"""Work out anew the stored scores of a paper that readers voted on or talked about."""

from __future__ import annotations

from sqlalchemy import Connection

from broadsheet.ranking.hotness import hotness
from broadsheet.store import papers


def rescore_paper(connection: Connection, paper_pk: int) -> None:
    """Score a paper by its counts as they are now."""
    for paper in papers.list_papers(connection, [paper_pk]):
        shown_on = paper.content.edition_on or paper.content.published_on
        papers.update_hotness(connection, paper_pk, hotness(paper.upvotes, paper.comments, shown_on).score)
