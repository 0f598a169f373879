"""Write papers as their records make them: the words chosen, the id, the editions that carry them.

Called within the transaction of whoever changed a paper's records; queueing for the index is the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from broadsheet.domain.paper import BY_GROUP, PaperContent, Record, is_private, public_id
from broadsheet.linkage.choose import choose_content, public_records, real_records
from broadsheet.ranking.trending import Counts, Trending, trending, weight_of
from broadsheet.store import announced, editions, interest, papers, presses, records, visibility
from broadsheet.store.papers import NewPaper
from broadsheet.store.trending import rescore_papers

Records = Mapping[int, Sequence[Record]]


def write_new(connection: Connection, of_papers: Records, now: datetime, hidden: str = "") -> list[NewPaper]:
    """Write papers that are not there yet, hidden for a reason or "" for everyone, and return them: pk to records."""
    new, entries = [], []
    announced_on, typicals = find_announced(connection, of_papers.values()), interest.list_typicals(connection)
    for pk, of_paper in of_papers.items():
        paper, days = _chosen(pk, of_paper, announced_on)
        found = _scored(paper.content, days, typicals)
        new.append(replace(paper, hotness=found.score, hidden=BY_GROUP if _is_only_of_groups(of_paper) else hidden))
        entries += [(day, pk, found.within_day) for day in days]
    new = _with_free_ids(connection, new)
    papers.insert_papers(connection, new, now)
    editions.insert_entries(connection, entries)
    return new


def rewrite(connection: Connection, of_papers: Records) -> list[int]:
    """Choose anew for papers that are there; write and return those whose content changed.

    A paper that only groups had is shown to everyone as soon as anybody else has it.
    """
    pks = list(of_papers)
    if not pks:
        return []
    shown = visibility.show_from_groups(connection, [pk for pk in pks if not _is_only_of_groups(of_papers[pk])])
    before = {paper.pk: paper for paper in papers.list_stored(connection, pks)}
    standing = presses.list_entries(connection, pks)
    pressed = presses.list_pressed(connection, {day for days in standing.values() for day in days})
    announced_on = find_announced(connection, of_papers.values())
    days: dict[int, set[date]] = {}
    chosen = []
    for pk in pks:
        paper, days[pk] = _chosen(pk, of_papers[pk], announced_on)
        chosen.append(paper)
    changed = [
        paper
        for paper in _with_free_ids(connection, chosen)
        if (paper.content, paper.id, days[paper.pk])
        != (before[paper.pk].content, before[paper.pk].id, set(standing[paper.pk]))
    ]
    records.insert_free_keys(connection, {f"id:{before[p.pk].id}": p.pk for p in changed if p.id != before[p.pk].id})
    papers.update_papers(connection, changed)
    editions.delete_entries(connection, [paper.pk for paper in changed])
    frozen = {(day, pk): score for pk, of_days in standing.items() for day, score in of_days.items() if day in pressed}
    editions.insert_entries(
        connection,
        [(day, paper.pk, frozen.get((day, paper.pk), 0.0)) for paper in changed for day in days[paper.pk]],
    )
    rescore_papers(connection, [paper.pk for paper in changed])
    return list(dict.fromkeys([*(paper.pk for paper in changed), *shown]))


def note_late(connection: Connection, pks: Sequence[int]) -> None:
    """Mark which of these papers came after their editions were pressed; when their keys are in."""
    if pks and presses.has_presses(connection):
        presses.mark_late(connection, pks)


def find_announced(connection: Connection, of_papers: Iterable[Sequence[Record]]) -> dict[str, date]:
    """Return the day on which each arXiv id among some papers' records was announced first."""
    ids = {record.arxiv_id for of_paper in of_papers for record in of_paper if record.arxiv_id}
    return announced.find_announced_days(connection, sorted(ids))


def edition_days(of_paper: Sequence[Record], content: PaperContent, announced_on: Mapping[str, date]) -> set[date]:
    """Return the days whose editions carry a paper.

    Those that a daily list gave it and the one on which it was announced; its publication day where there is none.
    What only groups have is in no edition.
    """
    if _is_only_of_groups(of_paper):
        return set()
    real = real_records(of_paper)
    days = {record.edition_on for record in real if record.edition_on}
    days |= {announced_on[name] for record in real if (name := record.arxiv_id) and name in announced_on}
    if not days and content.published_on:
        days = {content.published_on}
    return days


def _chosen(pk: int, of_paper: Sequence[Record], announced_on: Mapping[str, date]) -> tuple[NewPaper, set[date]]:
    content, of_paper = choose_content(of_paper), public_records(of_paper)
    named = of_paper[0] if len(of_paper) == 1 else min(of_paper, key=_strength)
    paper = NewPaper(pk, public_id(named), content, 0.0)
    return paper, edition_days(of_paper, content, announced_on)


def _is_only_of_groups(of_paper: Sequence[Record]) -> bool:
    return all(is_private(record.source) for record in of_paper)


def _with_free_ids(connection: Connection, chosen: list[NewPaper]) -> list[NewPaper]:
    """Give each paper whose id is another's already an id of its own, made of both its id and its pk."""
    taken = papers.find_pks_by_ids(connection, [paper.id for paper in chosen])
    free = []
    for paper in chosen:
        while taken.setdefault(paper.id, paper.pk) != paper.pk:
            paper = replace(paper, id=f"{paper.id}~{paper.pk}")
        free.append(paper)
    return free


def _strength(record: Record) -> int:
    named = (record.arxiv_id, record.doi, record.openreview_id)
    return next((n for n, name in enumerate(named) if name), len(named))


def _scored(content: PaperContent, days: Collection[date], typicals: Mapping[str, float]) -> Trending:
    """Score a new paper; one that is there is scored by `store.trending`, which knows what our readers did with it."""
    counts = Counts(0, 0, content.upvotes, content.comments)
    weight = weight_of(content.categories[0] if content.categories else "", typicals)
    return trending(counts, weight, max(days, default=None))
