"""Write papers as their records make them: the words chosen, the id, the editions that carry them.

Called within the transaction of whoever changed a paper's records; queueing for the index is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from broadsheet.domain.paper import PaperContent, Record, is_private, public_id
from broadsheet.linkage.choose import choose_content, public_records, real_records
from broadsheet.ranking.hotness import hotness, interest
from broadsheet.store import announced, editions, papers, presses, records, visibility
from broadsheet.store.papers import NewPaper

Records = Mapping[int, Sequence[Record]]


def write_new(connection: Connection, of_papers: Records, now: datetime) -> None:
    """Write papers that are not there yet: pk to records, oldest first."""
    new, entries = [], []
    announced_on = find_announced(connection, of_papers.values())
    for pk, of_paper in of_papers.items():
        paper, days = _chosen(pk, of_paper, announced_on)
        new.append(paper)
        entries += [(day, pk, _interest(paper.content)) for day in days]
    papers.insert_papers(connection, _with_free_ids(connection, new), now)
    visibility.hide_for_groups(connection, [pk for pk, of_paper in of_papers.items() if _is_only_of_groups(of_paper)])
    editions.insert_entries(connection, entries)


def rewrite(connection: Connection, of_papers: Records) -> list[int]:
    """Choose anew for papers that are there; write and return those whose content changed.

    A paper that only groups had is shown to everyone as soon as anybody else has it.
    """
    pks = list(of_papers)
    if not pks:
        return []
    shown = visibility.show_from_groups(connection, [pk for pk in pks if not _is_only_of_groups(of_papers[pk])])
    before = {paper.pk: paper for paper in papers.list_papers(connection, pks)}
    days_before = editions.list_days_of(connection, pks)
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
        != (before[paper.pk].content, before[paper.pk].id, days_before[paper.pk])
    ]
    records.insert_free_keys(connection, {f"id:{before[p.pk].id}": p.pk for p in changed if p.id != before[p.pk].id})
    papers.update_papers(connection, changed)
    editions.delete_entries(connection, [paper.pk for paper in changed])
    editions.insert_entries(
        connection, [(day, paper.pk, _interest(paper.content)) for paper in changed for day in days[paper.pk]]
    )
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
    paper = NewPaper(pk, public_id(named), content, _hotness(content))
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


def _hotness(content: PaperContent) -> float:
    return hotness(content.upvotes, content.comments, content.edition_on or content.published_on).score


def _interest(content: PaperContent) -> float:
    return interest(content.upvotes, content.comments)
