"""Hide papers and show them again, for a reason.

Side effects, in one transaction: the paper hidden or shown; the deed in the public log; the index queue.
"""

from __future__ import annotations

from datetime import datetime

from broadsheet.domain.deeds import Deed, Hand
from broadsheet.domain.errors import Conflict
from broadsheet.domain.paper import BY_CURATOR, Paper
from broadsheet.domain.submissions import parse_reason
from broadsheet.store import deeds, hiding, index_queue, papers
from broadsheet.store.database import Database


def hide_paper(database: Database, paper_id: str, reason: str, by: Hand, now: datetime) -> Paper:
    """Take a paper out of everything that is shown; raises NotFound, Invalid, and Conflict where it is out already."""
    return _set(database, paper_id, BY_CURATOR, Deed(now, by.reader_pk, "paper hidden", "", parse_reason(reason)))


def unhide_paper(database: Database, paper_id: str, reason: str, by: Hand, now: datetime) -> Paper:
    """Show a paper that a curator hid; raises NotFound, Invalid, and Conflict where none did."""
    return _set(database, paper_id, "", Deed(now, by.reader_pk, "paper shown again", "", parse_reason(reason)))


def _set(database: Database, paper_id: str, why: str, deed: Deed) -> Paper:
    with database.write() as connection:
        paper = papers.get_paper(connection, paper_id, with_hidden=True)
        if paper.hidden == why or (not why and paper.hidden != BY_CURATOR):
            raise Conflict(f"{paper.id} is {'hidden' if why else 'not hidden by a curator'}: there is nothing to do.")
        hiding.set_hidden(connection, paper.pk, why)
        index_queue.enqueue(connection, [paper.pk])
        deeds.add_deed(connection, Deed(deed.done_at, deed.reader_pk, deed.verb, paper.id, deed.detail))
        return papers.list_papers(connection, [paper.pk], with_hidden=True)[0]
