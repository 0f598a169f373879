"""What readers keep of the papers in their libraries: notes, tags, folders, what is read; and the lists of it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from broadsheet.domain.errors import NotFound
from broadsheet.domain.library import UNREAD, Folder, Place, Shelves, Wanted
from broadsheet.store.hiding import is_shown
from broadsheet.store.library_tables import dismissals, library, library_filings, library_folders, library_tags
from broadsheet.store.papers import CHUNK
from broadsheet.store.since import is_since

# What is hidden stays where a reader put it, and is shown and counted again when it is shown to everyone.
_IS_SHOWN = is_shown(library.c.paper_pk)
_FOLDER_GONE = "There is no such folder in your library."


def list_wanted(
    connection: Connection, reader_pk: int, wanted: Wanted, since: datetime | None = None
) -> list[tuple[int, datetime]]:
    """Return (pk, moment) of a reader's papers in this part of the library, last saved first; words do not count.

    With `since` (aware) those that were saved at that moment or later.
    """
    rows = select(library.c.paper_pk, library.c.saved_at).where(library.c.reader_pk == reader_pk, _IS_SHOWN)
    if wanted.state:
        rows = rows.where(library.c.read_at.is_(None) if wanted.state == UNREAD else library.c.read_at.is_not(None))
    if wanted.folder is not None:
        filed = select(library_filings.c.paper_pk).where(library_filings.c.folder_pk == wanted.folder)
        rows = rows.where(library.c.paper_pk.in_(filed))
    if wanted.tag:
        own = (library_tags.c.reader_pk == reader_pk) & (library_tags.c.tag == wanted.tag)
        rows = rows.where(library.c.paper_pk.in_(select(library_tags.c.paper_pk).where(own)))
    rows = rows.where(is_since(library.c.saved_at, since)).order_by(
        library.c.saved_at.desc(), library.c.paper_pk.desc()
    )
    return [(pk, at.replace(tzinfo=UTC)) for pk, at in connection.execute(rows)]


def list_noted(connection: Connection, reader_pk: int, words: Sequence[str]) -> set[int]:
    """Return the papers in whose notes all of these words stand, whatever their case."""
    looked_for = [_folded(word) for word in words]
    rows = select(library.c.paper_pk, library.c.note).where(library.c.reader_pk == reader_pk, library.c.note != "")
    found = connection.execute(rows.where(_IS_SHOWN))
    return {pk for pk, note in found if (text := _folded(note)) and all(word in text for word in looked_for)}


def list_places(connection: Connection, reader_pk: int, pks: Sequence[int]) -> dict[int, Place]:
    """Return what a reader keeps of each of these papers; the number of statements does not grow up to CHUNK papers."""
    places: dict[int, Place] = {}
    for start in range(0, len(pks), CHUNK):
        places.update(_list_places(connection, reader_pk, pks[start : start + CHUNK]))
    return places


def _list_places(connection: Connection, reader_pk: int, pks: Sequence[int]) -> dict[int, Place]:
    def among(table: Any) -> Any:
        return (table.c.reader_pk == reader_pk) & table.c.paper_pk.in_(pks)

    tags: dict[int, list[str]] = defaultdict(list)
    for pk, tag in connection.execute(select(library_tags.c.paper_pk, library_tags.c.tag).where(among(library_tags))):
        tags[pk].append(tag)
    folders: dict[int, list[int]] = defaultdict(list)
    filed = select(library_filings.c.paper_pk, library_filings.c.folder_pk).join(library_folders)
    mine = (library_folders.c.reader_pk == reader_pk) & library_filings.c.paper_pk.in_(pks)
    for pk, folder in connection.execute(filed.where(mine)):
        folders[pk].append(folder)
    dismissed = select(dismissals.c.paper_pk).where(among(dismissals))
    places = {pk: Place(is_dismissed=True) for pk in connection.execute(dismissed).scalars()}
    for row in connection.execute(select(library).where(among(library))):
        saved_at = row.saved_at.replace(tzinfo=UTC)
        read_at = row.read_at.replace(tzinfo=UTC) if row.read_at else None
        kept = tuple(sorted(tags[row.paper_pk])), tuple(sorted(folders[row.paper_pk]))
        places[row.paper_pk] = Place(saved_at, read_at, row.note, *kept)
    return places


def read_shelves(connection: Connection, reader_pk: int) -> Shelves:
    """Return a library from outside."""
    counted = select(func.count(), func.count(library.c.read_at)).where(library.c.reader_pk == reader_pk)
    count, read = connection.execute(counted.where(_IS_SHOWN)).one()
    mine = (library_tags.c.reader_pk == reader_pk) & is_shown(library_tags.c.paper_pk)
    rows = select(library_tags.c.tag, func.count()).where(mine).group_by(library_tags.c.tag)
    tags = tuple((tag, many) for tag, many in connection.execute(rows.order_by(library_tags.c.tag)))
    return Shelves(count, count - read, tuple(list_folders(connection, reader_pk)), tags)


def list_folders(connection: Connection, reader_pk: int) -> list[Folder]:
    """Return a reader's folders by name, with how many papers each holds."""
    folders, filed = library_folders.c, library_filings.c
    lies_there = (filed.folder_pk == folders.pk) & is_shown(filed.paper_pk)
    rows = (
        select(folders.pk, folders.name, func.count(filed.paper_pk))
        .select_from(library_folders.join(library_filings, lies_there, isouter=True))
        .where(folders.reader_pk == reader_pk)
        .group_by(folders.pk)
        .order_by(func.lower(folders.name), folders.pk)
    )
    return [Folder(pk, name, count) for pk, name, count in connection.execute(rows)]


def get_folder(connection: Connection, reader_pk: int, pk: int) -> Folder:
    """Return a reader's folder; raises NotFound."""
    own = (library_folders.c.reader_pk == reader_pk) & (library_folders.c.pk == pk)
    row = connection.execute(select(library_folders.c.name).where(own)).first()
    if row is None:
        raise NotFound(_FOLDER_GONE)
    return Folder(pk, row.name)


def ensure_folder(connection: Connection, reader_pk: int, name: str) -> int:
    """Return the pk of a reader's folder of this name, made where there is none."""
    own = (library_folders.c.reader_pk == reader_pk) & (library_folders.c.name == name)
    pk = connection.execute(select(library_folders.c.pk).where(own)).scalar()
    if pk is None:
        done = connection.execute(insert(library_folders).values(reader_pk=reader_pk, name=name))
        pk = (done.inserted_primary_key or (0,))[0]
    return int(pk)


def rename_folder(connection: Connection, pk: int, name: str) -> None:
    """Give a folder another name."""
    connection.execute(update(library_folders).where(library_folders.c.pk == pk).values(name=name))


def delete_folder(connection: Connection, pk: int) -> None:
    """Take a folder away; its papers stay in the library."""
    connection.execute(delete(library_folders).where(library_folders.c.pk == pk))


def write_note(connection: Connection, reader_pk: int, pk: int, note: str, now: datetime) -> None:
    """Write a note in place of the one that was there; one that says the same keeps its moment."""
    own = (library.c.reader_pk == reader_pk) & (library.c.paper_pk == pk) & (library.c.note != note)
    connection.execute(update(library).where(own).values(note=note, noted_at=now if note else None))


def write_tags(connection: Connection, reader_pk: int, pk: int, tags: Sequence[str]) -> None:
    """Let a paper in a library have these tags and no others."""
    own = (library_tags.c.reader_pk == reader_pk) & (library_tags.c.paper_pk == pk)
    connection.execute(delete(library_tags).where(own))
    add_tags(connection, reader_pk, pk, tags)


def add_tags(connection: Connection, reader_pk: int, pk: int, tags: Sequence[str]) -> None:
    """Let a paper in a library have these tags as well."""
    rows = [{"reader_pk": reader_pk, "paper_pk": pk, "tag": tag} for tag in tags]
    if rows:
        connection.execute(insert(library_tags).prefix_with("OR IGNORE"), rows)


def write_filings(connection: Connection, reader_pk: int, pk: int, folders: Sequence[int]) -> None:
    """Let a paper lie in these folders of the reader's and no others; raises NotFound for a folder of nobody's."""
    own = set(
        connection.execute(select(library_folders.c.pk).where(library_folders.c.reader_pk == reader_pk)).scalars()
    )
    if not set(folders) <= own:
        raise NotFound(_FOLDER_GONE)
    filed = (library_filings.c.paper_pk == pk) & library_filings.c.folder_pk.in_(own)
    connection.execute(delete(library_filings).where(filed))
    for folder in set(folders):
        file_paper(connection, folder, pk)


def file_paper(connection: Connection, folder: int, pk: int) -> None:
    """Lay a paper into a folder as well."""
    connection.execute(insert(library_filings).prefix_with("OR IGNORE").values(folder_pk=folder, paper_pk=pk))


def mark_read(connection: Connection, reader_pk: int, pk: int, read_at: datetime | None) -> None:
    """Note when a saved paper was read, None for not yet; what is read already keeps its moment."""
    own = (library.c.reader_pk == reader_pk) & (library.c.paper_pk == pk)
    if read_at is not None:
        own &= library.c.read_at.is_(None)
    connection.execute(update(library).where(own).values(read_at=read_at))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
