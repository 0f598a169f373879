"""Bring papers into a reader's library from what another program kept: bibliographies, a Zotero library.

Side effects, in order: papers that are not here, as records of their source, into the record; the built-in sample taken
out; the index drained; all of them into the library, with tags and in a folder where that was wished.

A paper that is here stays as it is: what a reader's private bibliography says of it changes nothing for others. Neither
do a bibliography's keywords, which are often its owner's own: they become tags, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from broadsheet.domain.errors import Invalid
from broadsheet.domain.library import parse_folder_name, parse_tags, usable_tags
from broadsheet.domain.paper import Record, all_keys
from broadsheet.index.protocol import SearchIndex
from broadsheet.sources.detection import find_text_format, is_binary, sample
from broadsheet.sources.files import read_file
from broadsheet.sources.reading import Item, PaperFile, ReadOptions, SetAside
from broadsheet.store import records, shelves
from broadsheet.store.database import Database
from broadsheet.usecases.import_papers import import_records, remove_sample
from broadsheet.usecases.indexing import drain_if_free
from broadsheet.usecases.save_papers import folder_for, save_one

BATCH = 500
MOST_ENTRIES = 5_000
ASIDE_SHOWN = 20
_FORMATS = {"bibtex": "bibtex", "ris": "ris", "json": "csl"}
NOT_KNOWN = "This is neither BibTeX, RIS nor CSL-JSON: export one of these from your program."


@dataclass(frozen=True, slots=True)
class Wish:
    """Into whose library, into which folder ("" for none), with which tags, the entries' own too or not.

    Without `may_add` only papers that are here already are saved.
    """

    reader: int
    folder: str = ""
    tags: tuple[str, ...] = ()
    keeps_keywords: bool = False
    may_add: bool = True


@dataclass(slots=True)
class LibraryImport:
    """What became of what was read: new in the library, in it before, not here and not to be added, not readable.

    `added` is how many papers are new in the record; `aside` the first ASIDE_SHOWN that could not be read.
    """

    read: int = 0
    saved: int = 0
    were_saved: int = 0
    added: int = 0
    not_here: int = 0
    set_aside: int = 0
    aside: list[SetAside] = field(default_factory=list)


def import_text(database: Database, index: SearchIndex, data: bytes, wish: Wish, now: datetime) -> LibraryImport:
    """Bring in a bibliography: BibTeX, RIS or CSL-JSON, plain or gzipped; raises Invalid for what is none of them."""
    with NamedTemporaryFile(prefix="broadsheet-") as kept:
        kept.write(data)
        kept.flush()
        return import_path(database, index, Path(kept.name), wish, now)


def import_path(database: Database, index: SearchIndex, path: Path, wish: Wish, now: datetime) -> LibraryImport:
    """Bring in a bibliography from a file; raises Invalid, NotFound, SourceFailed."""
    options = ReadOptions(format=_format_of(path))
    items = islice(read_file(path, options), MOST_ENTRIES)
    return import_batches(database, index, iter(lambda: list(islice(items, BATCH)), []), wish, now)


def import_batches(
    database: Database, index: SearchIndex, batches: Iterable[Sequence[Item]], wish: Wish, now: datetime
) -> LibraryImport:
    """Bring in what a source gave, in batches that stay whatever becomes of the next one. Raises Invalid."""
    wish = replace(wish, tags=parse_tags(wish.tags), folder=parse_folder_name(wish.folder) if wish.folder else "")
    report = LibraryImport()
    try:
        for batch in batches:
            _take(database, batch, wish, report, now)
    finally:
        if report.added:
            remove_sample(database)
            drain_if_free(database, index)
    return report


def _format_of(path: Path) -> str:
    with PaperFile(path) as file:
        found = None if is_binary(file.head()) else find_text_format(sample(file.lines()))
    if found not in _FORMATS:
        raise Invalid("file", NOT_KNOWN)
    return _FORMATS[found]


def _take(database: Database, batch: Sequence[Item], wish: Wish, report: LibraryImport, now: datetime) -> None:
    aside = [item for item in batch if isinstance(item, SetAside)]
    given = [item for item in batch if isinstance(item, Record)]
    report.read += len(batch)
    report.set_aside += len(aside)
    report.aside += aside[: ASIDE_SHOWN - len(report.aside)]
    bare = [replace(record, keywords=(), upvotes=0, comments=0) for record in given]
    pks = _find(database, bare)
    if wish.may_add:
        strange = [record for record, pk in zip(bare, pks, strict=True) if pk is None]
        report.added += import_records(database, strange, now).added
        pks = _find(database, bare)
    report.not_here += sum(pk is None for pk in pks)
    here = ((pk, record) for pk, record in zip(pks, given, strict=True) if pk is not None)
    _save(database, here, wish, report, now)


def _save(
    database: Database, here: Iterable[tuple[int, Record]], wish: Wish, report: LibraryImport, now: datetime
) -> None:
    with database.write() as connection:
        folder = folder_for(connection, wish.reader, wish.folder) if wish.folder else None
        for pk, record in here:
            is_new = save_one(connection, wish.reader, pk, now)
            report.saved += is_new
            report.were_saved += not is_new
            own = usable_tags(record.keywords) if wish.keeps_keywords else ()
            shelves.add_tags(connection, wish.reader, pk, (*wish.tags, *own))
            if folder is not None:
                shelves.file_paper(connection, folder, pk)


def _find(database: Database, found: Sequence[Record]) -> list[int | None]:
    """Return the paper of each of these records, None where it is not here.

    Words name a record only where it has no better name: two papers may have the same ones.
    """
    keys = [all_keys(record) for record in found]
    named = [bool(record.arxiv_id or record.doi or record.openreview_id) for record in found]
    keys = [own[:-1] if has_name else own for own, has_name in zip(keys, named, strict=True)]
    with database.read() as connection:
        leads = records.find_pks_by_keys(connection, list(dict.fromkeys(key for own in keys for key in own)))
    return [next(_led(own, leads), None) for own in keys]


def _led(keys: Iterable[str], leads: dict[str, int]) -> Iterator[int]:
    return (leads[key] for key in keys if key in leads)
