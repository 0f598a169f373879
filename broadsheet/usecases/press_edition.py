"""Press an edition: work out from the record which papers belong to a day, and note that it went to press.

Side effects, in one transaction: papers enter and leave the day (and leave the day of their publication once the day
of their announcement is known), what came after the first press is marked late, the press is noted, and webhooks hear
of the first press of a day that is not long past. The order is that
of the interest when the edition goes to press, and stays until somebody wants it anew; days that were never pressed
follow the interest. Nothing is written where nothing differs; the same record gives the same list.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from broadsheet.domain.completeness import Completeness
from broadsheet.domain.days import period_of
from broadsheet.domain.webhooks import EDITION
from broadsheet.linkage.choose import choose_content
from broadsheet.render import links
from broadsheet.store import announced, editions, papers, presses, records
from broadsheet.store.database import Database
from broadsheet.store.trending import list_scores, rescore_papers
from broadsheet.usecases.announce import MOST_PAPERS, about_edition, announce, is_wanted
from broadsheet.usecases.choosing import edition_days, find_announced

_ROUND = 500
NEWS_FOR = timedelta(days=7)


def press_edition(database: Database, day: date, now: datetime, *, reorder: bool = False) -> Completeness | None:
    """Press a day's edition, or press it again; return how complete it is, None where nothing was announced.

    Pressed again it takes in what is new and keeps its order, unless `reorder` wants that of the interest now.
    """
    with database.write() as connection:
        _arrange(connection, day, reorder=reorder)
        found = announced.find_completeness(connection, day)
        arrived = found.arrived if found else editions.count_edition(connection, period_of("day", day))
        before = presses.find_press(connection, day)
        facts = (found.announced if found else None, arrived)
        is_open = found is not None and not found.is_complete
        if before is None or is_open or facts != (before.announced, before.arrived):
            presses.upsert_press(connection, day, *facts, now)
        if before is None and now.date() - day <= NEWS_FOR:
            _announce(connection, day, arrived, now)
        return announced.find_completeness(connection, day)


def arrange_edition(database: Database, day: date) -> Completeness | None:
    """Bring a day's edition to what the record says of it, without pressing it; return how complete it is."""
    with database.write() as connection:
        _arrange(connection, day)
        return announced.find_completeness(connection, day)


def _announce(connection: Connection, day: date, count: int, now: datetime) -> None:
    if count and is_wanted(connection, EDITION):
        first = [pk for pk, _ in editions.list_edition(connection, period_of("day", day), MOST_PAPERS)]
        shown = papers.list_papers(connection, first)
        announce(connection, EDITION, about_edition(day.isoformat(), links.day(day), count, shown), now)


def _arrange(connection: Connection, day: date, *, reorder: bool = False) -> None:
    named = announced.find_pks(connection, announced.list_announced(connection, day))
    pks = sorted({*named.values(), *presses.list_candidates(connection, day)})
    for at in range(0, len(pks), _ROUND):
        chunk = pks[at : at + _ROUND]
        _place(connection, chunk, day if reorder else None)
        rescore_papers(connection, chunk)  # the day on which a paper was last shown may be another now
        presses.mark_late(connection, chunk)


def _place(connection: Connection, pks: list[int], reordered: date | None) -> None:
    """Let exactly the right days carry some papers; what has gone to press keeps its score, but for one day."""
    stored = records.list_records(connection, pks)
    announced_on = find_announced(connection, stored.values())
    standing, scores = presses.list_entries(connection, pks), list_scores(connection, pks)
    frozen = presses.list_pressed(connection, {day for days in standing.values() for day in days}) - {reordered}
    entries = []
    for pk in pks:
        content = choose_content(stored[pk])
        wanted = dict.fromkeys(edition_days(stored[pk], content, announced_on), scores[pk].within_day)
        wanted |= {day: score for day, score in standing[pk].items() if day in frozen and day in wanted}
        if wrong := [day for day, score in standing[pk].items() if wanted.get(day) != score]:
            presses.delete_entry_days(connection, pk, wrong)
        entries += [(day, pk, score) for day, score in wanted.items() if standing[pk].get(day) != score]
    editions.insert_entries(connection, entries)
