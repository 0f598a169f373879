"""Give papers links and take them away. Side effects: the edit, the deed in the public log, the index queue.

Curators edit all links; an author whom a curator confirmed gives links, and takes back those given so.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.deeds import Deed
from broadsheet.domain.errors import Invalid, NotAllowed
from broadsheet.domain.paper import Link, Paper
from broadsheet.domain.readers import Reader
from broadsheet.render.cards import is_web_address
from broadsheet.store import claims, deeds, index_queue, link_edits, papers
from broadsheet.store.database import Database
from broadsheet.usecases.seeing import get_seen

KINDS = ("code", "project", "data", "other")
LONGEST, MOST = 1_000, 50
_NOT_YOURS = "Links are edited by curators, and given by authors whom a curator has confirmed."


def add_link(database: Database, paper_id: str, link: Link, by: Reader, now: datetime) -> Paper:
    """Give a paper a link; raises NotFound, NotAllowed and Invalid."""
    with database.write() as connection:
        paper = get_seen(connection, paper_id, by)
        _check_may_edit(connection, paper, by)
        if link.kind not in KINDS:
            raise Invalid("kind", f"A link is one of {', '.join(KINDS)}.")
        if len(link.url) > LONGEST or not link.url.isprintable() or not is_web_address(link.url):
            raise Invalid("url", "Give an address that begins with https:// or http://.")
        if link_edits.count_edits(connection, paper.pk) >= MOST:
            raise Invalid("url", "This paper's links were edited too often: ask whoever runs this site.")
        link_edits.add_link(connection, paper.pk, link, by.pk, now)
        return _done(connection, paper, Deed(now, by.pk, "link added", paper.id, f"{link.kind}: {link.url}"))


def remove_link(database: Database, paper_id: str, url: str, by: Reader, now: datetime) -> Paper:
    """Take a link away from a paper; raises NotFound, NotAllowed and Invalid."""
    with database.write() as connection:
        paper = get_seen(connection, paper_id, by)
        _check_may_edit(connection, paper, by)
        if url not in {link.url for link in paper.content.links}:
            raise Invalid("url", "The paper has no such link any more.")
        if by.is_at_least("curator"):
            link_edits.remove_link(connection, paper.pk, url, by.pk, now)
        elif not link_edits.take_back(connection, paper.pk, url, by.pk):
            raise NotAllowed("Authors take back the links that they gave; for others ask a curator.")
        return _done(connection, paper, Deed(now, by.pk, "link removed", paper.id, url))


def _check_may_edit(connection: Connection, paper: Paper, reader: Reader) -> None:
    if not reader.is_at_least("curator") and not claims.is_author(connection, reader.pk, paper.pk):
        raise NotAllowed(_NOT_YOURS)


def _done(connection: Connection, paper: Paper, deed: Deed) -> Paper:
    deeds.add_deed(connection, deed)
    index_queue.enqueue(connection, [paper.pk])
    return papers.list_papers(connection, [paper.pk], with_hidden=True)[0]
