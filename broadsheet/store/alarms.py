"""Alarms: what the operator should look at, by name, from when it is raised until it is cleared."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from broadsheet.domain.operations import Alarm
from broadsheet.store.tables import alarms


def raise_alarm(connection: Connection, name: str, detail: str, now: datetime) -> None:
    """Let an alarm stand; one that stands already keeps its beginning."""
    row = connection.execute(select(alarms).where(alarms.c.name == name)).first()
    if row is None:
        connection.execute(insert(alarms).values(name=name, detail=detail, raised_at=now))
    elif row.cleared_at is not None:
        values = {"detail": detail, "raised_at": now, "cleared_at": None}
        connection.execute(update(alarms).where(alarms.c.name == name).values(**values))
    elif row.detail != detail:
        connection.execute(update(alarms).where(alarms.c.name == name).values(detail=detail))


def clear_alarm(connection: Connection, name: str, now: datetime) -> None:
    """Let an alarm be over; does nothing where it does not stand."""
    standing = (alarms.c.name == name) & alarms.c.cleared_at.is_(None)
    connection.execute(update(alarms).where(standing).values(cleared_at=now))


def list_alarms(connection: Connection) -> list[Alarm]:
    """Return the alarms that stand, the oldest first."""
    rows = select(alarms).where(alarms.c.cleared_at.is_(None)).order_by(alarms.c.raised_at, alarms.c.name)
    return [Alarm(row.name, row.detail, row.raised_at.replace(tzinfo=UTC)) for row in connection.execute(rows)]
