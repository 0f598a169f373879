"""Fetch papers from a source: take each slice in as it comes, index, and say what happened.

Side effects, in order: what each slice announces; its papers, into the record; in one transaction, what it set aside
and its cursor; the built-in sample taken out once something real is in; the index drained. A source that fails midway
loses nothing: what came before is in, and the next fetch goes on from there. A crash between papers and cursor brings
the same slice again, which changes nothing that is here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from broadsheet.domain.errors import SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.index.protocol import SearchIndex
from broadsheet.sources.protocol import Slice, Source
from broadsheet.sources.reading import SetAside
from broadsheet.store import announcements, papers, set_aside, source_cursors
from broadsheet.store.database import Database
from broadsheet.store.set_aside import SetAsideRow
from broadsheet.usecases.import_papers import ImportCount, import_records, remove_sample
from broadsheet.usecases.indexing import drain_if_free


@dataclass(slots=True)
class FetchReport:
    """The counts of one fetch, the papers in the record after it, and why it ended early where it did.

    `complete` says that the source had nothing more; `skipped` counts what it passed over on purpose.
    """

    source: str
    counts: ImportCount = field(default_factory=ImportCount)
    skipped: int = 0
    announcements: int = 0
    papers: int = 0
    sample_removed: int = 0
    complete: bool = False
    failure: SourceFailed | None = None
    index_is_behind: bool = False


def fetch_source(
    database: Database,
    index: SearchIndex,
    source: Source,
    clock: Callable[[], datetime],
    on_papers: Callable[[int], None] | None = None,
    cursor: str | None = None,
) -> FetchReport:
    """Fetch into record and index what is newer than the stored cursor, and move it on slice by slice.

    With a `cursor` of one's own (a plain day, or "" for the source's beginning) the stored one is neither read nor
    moved. A failure of the source is in the report, after all else is done.
    """
    report = FetchReport(source.name)
    is_own = cursor is not None
    if cursor is None:
        with database.read() as connection:
            cursor = source_cursors.find_cursor(connection, source.name) or ""
    try:
        for part in source.fetch_since(cursor):
            _take(database, part, report, clock(), moves_cursor=not is_own)
            report.complete = part.is_last
            if on_papers:
                on_papers(len(part.items))
    except SourceFailed as error:
        report.failure = error
        report.complete = False
    if report.counts.read > report.counts.set_aside:
        report.sample_removed = remove_sample(database)
    report.index_is_behind = not drain_if_free(database, index)
    with database.read() as connection:
        report.papers = papers.count_papers(connection)
    return report


def _take(database: Database, part: Slice, report: FetchReport, now: datetime, *, moves_cursor: bool) -> None:
    aside = [
        SetAsideRow(report.source, item.line, item.reason, item.excerpt)
        for item in part.items
        if isinstance(item, SetAside)
    ]
    if part.announcements:  # before the papers, which go into the edition of the day they were announced
        with database.write() as connection:
            for announcement in part.announcements:
                announcements.upsert_announcement(connection, announcement, now)
    counts = import_records(database, (item for item in part.items if isinstance(item, Record)), now)
    with database.write() as connection:
        set_aside.insert_set_aside(connection, aside, now)
        if moves_cursor:
            source_cursors.set_cursor(connection, report.source, part.cursor, now)
    report.skipped += part.skipped
    report.announcements += len(part.announcements)
    report.counts.include(counts, len(aside))
