"""Press an edition: work out from the record which papers belong to a day, and note that it went to press.

Side effects, in one transaction: papers enter and leave the day (and leave the day of their publication once the day
of their announcement is known), scores are worked out anew, what came after the first press is marked late, the
press is noted. Nothing is written where nothing differs; the same record gives the same list.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from broadsheet.domain.completeness import Completeness
from broadsheet.domain.days import period_of
from broadsheet.linkage.choose import choose_content
from broadsheet.ranking.hotness import interest
from broadsheet.store import announced, editions, presses, records
from broadsheet.store.database import Database
from broadsheet.usecases.choosing import edition_days, find_announced

_ROUND = 500


def press_edition(database: Database, day: date, now: datetime) -> Completeness | None:
    """Press a day's edition, or press it again; return how complete it is, None where nothing was announced."""
    with database.write() as connection:
        _arrange(connection, day)
        found = announced.find_completeness(connection, day)
        arrived = found.arrived if found else editions.count_edition(connection, period_of("day", day))
        before = presses.find_press(connection, day)
        facts = (found.announced if found else None, arrived)
        is_open = found is not None and not found.is_complete
        if before is None or is_open or facts != (before.announced, before.arrived):
            presses.upsert_press(connection, day, *facts, now)
        return announced.find_completeness(connection, day)


def arrange_edition(database: Database, day: date) -> Completeness | None:
    """Bring a day's edition to what the record says of it, without pressing it; return how complete it is."""
    with database.write() as connection:
        _arrange(connection, day)
        return announced.find_completeness(connection, day)


def _arrange(connection: Connection, day: date) -> None:
    named = announced.find_pks(connection, announced.list_announced(connection, day))
    pks = sorted({*named.values(), *presses.list_candidates(connection, day)})
    for at in range(0, len(pks), _ROUND):
        chunk = pks[at : at + _ROUND]
        _place(connection, chunk)
        presses.mark_late(connection, chunk)


def _place(connection: Connection, pks: list[int]) -> None:
    """Let exactly the right days carry some papers."""
    stored = records.list_records(connection, pks)
    announced_on = find_announced(connection, stored.values())
    standing = presses.list_entries(connection, pks)
    entries = []
    for pk in pks:
        content = choose_content(stored[pk])
        score = interest(content.upvotes, content.comments)
        wanted = dict.fromkeys(edition_days(stored[pk], content, announced_on), score)
        if wrong := [day for day, value in standing[pk].items() if wanted.get(day) != value]:
            presses.delete_entry_days(connection, pk, wrong)
        entries += [(day, pk, score) for day in wanted if standing[pk].get(day) != score]
    editions.insert_entries(connection, entries)
