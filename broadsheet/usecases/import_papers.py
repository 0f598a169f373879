"""Take records into the record: link each to its paper, choose the paper's words, note what changed.

Side effects of a batch, in one transaction: papers and their parts, records, keys, editions, the index queue, what
was set aside. Draining the queue is the caller's next step. The same record a second time changes nothing.

A record belongs to the paper that has its arXiv id, DOI, OpenReview forum or its source's own id, in this order;
else to the paper with the same title and abstract, unless the two have different ids of one kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.paper import Paper, Record, SourceRef, all_keys, is_private, own_key
from broadsheet.linkage.clusters import same_name
from broadsheet.store import curations, hiding, index_queue, moved_papers, papers, records, sample_papers
from broadsheet.store.database import Database
from broadsheet.store.papers import NewPaper
from broadsheet.store.records import Version, version_of
from broadsheet.usecases.choosing import note_late, rewrite, write_new
from broadsheet.usecases.fresh_papers import FreshPapers
from broadsheet.usecases.revealing import reveal


@dataclass(slots=True)
class ImportCount:
    """What became of what was read; read = added + updated + unchanged + set_aside."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    set_aside: int = 0

    def include(self, taken_in: ImportCount, set_aside: int) -> None:
        """Count a batch as well: what of it was taken in, and how much of it was set aside."""
        self.read += taken_in.read + set_aside
        self.added += taken_in.added
        self.updated += taken_in.updated
        self.unchanged += taken_in.unchanged
        self.set_aside += set_aside


@dataclass(slots=True)
class _Batch:
    """One transaction's bookkeeping: where keys lead, which papers are new, which may have changed."""

    next_pk: int
    leads: dict[str, int]
    new_keys: dict[str, int] = field(default_factory=dict)
    names: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    kept: list[tuple[Version, int, str]] = field(default_factory=list)
    fresh: dict[int, list[Record]] = field(default_factory=dict)
    touched: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    parted: frozenset[str] = frozenset()


def import_records(
    database: Database, batch: Iterable[Record], now: datetime, fresh: FreshPapers | None = None, hidden: str = ""
) -> ImportCount:
    """Take one batch of records in; an empty or wholly known batch does not write.

    What is new is kept in `fresh` for whoever indexes it next. With `hidden` (WAITING) new papers wait for a curator;
    without, what waited is shown, for now it comes from outside.
    """
    versions = [version_of(record) for record in batch]
    count = ImportCount(read=len(versions))
    with database.read() as connection:
        known = records.find_digests(connection, [version.digest for version in versions])
        waiting = [] if hidden else hiding.list_provisional(connection, sorted(known))
    new = list({v.digest: v for v in versions if v.digest not in known}.values())
    count.unchanged = len(versions) - len(new)
    if new or waiting:
        with database.write() as connection:
            meanwhile = records.find_digests(connection, [version.digest for version in new])
            count.unchanged += len(meanwhile)
            queued = _take_in(connection, [v for v in new if v.digest not in meanwhile], count, now, hidden)
            if not hidden:
                reveal(
                    connection,
                    hiding.list_provisional(
                        connection, [v.digest for v in versions if not is_private(v.record.source)]
                    ),
                    now,
                )
        if fresh is not None and not hidden:
            fresh.keep(queued)
    return count


def _take_in(
    connection: Connection, new: list[Version], count: ImportCount, now: datetime, hidden: str
) -> Iterator[tuple[int, Paper]]:
    """Take versions in; return what makes the new papers, each with its position in the queue."""
    keys = {version.digest: all_keys(version.record) for version in new}
    leads = records.find_pks_by_keys(connection, list({k for ks in keys.values() for k in ks}))
    parted = frozenset(name for pair in curations.list_parted(connection) for name in pair)
    batch = _Batch(papers.next_pk(connection), leads, parted=parted)
    for version in new:
        _link(connection, batch, version, keys[version.digest])
    count.added += len(batch.fresh)
    count.unchanged += sum(len(of_paper) - 1 for of_paper in batch.fresh.values())
    written = write_new(connection, batch.fresh, now, hidden)
    records.insert_keys(connection, batch.new_keys.items())
    records.insert_records(connection, batch.kept, now)
    changed = rewrite(connection, records.list_records(connection, list(batch.touched)))
    count.updated += len(changed)
    count.unchanged += sum(batch.touched.values()) - len(changed)
    note_late(connection, [*batch.fresh, *changed])
    positions = index_queue.enqueue(connection, [*batch.fresh, *changed])
    pairs = zip(positions, _as_read(written, batch), strict=False)
    return ((position, paper) for position, paper in pairs if not paper.hidden)


def _as_read(written: list[NewPaper], batch: _Batch) -> Iterator[Paper]:
    """Yield new papers as reading them from the record would give them."""
    sources: dict[int, dict[tuple[str, str], SourceRef]] = defaultdict(dict)
    for version, pk, reason in batch.kept:
        name = (version.record.source, version.record.source_id)
        sources[pk].setdefault(name, SourceRef(*name, reason))
    for paper in written:
        yield Paper(paper.pk, paper.id, paper.content, tuple(sources[paper.pk].values()), hidden=paper.hidden)


def _link(connection: Connection, batch: _Batch, version: Version, keys: list[str]) -> None:
    """Find or make the paper of a record, and let the record's free keys lead to it."""
    pk, reason = _find_paper(connection, batch, version.record, keys)
    if pk is None:
        pk, batch.next_pk = batch.next_pk, batch.next_pk + 1
        batch.fresh[pk] = [version.record]
    elif pk in batch.fresh:
        batch.fresh[pk].append(version.record)
    else:
        batch.touched[pk] += 1
    for key in keys:
        if key not in batch.leads:
            batch.leads[key] = batch.new_keys[key] = pk
            batch.names[pk].append(key)
    batch.kept.append((version, pk, reason))


def _find_paper(connection: Connection, batch: _Batch, record: Record, keys: list[str]) -> tuple[int | None, str]:
    """Return the paper that a record's keys lead to, and why; a record that a curator has parted follows its own."""
    *strong, by_content = keys
    own = own_key(record)
    if own in batch.parted and own in batch.leads:
        return batch.leads[own], same_name(own)
    for key in strong:
        if key in batch.leads:
            return batch.leads[key], same_name(key)
    if by_content in batch.leads:
        candidate = batch.leads[by_content]
        taken = [*batch.names[candidate], *records.list_keys_of(connection, candidate)]
        if not _contradicts(strong, taken):
            return candidate, "same title and abstract" if record.abstract else "same title, authors and year"
    return None, ""


def _contradicts(keys: list[str], others: list[str]) -> bool:
    """Say whether two sets of keys hold different names of one kind: then likeness alone must not merge them."""
    mine = dict(key.split(":", 1) for key in keys)
    return any(kind in mine and mine[kind] != name for kind, name in (key.split(":", 1) for key in others))


def remove_sample(database: Database) -> int:
    """Take the built-in sample out, except for papers to which readers here gave a vote, a word or a place."""
    with database.read() as connection:
        if sample_papers.count_sample_papers(connection) == 0:
            return 0
    with database.write() as connection:
        sample = sample_papers.list_sample_pks(connection)
        touched = moved_papers.list_touched(connection, sample)
        pks = [pk for pk in sample if pk not in touched]
        papers.delete_papers(connection, pks)
        index_queue.enqueue(connection, pks)
    return len(pks)
