"""Claims: which readers say that they are authors of which papers, and what curators said to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects.sqlite import insert

from broadsheet.domain.errors import NotFound
from broadsheet.domain.listing import Entries, Part
from broadsheet.domain.submissions import APPROVED, OPEN, Claim
from broadsheet.store.community_tables import claims, comments, readers
from broadsheet.store.hiding import is_shown
from broadsheet.store.since import put_at, read_part
from broadsheet.store.tables import papers

_own = claims.c


def is_author(connection: Connection, reader_pk: int, paper_pk: int) -> bool:
    """Say whether a curator has confirmed that a reader is an author of a paper."""
    found = find_claim(connection, reader_pk, paper_pk)
    return found is not None and found.state == APPROVED


def find_claim(connection: Connection, reader_pk: int, paper_pk: int) -> Claim | None:
    """Return what a reader claims about a paper, or None."""
    row = connection.execute(_rows().where(_own.reader_pk == reader_pk, _own.paper_pk == paper_pk)).first()
    return None if row is None else _claim(row)


def get_claim(connection: Connection, pk: int) -> Claim:
    """Return one claim; raises NotFound."""
    row = connection.execute(_rows().where(_own.pk == pk)).first()
    if row is None:
        raise NotFound("There is no such claim: its reader or its paper may be gone.")
    return _claim(row)


def upsert_claim(
    connection: Connection, paper_pk: int, reader_pk: int, author: str, note: str, *, now: datetime
) -> None:
    """Let a claim wait for a curator, in the place of one that this reader made for this paper before."""
    made_at = put_at(connection, select(func.max(_own.made_at)), now)
    values: dict[str, Any] = {"author": author, "note": note, "state": OPEN, "reason": "", "made_at": made_at}
    made = insert(claims).values(paper_pk=paper_pk, reader_pk=reader_pk, **values)
    anew = {**values, "decided_at": None, "decided_by": None}
    connection.execute(made.on_conflict_do_update(index_elements=["paper_pk", "reader_pk"], set_=anew))


def settle_claim(connection: Connection, pk: int, state: str, reason: str, by: int, *, now: datetime) -> None:
    """Write down what a curator says to a claim."""
    values = {"state": state, "reason": reason, "decided_by": by, "decided_at": now}
    connection.execute(update(claims).where(_own.pk == pk).values(**values))


def mark_comments(connection: Connection, reader_pk: int, paper_pk: int, *, is_author: bool) -> None:
    """Mark what a reader wrote about a paper as an author's words, or no longer."""
    written = (comments.c.reader_pk == reader_pk) & (comments.c.paper_pk == paper_pk)
    connection.execute(update(comments).where(written).values(is_author=is_author))


def list_open(connection: Connection, part: Part) -> Entries[Claim]:
    """Return a part of the claims that wait for a curator, oldest first."""
    waiting = _rows().where(_own.state == OPEN)
    return read_part(connection, waiting, _own.made_at, part, _claim, oldest_first=True)


def list_of_reader(connection: Connection, reader_pk: int, part: Part) -> Entries[Claim]:
    """Return a part of a reader's own claims to papers that everyone sees, newest first."""
    own = _rows().where(_own.reader_pk == reader_pk, is_shown(_own.paper_pk))
    return read_part(connection, own, _own.made_at, part, _claim)


def _rows() -> Select[Any]:
    rows = select(claims, papers.c.id, papers.c.title, readers.c.name, readers.c.full_name)
    rows = rows.join(papers, papers.c.pk == _own.paper_pk)
    return rows.join(readers, readers.c.pk == _own.reader_pk)


def _claim(row: Any) -> Claim:
    return Claim(
        row.pk, row.paper_pk, row.id, row.title, row.reader_pk, row.full_name or row.name, row.author, row.note,
        row.state, row.reason, row.made_at.replace(tzinfo=UTC),
    )  # fmt: skip
