"""Put a paper on top of an edition as its lead story. Side effects: the lead, and the deed in the public log."""

from __future__ import annotations

from datetime import date, datetime

from broadsheet.domain.deeds import Deed, Hand
from broadsheet.domain.errors import Invalid
from broadsheet.domain.paper import Paper
from broadsheet.store import deeds, editions, leads, papers
from broadsheet.store.database import Database


def feature_paper(database: Database, paper_id: str, day: date, by: Hand, now: datetime) -> Paper:
    """Let a paper lead the edition of a day that carries it; raises NotFound and Invalid."""
    with database.write() as connection:
        paper = papers.get_paper(connection, paper_id)
        if day not in editions.list_days_of(connection, [paper.pk])[paper.pk]:
            raise Invalid("day", f"The edition of {day} does not carry {paper.id}: choose a day that does.")
        leads.set_lead(connection, day, paper.pk, by.reader_pk, now)
        deeds.add_deed(connection, Deed(now, by.reader_pk, "lead story chosen", paper.id, day.isoformat()))
        return paper


def unfeature_paper(database: Database, paper_id: str, day: date, by: Hand, now: datetime) -> Paper:
    """Let a paper no longer lead the edition of a day; raises NotFound and Invalid."""
    with database.write() as connection:
        paper = papers.get_paper(connection, paper_id, with_hidden=True)
        if day not in leads.list_led_days(connection, paper.pk):
            raise Invalid("day", f"{paper.id} does not lead the edition of {day}.")
        leads.delete_lead(connection, day, paper.pk)
        deeds.add_deed(connection, Deed(now, by.reader_pk, "lead story taken back", paper.id, day.isoformat()))
        return paper
