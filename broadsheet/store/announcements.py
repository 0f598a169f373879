"""What sources announced for a day, category by category."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, select

from broadsheet.domain.announcements import ANNOUNCEMENT_KINDS, Announced, Announcement
from broadsheet.store.tables import announced_papers, announcements

_STRENGTH = {kind: strength for strength, kind in enumerate(ANNOUNCEMENT_KINDS)}


def upsert_announcement(connection: Connection, announcement: Announcement, now: datetime) -> None:
    """Keep an announcement in place of the one that its source gave before for the same day and category.

    What was announced stays announced: papers that a repeat leaves out are kept, a smaller number does not replace a
    larger one, and a paper that is given twice keeps the first of ANNOUNCEMENT_KINDS.
    """
    key = (announcement.announced_on, announcement.category, announcement.source)
    p = announced_papers.c
    before = connection.execute(select(p.arxiv_id, p.kind).where(_same(announced_papers, key)))
    given = [Announced(arxiv_id, kind) for arxiv_id, kind in before] + list(announcement.papers)
    kinds: dict[str, str] = {}
    for arxiv_id, kind in ((paper.arxiv_id, paper.kind) for paper in given):
        kinds[arxiv_id] = min(kinds.get(arxiv_id, kind), kind, key=lambda one: _STRENGTH[one])
    stated_before = connection.execute(select(announcements.c.stated).where(_same(announcements, key))).scalar()
    stated = [number for number in (stated_before, announcement.stated) if number is not None]
    connection.execute(delete(announcements).where(_same(announcements, key)))
    connection.execute(delete(announced_papers).where(_same(announced_papers, key)))
    of_all = dict(zip(("announced_on", "category", "source"), key, strict=True))
    values = {**of_all, "stated": max(stated, default=None), "seen_at": now}
    connection.execute(insert(announcements).values(values))
    if kinds:
        rows = [{**of_all, "arxiv_id": arxiv_id, "kind": kind} for arxiv_id, kind in kinds.items()]
        connection.execute(insert(announced_papers), rows)


def list_announcements(connection: Connection, announced_on: date) -> list[Announcement]:
    """Return what all sources announced for a day, by category, then source; papers by id."""
    a, p = announcements.c, announced_papers.c
    papers: dict[tuple[str, str], list[Announced]] = defaultdict(list)
    rows = select(p.category, p.source, p.arxiv_id, p.kind).where(p.announced_on == announced_on).order_by(p.arxiv_id)
    for category, source, arxiv_id, kind in connection.execute(rows):
        papers[category, source].append(Announced(arxiv_id, kind))
    heads = select(a.category, a.source, a.stated).where(a.announced_on == announced_on).order_by(a.category, a.source)
    return [
        Announcement(source, category, announced_on, tuple(papers[category, source]), stated)
        for category, source, stated in connection.execute(heads)
    ]


def _same(table: Table, key: tuple[date, str, str]) -> ColumnElement[bool]:
    day, category, source = key
    return and_(table.c.announced_on == day, table.c.category == category, table.c.source == source)
