"""Fetch papers from a source: take each slice in as it comes, index, and say what happened.

Side effects, in order: each slice into the record, with what was set aside; the built-in sample taken out once
something real is in; the index drained. A source that fails midway loses nothing: what came before it failed is in,
and the same fetch again changes nothing that is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from broadsheet.domain.errors import Conflict, SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.index.protocol import SearchIndex
from broadsheet.sources.reading import Item, SetAside
from broadsheet.store import papers, set_aside
from broadsheet.store.database import Database
from broadsheet.store.set_aside import SetAsideRow
from broadsheet.usecases.import_papers import ImportCount, import_records, remove_sample
from broadsheet.usecases.indexing import drain_index


class Harvest(Protocol):
    """What a source gives: slices of records; `complete` once all that was asked for has come."""

    source: str
    complete: bool

    def __iter__(self) -> Iterator[Sequence[Item]]: ...


@dataclass(slots=True)
class FetchReport:
    """The counts of one fetch, the papers in the record after it, and why it ended early where it did."""

    source: str
    counts: ImportCount = field(default_factory=ImportCount)
    papers: int = 0
    sample_removed: int = 0
    complete: bool = False
    failure: SourceFailed | None = None
    index_is_behind: bool = False


def fetch_source(
    database: Database,
    index: SearchIndex,
    harvest: Harvest,
    clock: Callable[[], datetime],
    on_papers: Callable[[int], None] | None = None,
) -> FetchReport:
    """Fetch a harvest into record and index; a failure of the source is in the report, after all else is done."""
    report = FetchReport(harvest.source)
    try:
        for items in harvest:
            _take(database, items, report, clock())
            if on_papers:
                on_papers(len(items))
    except SourceFailed as error:
        report.failure = error
    report.complete = harvest.complete and report.failure is None
    if report.counts.read > report.counts.set_aside:
        report.sample_removed = remove_sample(database)
    try:
        drain_index(database, index)
    except Conflict:
        report.index_is_behind = True  # another process has the index, and will do it
    with database.read() as connection:
        report.papers = papers.count_papers(connection)
    return report


def _take(database: Database, items: Sequence[Item], report: FetchReport, now: datetime) -> None:
    aside = [
        SetAsideRow(report.source, item.line, item.reason, item.excerpt) for item in items if isinstance(item, SetAside)
    ]
    counts = import_records(database, (item for item in items if isinstance(item, Record)), now)
    if aside:
        with database.write() as connection:
            set_aside.insert_set_aside(connection, aside, now)
    total = report.counts
    total.read += len(items)
    total.added += counts.added
    total.updated += counts.updated
    total.unchanged += counts.unchanged
    total.set_aside += len(aside)
