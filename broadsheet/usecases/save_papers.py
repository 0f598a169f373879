"""Save papers into a reader's library, take them out, keep notes, tags, folders and what is read; dismiss papers.

Side effects: the library and the dismissals of that reader alone. What is saved is wanted again; what is in the library
cannot be dismissed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.errors import Conflict, Invalid
from broadsheet.domain.library import MOST_FOLDERS, Changes, checked, parse_folder_name
from broadsheet.domain.paper import Paper
from broadsheet.store import dismissals, library, shelves, visibility
from broadsheet.store.database import Database


def save_papers(database: Database, ids: Sequence[str], reader_pk: int, now: datetime) -> list[Paper]:
    """Save all of these papers, or none; return them. Raises NotFound."""
    with database.write() as connection:
        saved = [visibility.get_paper_for(connection, paper_id, reader_pk) for paper_id in ids]
        for paper in saved:
            save_one(connection, reader_pk, paper.pk, now)
    return saved


def save_one(connection: Connection, reader_pk: int, pk: int, now: datetime) -> bool:
    """Save a paper, which is wanted again; say whether it was not in the library before."""
    dismissals.restore_paper(connection, reader_pk, pk)
    return library.save_paper(connection, reader_pk, pk, now)


def unsave_papers(database: Database, ids: Sequence[str], reader_pk: int) -> list[Paper]:
    """Take all of these papers out, with what was kept of them, or none; return them. Raises NotFound."""
    with database.write() as connection:
        removed = [visibility.get_paper_for(connection, paper_id, reader_pk) for paper_id in ids]
        for paper in removed:
            library.remove_paper(connection, reader_pk, paper.pk)
    return removed


def is_saved(database: Database, paper: Paper, reader_pk: int) -> bool:
    """Say whether a reader saved a paper."""
    with database.read() as connection:
        return library.is_saved(connection, reader_pk, paper.pk)


def keep_paper(database: Database, paper_id: str, reader_pk: int, changes: Changes, now: datetime) -> Paper:
    """Save a paper where it is not yet, and change what is kept of it; return it. Raises NotFound, Invalid."""
    wanted = checked(changes)
    with database.write() as connection:
        paper = visibility.get_paper_for(connection, paper_id, reader_pk)
        save_one(connection, reader_pk, paper.pk, now)
        if wanted.note is not None:
            shelves.write_note(connection, reader_pk, paper.pk, wanted.note, now)
        if wanted.tags is not None:
            shelves.write_tags(connection, reader_pk, paper.pk, wanted.tags)
        if wanted.folders is not None:
            shelves.write_filings(connection, reader_pk, paper.pk, wanted.folders)
        if wanted.new_folder:
            shelves.file_paper(connection, folder_for(connection, reader_pk, wanted.new_folder), paper.pk)
        if wanted.is_read is not None:
            shelves.mark_read(connection, reader_pk, paper.pk, now if wanted.is_read else None)
    return paper


def dismiss_paper(database: Database, paper_id: str, reader_pk: int, now: datetime) -> Paper:
    """Leave a paper out of all lists of a reader; return it. Raises NotFound, Conflict where it is in the library."""
    with database.write() as connection:
        paper = visibility.get_paper_for(connection, paper_id, reader_pk)
        if library.is_saved(connection, reader_pk, paper.pk):
            raise Conflict("This paper is in your library: take it out there first.")
        dismissals.dismiss_paper(connection, reader_pk, paper.pk, now)
    return paper


def restore_paper(database: Database, paper_id: str, reader_pk: int) -> Paper:
    """Let a paper stand in a reader's lists again; return it. Raises NotFound."""
    with database.write() as connection:
        paper = visibility.get_paper_for(connection, paper_id, reader_pk)
        dismissals.restore_paper(connection, reader_pk, paper.pk)
    return paper


def add_folder(database: Database, reader_pk: int, name: str) -> int:
    """Make a folder and return its pk; one of this name is taken as it is. Raises Invalid."""
    with database.write() as connection:
        return folder_for(connection, reader_pk, parse_folder_name(name))


def rename_folder(database: Database, reader_pk: int, pk: int, name: str) -> None:
    """Give a folder another name; raises NotFound, Invalid where another folder has it."""
    wanted = parse_folder_name(name)
    with database.write() as connection:
        shelves.get_folder(connection, reader_pk, pk)
        if any(one.name == wanted and one.pk != pk for one in shelves.list_folders(connection, reader_pk)):
            raise Invalid("name", f"There is a folder {wanted} already: choose another name.")
        shelves.rename_folder(connection, pk, wanted)


def delete_folder(database: Database, reader_pk: int, pk: int) -> None:
    """Take a folder away; its papers stay in the library. Raises NotFound."""
    with database.write() as connection:
        shelves.get_folder(connection, reader_pk, pk)
        shelves.delete_folder(connection, pk)


def folder_for(connection: Connection, reader_pk: int, name: str) -> int:
    """Return the reader's folder of this name, made where there is none; raises Invalid for too many."""
    pk = shelves.ensure_folder(connection, reader_pk, name)
    if len(shelves.list_folders(connection, reader_pk)) > MOST_FOLDERS:
        raise Invalid("folder", f"A library has up to {MOST_FOLDERS} folders: delete one first.")
    return pk
