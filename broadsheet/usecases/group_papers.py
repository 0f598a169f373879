"""Papers of a group: brought in, filed, voted for, noted on, taken out again. For members alone.

A paper that is here for the reader is only put into the group. One that is not is asked for outside and stands as the
group's own (`GroupFinder`): whoever reads the group sees it, nobody else, until somebody else brings it. Curators who
bring one to a public group bring it for everyone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from broadsheet.domain.errors import Conflict, Invalid, NotAllowed, NotFound, SourceFailed
from broadsheet.domain.groups import Group, check_member, parse_folder, parse_note
from broadsheet.domain.paper import BY_GROUP, GROUP_SOURCE, WAITING, Paper, Record, identity_keys
from broadsheet.domain.pasted import Pasted
from broadsheet.domain.readers import Reader
from broadsheet.store import group_notes, group_papers, hiding, records, visibility
from broadsheet.store.database import Database
from broadsheet.usecases.add_paper import Finder
from broadsheet.usecases.groups import drop_unseen, open_group

MOST_FOLDERS = 200
MOST_NOTES = 500
NOT_IN_IT = "This paper is not in the group: add it first."


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something in which group, and when: the moment, and the day of the site."""

    group: str
    reader: Reader
    now: datetime
    today: date


class GroupFinder:
    """Finds papers as another finder does, and gives them as a group's own.

    What members typed (BibTeX) must not mix with what is known of a paper that others may have, too: where the entry
    names a paper that is not here for everyone, it is asked for by that name; where nobody knows it, the entry stands
    without the name.
    """

    def __init__(self, finder: Finder, group: Group, database: Database) -> None:
        self._finder = finder
        self._database = database
        self._source = f"{GROUP_SOURCE}{group.pk}"

    def find(self, pasted: Pasted) -> Record:
        """Return the record of what was pasted; raises as the other finder does."""
        record = self._finder.find(pasted)
        if pasted.kind == "bibtex" and not self._is_here(record):
            record = self._asked(record) or replace(record, arxiv_id=None, doi=None, openreview_id=None)
        return replace(record, source=self._source, edition_on=None)

    def _is_here(self, typed: Record) -> bool:
        named = replace(typed, source=self._source)
        with self._database.read() as connection:
            leads = records.find_pks_by_keys(connection, list(identity_keys(named)))
            return any(hiding.find_hidden(connection, pk) == "" for pk in leads.values())

    def _asked(self, typed: Record) -> Record | None:
        names = (("arxiv", typed.arxiv_id), ("doi", typed.doi), ("openreview", typed.openreview_id))
        for kind, name in names:
            if name:
                with suppress(NotFound, SourceFailed):
                    return self._finder.find(Pasted(kind, name))
        return None


def finder_for(database: Database, group: Group, reader: Reader, finder: Finder) -> Finder:
    """Return by whom a paper is found that a member brings to a group."""
    is_for_all = group.is_public and reader.is_at_least("curator")
    return finder if is_for_all else GroupFinder(finder, group, database)


def add_to_group(database: Database, act: Act, paper_id: str, folder: str = "") -> Paper:
    """Put a paper that the reader may see into a group; one that is in it stays as it is. Raises NotFound."""
    name = parse_folder(folder)
    with database.write() as connection:
        group = _entered(connection, act)
        paper = visibility.get_paper_for(connection, paper_id, act.reader.pk)
        _put(connection, act, group, paper.pk, name)
        return paper


def add_brought(database: Database, act: Act, paper: Paper, folder: str = "") -> None:
    """Put a paper into a group that was brought for it just now; raises NotAllowed for what curators took away."""
    name = parse_folder(folder)
    with database.write() as connection:
        group = _entered(connection, act)
        if hiding.find_hidden(connection, paper.pk) not in ("", BY_GROUP, WAITING):
            raise NotAllowed("The curators of this site took this paper away: ask one of them.")
        _put(connection, act, group, paper.pk, name)


def remove_from_group(database: Database, act: Act, paper_id: str) -> None:
    """Take a paper out of a group, with its votes and notes there; for its keepers and who added it."""

    def remove(connection: Connection, group: Group, pk: int) -> None:
        if not group.is_keeper and not group_papers.is_added_by(connection, group.pk, pk, act.reader.pk):
            raise NotAllowed("A paper is taken out by a keeper of the group, or by who added it.")
        group_papers.delete_entry(connection, group.pk, pk)
        drop_unseen(connection, [pk])

    _do(database, act, paper_id, remove)


def vote_in_group(database: Database, act: Act, paper_id: str, *, is_for: bool) -> None:
    """Vote for a paper in a group, once, or take the vote back."""

    def vote(connection: Connection, group: Group, pk: int) -> None:
        if is_for:
            group_papers.vote(connection, group.pk, pk, act.reader.pk, act.now)
        else:
            group_papers.unvote(connection, group.pk, pk, act.reader.pk)

    _do(database, act, paper_id, vote)


def file_in_group(database: Database, act: Act, paper_id: str, folder: str) -> None:
    """Put a paper into a folder of the group that is there, or with "" into none."""
    name = parse_folder(folder)
    _do(database, act, paper_id, lambda connection, group, pk: _file(connection, group, pk, name))


def write_note(database: Database, act: Act, paper_id: str, text: str, note_pk: int = 0) -> None:
    """Write a note on a paper in a group, or write one's own anew; raises Invalid, NotFound."""
    note = parse_note(text)

    def write(connection: Connection, group: Group, pk: int) -> None:
        if note_pk:
            _own_note(connection, group, pk, note_pk, act.reader)
            group_notes.update_note(connection, note_pk, note, act.now)
            return
        if group_notes.count_notes(connection, group.pk, pk) >= MOST_NOTES:
            raise Conflict(f"A paper has up to {MOST_NOTES} notes in a group: take one away first.")
        group_notes.insert_note(connection, (group.pk, pk), act.reader.pk, note, act.now)

    _do(database, act, paper_id, write)


def delete_note(database: Database, act: Act, paper_id: str, note_pk: int) -> None:
    """Take a note away: one's own, or any as a keeper."""

    def take_away(connection: Connection, group: Group, pk: int) -> None:
        _own_note(connection, group, pk, note_pk, None if group.is_keeper else act.reader)
        group_notes.delete_note(connection, note_pk)

    _do(database, act, paper_id, take_away)


def make_folder(database: Database, act: Act, name: str) -> None:
    """Make a folder in a group; raises Invalid for no name, Conflict for too many."""
    folder = parse_folder(name)
    if not folder:
        raise Invalid("folder", "Give the folder a name.")
    with database.write() as connection:
        group = _entered(connection, act)
        if len(group_papers.list_folders(connection, group.pk)) >= MOST_FOLDERS:
            raise Conflict(f"A group has up to {MOST_FOLDERS} folders: take one away first.")
        group_papers.make_folder(connection, group.pk, folder)


def delete_folder(database: Database, act: Act, name: str) -> None:
    """Take a folder away; its papers stay in the group."""
    with database.write() as connection:
        group_papers.delete_folder(connection, _entered(connection, act).pk, parse_folder(name))


def _do(database: Database, act: Act, paper_id: str, deed: Callable[[Connection, Group, int], None]) -> None:
    """Do something to a paper of a group, in one transaction; raises NotFound where it is not in it."""
    with database.write() as connection:
        group = _entered(connection, act)
        paper = visibility.get_paper_for(connection, paper_id, act.reader.pk)
        if group_papers.find_entry(connection, group, paper.pk, act.reader.pk) is None:
            raise NotFound(NOT_IN_IT)
        deed(connection, group, paper.pk)


def _entered(connection: Connection, act: Act) -> Group:
    group = open_group(connection, act.group, act.reader.pk)
    check_member(group)
    return group


def _put(connection: Connection, act: Act, group: Group, pk: int, folder: str) -> None:
    group_papers.add_entry(connection, group.pk, pk, act.reader.pk, (act.now, act.today))
    if folder:
        _file(connection, group, pk, folder)


def _file(connection: Connection, group: Group, pk: int, folder: str) -> None:
    if not group_papers.file_entry(connection, group.pk, pk, folder):
        raise Invalid("folder", "There is no folder of this name in the group: make it first.")


def _own_note(connection: Connection, group: Group, pk: int, note_pk: int, reader: Reader | None) -> None:
    note = group_notes.find_note(connection, group.pk, pk, note_pk)
    if note is None:
        raise NotFound("This note is not here any more.")
    if reader is not None and note.reader_pk != reader.pk:
        raise NotAllowed("A note is changed by who wrote it.")
