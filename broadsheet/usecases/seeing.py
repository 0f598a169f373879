"""Papers as a reader may see them; `store/visibility.py` has the rule."""

from __future__ import annotations

from sqlalchemy import Connection

from broadsheet.domain.paper import Paper
from broadsheet.domain.readers import Reader
from broadsheet.store import visibility
from broadsheet.store.database import Database


def read_paper_for(database: Database, paper_id: str, reader: Reader | None) -> Paper:
    """Return one paper by any of its ids, as this reader may see it; raises NotFound."""
    with database.read() as connection:
        return get_seen(connection, paper_id, reader)


def get_seen(connection: Connection, paper_id: str, reader: Reader | None) -> Paper:
    """Return one paper that this reader may see; raises NotFound, whether it is not here or not for this reader."""
    return visibility.get_paper_for(connection, paper_id, reader.pk if reader else None)


def may_see(connection: Connection, paper: Paper, reader: Reader | None) -> bool:
    """Say whether a reader, or nobody, may see a paper."""
    return visibility.may_see(connection, paper.pk, reader.pk if reader else None)
