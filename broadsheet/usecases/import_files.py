"""Import files of papers: read, take in batch by batch, index, and say what happened.

Side effects, in order: each batch into the record; what was set aside, at most SET_ASIDE_KEPT a file; the built-in
sample taken out once something real is in; the index drained beside it, first soon, then after every few batches, and
at the end.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from broadsheet.domain.errors import Conflict, NotFound, SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.index.protocol import SearchIndex
from broadsheet.sources.files import read_file
from broadsheet.sources.reading import Item, ReadOptions, SetAside
from broadsheet.store import papers, set_aside
from broadsheet.store.database import Database
from broadsheet.store.set_aside import SetAsideRow
from broadsheet.usecases.fresh_papers import FreshPapers
from broadsheet.usecases.import_papers import ImportCount, import_records, remove_sample
from broadsheet.usecases.indexing import drain_index

BATCH = 1_000
BATCHES_PER_DRAIN = 20
# The index takes longer than the record: it had better begin early.
FIRST_DRAIN = 4
SET_ASIDE_KEPT = 1_000
SHOWN = 20
LAST_TRIES = 40
SECONDS_BETWEEN_TRIES = 0.25


@dataclass(frozen=True, slots=True)
class Progress:
    """What a caller may watch: raw bytes read from the files, and papers put into the index."""

    on_bytes: Callable[[int], None] | None = None
    on_papers: Callable[[int], None] | None = None


@dataclass(slots=True)
class ImportReport:
    """The counts of one import, the papers in the record after it, and the first things set aside."""

    counts: ImportCount = field(default_factory=ImportCount)
    papers: int = 0
    sample_removed: int = 0
    set_aside: list[SetAsideRow] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    index_is_behind: bool = False


@dataclass(frozen=True, slots=True)
class _Import:
    """One import under way: from where to where, who watches, and what is not yet indexed."""

    database: Database
    index: SearchIndex
    progress: Progress
    report: ImportReport = field(default_factory=ImportReport)
    fresh: FreshPapers = field(default_factory=FreshPapers)


def list_files(paths: list[Path]) -> list[Path]:
    """Return the files among `paths`, folders opened (not what is hidden in them), sorted; raises NotFound."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file())
            files += sorted(p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts))
        elif path.exists():
            files.append(path)
        else:
            raise NotFound(f"There is no file {path}: check the name.")
    return files


def import_files(
    database: Database,
    index: SearchIndex,
    files: list[Path],
    options: ReadOptions,
    now: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files into record and index; a file that cannot be read is set aside as a whole."""
    work = _Import(database, index, progress or Progress())
    report = work.report
    with ThreadPoolExecutor(1, "indexing") as beside:
        indexing: Future[None] | None = None
        for number, (path, batch) in enumerate(_batches(files, options, work.progress), 1):
            _take(work, path, batch, now)
            if number == FIRST_DRAIN or number % BATCHES_PER_DRAIN == 0:
                if indexing is not None:
                    indexing.result()
                indexing = beside.submit(_drain, work)
        if indexing is not None:
            indexing.result()
    if report.counts.read > report.counts.set_aside:
        report.sample_removed = remove_sample(database)
    _drain(work, tries=LAST_TRIES)
    with database.read() as connection:
        report.papers = papers.count_papers(connection)
    return report


def _read(path: Path, options: ReadOptions, progress: Progress) -> Iterator[Item]:
    """Yield what a file holds; one that cannot be opened or read to its end is set aside with the reason."""
    try:
        yield from read_file(path, options, progress.on_bytes)
    except (SourceFailed, NotFound) as error:
        yield SetAside(0, str(error))


def _batches(files: list[Path], options: ReadOptions, progress: Progress) -> Iterator[tuple[Path, list[Item]]]:
    """Yield what the files hold, at most BATCH items of one file at a time."""
    for path in files:
        items = _read(path, options, progress)
        while batch := list(islice(items, BATCH)):
            yield path, batch


def _take(work: _Import, path: Path, batch: list[Item], now: datetime) -> None:
    origin, report = str(path), work.report
    aside = [SetAsideRow(origin, item.line, item.reason, item.excerpt) for item in batch if isinstance(item, SetAside)]
    counts = import_records(work.database, (item for item in batch if isinstance(item, Record)), now, work.fresh)
    if kept := aside[: SET_ASIDE_KEPT - report.kept[origin]]:
        with work.database.write() as connection:
            set_aside.insert_set_aside(connection, kept, now)
    report.kept[origin] += len(kept)
    report.set_aside += kept[: SHOWN - len(report.set_aside)]
    report.counts.include(counts, len(aside))


def _drain(work: _Import, tries: int = 1) -> None:
    """Index what is queued; where another process holds the index, try again or leave it to that process."""
    for again in range(tries):
        try:
            drain_index(work.database, work.index, work.progress.on_papers, fresh=work.fresh)
            work.report.index_is_behind = False
            return
        except Conflict:
            work.report.index_is_behind = True
            time.sleep(SECONDS_BETWEEN_TRIES if again + 1 < tries else 0)
