"""Read what belongs to one reader: the library, what was dismissed, what was opened. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.library import NOWHERE, Folder, Kept, KeptPage, Shelf, Shelves, Wanted
from broadsheet.domain.listing import Entries
from broadsheet.domain.paper import Paper
from broadsheet.domain.query import InLibrary, Query, Words, has_text, parse_query, parts_of
from broadsheet.index.protocol import Highlighter, SearchIndex
from broadsheet.store import dismissals, papers, shelves, visits
from broadsheet.store.database import Database
from broadsheet.usecases.embedding import Models

MOST_FOUND = 10_000


@dataclass(frozen=True, slots=True)
class LibraryAnswer:
    """A page of a library, its shelves, the folder that is open, and what marks the words that were looked for."""

    page: KeptPage
    shelves: Shelves
    folder: Folder | None = None
    highlight: Highlighter | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whose list, and which part of it: from where on, how many, and what was put there since a moment."""

    reader: int
    limit: int
    offset: int = 0
    since: datetime | None = None


def read_library(
    database: Database, index: SearchIndex, models: Models | None, wanted: Wanted, stretch: Stretch
) -> LibraryAnswer:
    """Return a reader's library, last saved first; where words are looked for, best first, then by notes alone.

    The words are those of the search language; a note must have all of them. Raises NotFound for a strange folder.
    """
    query = parse_query(wanted.text)
    with database.read() as connection:
        reader = stretch.reader
        folder = shelves.get_folder(connection, reader, wanted.folder) if wanted.folder is not None else None
        saved = shelves.list_wanted(connection, reader, wanted, stretch.since)
        noted = _list_noted(connection, reader, query)
        outside = shelves.read_shelves(connection, reader)
    if not query.is_empty:
        moments = dict(saved)
        found = _find(index, models, query, [pk for pk, _ in saved], noted)
        saved = [(pk, moments[pk]) for pk in found]
    page = _page(database, stretch, saved[stretch.offset : stretch.offset + stretch.limit], len(saved))
    return LibraryAnswer(page, outside, folder, index.highlighter(query) if query.terms else None)


def list_after(
    database: Database, stretch: Stretch, wanted: Wanted, last: tuple[datetime, int] | None
) -> Entries[Kept]:
    """Return up to `limit` papers that were saved before one, by its moment and pk; None for the first.

    Words do not count. Raises NotFound for a strange folder.
    """
    with database.read() as connection:
        if wanted.folder is not None:
            shelves.get_folder(connection, stretch.reader, wanted.folder)
        saved = shelves.list_wanted(connection, stretch.reader, wanted, stretch.since)
        rest = [(pk, at) for pk, at in saved if last is None or (at, pk) < last]
        kept = _kept(connection, stretch.reader, rest[: stretch.limit])
    return Entries(tuple(kept), saved[0][1] if saved else None, len(rest) > stretch.limit, len(saved))


def list_whole_library(database: Database, reader: int, wanted: Wanted) -> list[Kept]:
    """Return all papers of a part of a library, last saved first; words do not count. Raises NotFound."""
    with database.read() as connection:
        if wanted.folder is not None:
            shelves.get_folder(connection, reader, wanted.folder)
        return _kept(connection, reader, shelves.list_wanted(connection, reader, wanted))


def read_shelf(database: Database, reader: int, paper: Paper) -> Shelf:
    """Return what a reader keeps of a paper, and what to choose from."""
    with database.read() as connection:
        place = shelves.list_places(connection, reader, [paper.pk]).get(paper.pk, NOWHERE)
        outside = shelves.read_shelves(connection, reader)
    return Shelf(place, outside.folders, tuple(tag for tag, _ in outside.tags))


def read_shelves(database: Database, reader: int) -> Shelves:
    """Return a library from outside."""
    with database.read() as connection:
        return shelves.read_shelves(connection, reader)


def read_dismissed(database: Database, stretch: Stretch) -> KeptPage:
    """Return the papers that a reader does not want to see, the last one first."""
    with database.read() as connection:
        count = dismissals.count_dismissed(connection, stretch.reader, stretch.since)
        rows = dismissals.list_dismissed(connection, stretch.reader, stretch.limit, stretch.offset, stretch.since)
    return _page(database, stretch, rows, count)


def read_history(database: Database, stretch: Stretch) -> tuple[KeptPage, bool]:
    """Return the papers that a reader opened, the last one first, and whether this is noted now."""
    with database.read() as connection:
        count = visits.count_visits(connection, stretch.reader, stretch.since)
        rows = visits.list_visits(connection, stretch.reader, stretch.limit, stretch.offset, stretch.since)
        keeps = visits.keeps_history(connection, stretch.reader)
    return _page(database, stretch, rows, count), keeps


def _page(database: Database, stretch: Stretch, rows: Sequence[tuple[int, datetime]], count: int) -> KeptPage:
    with database.read() as connection:
        return KeptPage(tuple(_kept(connection, stretch.reader, rows)), count, stretch.offset, stretch.limit)


def _kept(connection: Connection, reader: int, rows: Sequence[tuple[int, datetime]]) -> list[Kept]:
    pks = [pk for pk, _ in rows]
    moments, places = dict(rows), shelves.list_places(connection, reader, pks)
    shown = papers.list_papers(connection, pks)
    return [Kept(paper, moments[paper.pk], places.get(paper.pk, NOWHERE)) for paper in shown]


def _list_noted(connection: Connection, reader: int, query: Query) -> set[int]:
    """Return the papers whose notes have all words of a query; none where it asks for words of a certain field."""
    terms = query.terms
    if not terms or any(term.field is not None for term in terms) or _has_alternatives(query):
        return set()
    return shelves.list_noted(connection, reader, [term.text for term in terms])


def _has_alternatives(query: Query) -> bool:
    """Say whether words stand anywhere but at the top of a query, where all are wanted: there a note says nothing."""
    at_top = sum(len(part.words) if isinstance(part, Words) else 1 for part in parts_of(query.tree) if has_text(part))
    return at_top != len(query.terms)


def _find(
    index: SearchIndex, models: Models | None, query: Query, pks: Sequence[int], noted: set[int]
) -> Sequence[int]:
    """Return which of these papers a query finds: those by their own words, best first, then those by their notes."""
    if not pks:
        return []
    among = frozenset(pks)
    asked = query.knowing_library(among).narrowed_by(InLibrary(among))
    meaning = models.meaning_of(query.meaning) if models else None
    hits = [hit.pk for hit in index.search(asked, min(len(pks), MOST_FOUND), 0, meaning).hits]
    if noted and query.filters:  # what else is asked for must hold for a paper that is found by its note, too
        filtered = asked.without_text()
        noted = noted & {hit.pk for hit in index.search(filtered, len(pks)).hits}
    known = set(hits)
    return [pk for pk in hits if pk in among] + [pk for pk in pks if pk in noted and pk not in known]
