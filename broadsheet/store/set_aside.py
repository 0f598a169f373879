"""What could not be read: kept with file, line and reason, where the operator sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from broadsheet.store.tables import set_aside


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """One thing set aside; `origin` is a file or a source."""

    origin: str
    line: int
    reason: str
    excerpt: str


def insert_set_aside(connection: Connection, rows: Sequence[SetAsideRow], now: datetime) -> None:
    """Note what was set aside; what is known already is left as it is."""
    for row in dict.fromkeys(rows):
        same = (set_aside.c.origin == row.origin) & (set_aside.c.line == row.line) & (set_aside.c.reason == row.reason)
        if connection.execute(select(set_aside.c.pk).where(same)).first() is None:
            values = {"origin": row.origin, "line": row.line, "reason": row.reason, "excerpt": row.excerpt}
            connection.execute(insert(set_aside).values(seen_at=now, **values))


def list_set_aside(connection: Connection, limit: int) -> list[SetAsideRow]:
    """Return the newest first."""
    rows = select(set_aside).order_by(set_aside.c.pk.desc()).limit(limit)
    return [SetAsideRow(r.origin, r.line, r.reason, r.excerpt) for r in connection.execute(rows)]


def count_set_aside(connection: Connection) -> int:
    """Count all that was set aside."""
    return connection.execute(select(func.count()).select_from(set_aside)).scalar_one()
