"""Submissions: the papers that readers brought, with their notes, and what curators said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from broadsheet.domain.errors import NotFound
from broadsheet.domain.listing import Entries, Part
from broadsheet.domain.submissions import APPROVED, DECLINED, OPEN, Submission
from broadsheet.store.community_tables import readers, submissions
from broadsheet.store.since import put_at, read_part
from broadsheet.store.tables import papers

CAME_BY_ITSELF = "A source has brought it as well."
_own = submissions.c


def insert_submission(
    connection: Connection, pk: int, reader_pk: int | None, note: str, now: datetime, *, state: str = OPEN
) -> None:
    """Note that a reader brought a paper; one whose word still waits there adds nothing."""
    again = (_own.paper_pk == pk) & (_own.reader_pk.is_not_distinct_from(reader_pk)) & (_own.state == OPEN)
    if connection.execute(select(_own.pk).where(again)).first() is None:
        made_at = put_at(connection, select(func.max(_own.made_at)), now)
        values = {"paper_pk": pk, "reader_pk": reader_pk, "note": note, "state": state, "made_at": made_at}
        decided = {"decided_at": now, "decided_by": reader_pk} if state == APPROVED else {}
        connection.execute(insert(submissions).values(**values, **decided))


def get_submission(connection: Connection, pk: int) -> Submission:
    """Return one submission; raises NotFound."""
    row = connection.execute(_rows().where(_own.pk == pk)).first()
    if row is None:
        raise NotFound("There is no such submission: its paper may be gone.")
    return _submission(row)


def list_open(connection: Connection, part: Part) -> Entries[Submission]:
    """Return a part of what waits for a curator, oldest first."""
    waiting = _rows().where(_own.state == OPEN)
    return read_part(connection, waiting, _own.made_at, part, _submission, oldest_first=True)


def list_of_reader(connection: Connection, reader_pk: int, part: Part) -> Entries[Submission]:
    """Return a part of what a reader brought, newest first."""
    return read_part(connection, _rows().where(_own.reader_pk == reader_pk), _own.made_at, part, _submission)


def list_of_paper(connection: Connection, pk: int) -> list[Submission]:
    """Return who brought a paper and what they said, oldest first, 20 at most."""
    rows = _rows().where(_own.paper_pk == pk).order_by(_own.pk).limit(20)
    return [_submission(row) for row in connection.execute(rows)]


def is_submitter(connection: Connection, reader_pk: int, pk: int) -> bool:
    """Say whether a reader brought a paper."""
    own = select(_own.pk).where(_own.paper_pk == pk, _own.reader_pk == reader_pk)
    return connection.execute(own.limit(1)).first() is not None


def approve_all(
    connection: Connection, pk: int, reason: str = "", by: int | None = None, now: datetime | None = None
) -> None:
    """Settle all that waits for a paper, which is shown from now on."""
    _settle(connection, pk, state=APPROVED, reason=reason, decided_by=by, decided_at=now)


def decline_all(connection: Connection, pk: int, reason: str, by: int, now: datetime) -> None:
    """Settle all that waits for a paper, which stays hidden."""
    _settle(connection, pk, state=DECLINED, reason=reason, decided_by=by, decided_at=now)


def _settle(connection: Connection, pk: int, **values: Any) -> None:
    connection.execute(update(submissions).where(_own.paper_pk == pk, _own.state == OPEN).values(**values))


def _rows() -> Select[Any]:
    rows = select(submissions, papers.c.id, papers.c.title, readers.c.name, readers.c.full_name)
    rows = rows.join(papers, papers.c.pk == _own.paper_pk)
    return rows.outerjoin(readers, readers.c.pk == _own.reader_pk)


def _submission(row: Any) -> Submission:
    return Submission(
        row.pk, row.paper_pk, row.id, row.title, row.reader_pk, row.full_name or row.name or "", row.note, row.state,
        row.reason, row.made_at.replace(tzinfo=UTC),
    )  # fmt: skip
