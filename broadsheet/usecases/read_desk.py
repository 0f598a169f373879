"""Read what a reader may do about a paper."""

from __future__ import annotations

from broadsheet.domain.paper import WAITING, Paper
from broadsheet.domain.readers import Reader
from broadsheet.domain.submissions import APPROVED, Desk
from broadsheet.store import claims, editions, leads, submissions, votes
from broadsheet.store.database import Database

DAYS = 5


def read_desk(database: Database, paper: Paper, reader: Reader) -> Desk:
    """Return what a reader may do about a paper; a curator sees the newest days that carry it."""
    is_curator = reader.is_at_least("curator")
    with database.read() as connection:
        claim = claims.find_claim(connection, reader.pk, paper.pk)
        led = leads.list_led_days(connection, paper.pk) if is_curator else set()
        days = editions.list_days_of(connection, [paper.pk])[paper.pk] if is_curator and not paper.hidden else set()
        brought = submissions.list_of_paper(connection, paper.pk) if is_curator or paper.hidden == WAITING else []
        return Desk(
            has_voted=votes.find_vote(connection, paper.pk, reader.pk) is not None,
            is_curator=is_curator,
            may_give_links=is_curator or (claim is not None and claim.state == APPROVED),
            days=tuple((day, day in led) for day in sorted(days | led, reverse=True)[:DAYS]),
            submissions=tuple(one for one in brought if is_curator or one.reader_pk == reader.pk),
            claim=claim,
        )
