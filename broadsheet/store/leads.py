"""Lead stories: the paper that a curator put on top of a day's edition."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from broadsheet.store.community_tables import leads


def set_lead(connection: Connection, day: date, pk: int, by: int | None, now: datetime) -> None:
    """Let a paper lead a day's edition, in the place of whichever did."""
    values = {"paper_pk": pk, "made_by": by, "made_at": now}
    made = insert(leads).values(edition_on=day, **values)
    connection.execute(made.on_conflict_do_update(index_elements=["edition_on"], set_=values))


def delete_lead(connection: Connection, day: date, pk: int) -> None:
    """Let a paper no longer lead a day's edition."""
    connection.execute(delete(leads).where(leads.c.edition_on == day, leads.c.paper_pk == pk))


def list_led_days(connection: Connection, pk: int) -> set[date]:
    """Return the days whose editions a paper leads."""
    return set(connection.execute(select(leads.c.edition_on).where(leads.c.paper_pk == pk)).scalars())
