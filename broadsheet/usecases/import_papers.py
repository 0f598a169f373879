"""Take records into the record: link each to its paper, choose the paper's words, note what changed.

Side effects of a batch, in one transaction: papers and their parts, records, keys, editions, the index queue, what
was set aside. Draining the queue is the caller's next step. The same record a second time changes nothing.

A record belongs to the paper that has its arXiv id, DOI, OpenReview forum or its source's own id, in this order;
else to the paper with the same title and abstract, unless the two have different ids of one kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection

from broadsheet.domain.paper import PaperContent, Record, content_key, identity_keys, public_id
from broadsheet.linkage.choose import choose_content, real_records
from broadsheet.ranking.hotness import hotness, interest
from broadsheet.store import announced, editions, index_queue, papers, presses, records
from broadsheet.store.database import Database
from broadsheet.store.papers import NewPaper
from broadsheet.store.records import Version, version_of


@dataclass(slots=True)
class ImportCount:
    """What became of what was read; read = added + updated + unchanged + set_aside."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    set_aside: int = 0


@dataclass(slots=True)
class _Batch:
    """One transaction's bookkeeping: where keys lead, which papers are new, which may have changed."""

    next_pk: int
    leads: dict[str, int]
    new_keys: dict[str, int] = field(default_factory=dict)
    names: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    kept: list[tuple[Version, int]] = field(default_factory=list)
    fresh: dict[int, list[Record]] = field(default_factory=dict)
    touched: dict[int, list[Record]] = field(default_factory=dict)


def import_records(database: Database, batch: Iterable[Record], now: datetime) -> ImportCount:
    """Take one batch of records in; an empty or wholly known batch does not write."""
    versions = [version_of(record) for record in batch]
    count = ImportCount(read=len(versions))
    with database.read() as connection:
        known = records.find_digests(connection, [version.digest for version in versions])
    new = list({v.digest: v for v in versions if v.digest not in known}.values())
    count.unchanged = len(versions) - len(new)
    if new:
        with database.write() as connection:
            meanwhile = records.find_digests(connection, [version.digest for version in new])
            count.unchanged += len(meanwhile)
            _take_in(connection, [v for v in new if v.digest not in meanwhile], count, now)
    return count


def _take_in(connection: Connection, new: list[Version], count: ImportCount, now: datetime) -> None:
    keys = {version.digest: _keys(version.record) for version in new}
    leads = records.find_pks_by_keys(connection, list({k for ks in keys.values() for k in ks}))
    batch = _Batch(papers.next_pk(connection), leads)
    for version in new:
        _link(connection, batch, version, keys[version.digest])
    count.added += len(batch.fresh)
    count.unchanged += sum(len(of_paper) - 1 for of_paper in batch.fresh.values())
    _write_new(connection, batch, now)
    changed = _write_changed(connection, batch)
    count.updated += len(changed)
    count.unchanged += sum(len(rs) for rs in batch.touched.values()) - len(changed)
    records.insert_keys(connection, batch.new_keys.items())
    records.insert_records(connection, batch.kept, now)
    if presses.has_presses(connection):
        presses.mark_late(connection, [*batch.fresh, *changed])
    index_queue.enqueue(connection, [*batch.fresh, *changed])


def _keys(record: Record) -> list[str]:
    return list(dict.fromkeys((*identity_keys(record), f"content:{content_key(record)}")))


def _link(connection: Connection, batch: _Batch, version: Version, keys: list[str]) -> None:
    """Find or make the paper of a record, and let the record's free keys lead to it."""
    *strong, by_content = keys
    pk = next((batch.leads[key] for key in strong if key in batch.leads), None)
    if pk is None and by_content in batch.leads:
        candidate = batch.leads[by_content]
        taken = [*batch.names[candidate], *records.list_keys_of(connection, candidate)]
        if not _contradicts(strong, taken):
            pk = candidate
    if pk is None:
        pk, batch.next_pk = batch.next_pk, batch.next_pk + 1
        batch.fresh[pk] = [version.record]
    else:
        (batch.fresh.get(pk) or batch.touched.setdefault(pk, [])).append(version.record)
    for key in keys:
        if key not in batch.leads:
            batch.leads[key] = batch.new_keys[key] = pk
            batch.names[pk].append(key)
    batch.kept.append((version, pk))


def _contradicts(keys: list[str], others: list[str]) -> bool:
    """Say whether two sets of keys hold different names of one kind: then likeness alone must not merge them."""
    mine = dict(key.split(":", 1) for key in keys)
    return any(kind in mine and mine[kind] != name for kind, name in (key.split(":", 1) for key in others))


def _write_new(connection: Connection, batch: _Batch, now: datetime) -> None:
    new, entries = [], []
    announced_on = find_announced(connection, batch.fresh.values())
    for pk, of_paper in batch.fresh.items():
        content = choose_content(of_paper)
        new.append(NewPaper(pk, public_id(min(of_paper, key=_strength)), content, _hotness(content)))
        entries += [(day, pk, _interest(content)) for day in edition_days(of_paper, content, announced_on)]
    papers.insert_papers(connection, _with_free_ids(connection, new), now)
    editions.insert_entries(connection, entries)


def _write_changed(connection: Connection, batch: _Batch) -> list[int]:
    """Choose anew for the papers that got a record; write and return those whose content changed."""
    pks = list(batch.touched)
    if not pks:
        return []
    before = {paper.pk: paper for paper in papers.list_papers(connection, pks)}
    stored = records.list_records(connection, pks)
    days_before = editions.list_days_of(connection, pks)
    known = {pk: [*stored[pk], *batch.touched[pk]] for pk in pks}
    announced_on = find_announced(connection, known.values())
    changed, entries = [], []
    for pk, of_paper in known.items():
        content = choose_content(of_paper)
        days = edition_days(of_paper, content, announced_on)
        paper_id = public_id(min(of_paper, key=_strength))
        if (content, paper_id, days) == (before[pk].content, before[pk].id, days_before[pk]):
            continue
        changed.append(NewPaper(pk, paper_id, content, _hotness(content)))
        entries += [(day, pk, _interest(content)) for day in days]
    changed = _with_free_ids(connection, changed)
    former = {f"id:{before[paper.pk].id}": paper.pk for paper in changed if paper.id != before[paper.pk].id}
    taken = records.find_pks_by_keys(connection, list(former))
    batch.new_keys.update((key, pk) for key, pk in former.items() if key not in taken)
    papers.update_papers(connection, changed)
    editions.delete_entries(connection, [paper.pk for paper in changed])
    editions.insert_entries(connection, entries)
    return [paper.pk for paper in changed]


def _with_free_ids(connection: Connection, chosen: list[NewPaper]) -> list[NewPaper]:
    """Give each paper whose id is another's already an id of its own, made of both its id and its pk."""
    taken = papers.find_pks_by_ids(connection, [paper.id for paper in chosen])
    free = []
    for paper in chosen:
        while taken.setdefault(paper.id, paper.pk) != paper.pk:
            paper = replace(paper, id=f"{paper.id}~{paper.pk}")
        free.append(paper)
    return free


def find_announced(connection: Connection, papers_records: Iterable[Sequence[Record]]) -> dict[str, date]:
    """Return the day on which each arXiv id among some papers' records was announced first."""
    ids = {record.arxiv_id for of_paper in papers_records for record in of_paper if record.arxiv_id}
    return announced.find_announced_days(connection, sorted(ids))


def edition_days(of_paper: Sequence[Record], content: PaperContent, announced_on: Mapping[str, date]) -> set[date]:
    """Return the days whose editions carry a paper.

    Those that a daily list gave it and the one on which it was announced; its publication day where there is none.
    """
    real = real_records(of_paper)
    days = {record.edition_on for record in real if record.edition_on}
    days |= {announced_on[name] for record in real if (name := record.arxiv_id) and name in announced_on}
    if not days and content.published_on:
        days = {content.published_on}
    return days


def _strength(record: Record) -> int:
    named = (record.arxiv_id, record.doi, record.openreview_id)
    return next((n for n, name in enumerate(named) if name), len(named))


def _hotness(content: PaperContent) -> float:
    return hotness(content.upvotes, content.comments, content.edition_on or content.published_on).score


def _interest(content: PaperContent) -> float:
    return interest(content.upvotes, content.comments)


def remove_sample(database: Database) -> int:
    """Take the built-in sample out, except for papers that readers here have voted for or written about."""
    with database.read() as connection:
        if papers.count_sample_papers(connection) == 0:
            return 0
    with database.write() as connection:
        pks = papers.list_sample_pks(connection)
        papers.delete_papers(connection, pks)
        index_queue.enqueue(connection, pks)
    return len(pks)
