"""Work out a paper's stored score anew, when its own votes or comments have changed."""

from __future__ import annotations

from sqlalchemy import Connection

from broadsheet.ranking.hotness import hotness
from broadsheet.store import papers


def rescore(connection: Connection, pk: int) -> None:
    """Write a paper's score as its counts make it now, in the transaction that changed them."""
    for paper in papers.list_stored(connection, [pk]):
        shown_on = paper.content.edition_on or paper.content.published_on
        papers.set_hotness(connection, pk, hotness(paper.upvotes, paper.comments, shown_on).score)
