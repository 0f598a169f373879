"""What members of a group wrote about its papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from broadsheet.domain.groups import GroupNote
from broadsheet.store.community_tables import readers
from broadsheet.store.library_tables import group_notes
from broadsheet.store.papers import CHUNK


def list_notes(connection: Connection, group_pk: int, pks: Sequence[int]) -> dict[int, list[GroupNote]]:
    """Return the notes on each of these papers in a group, oldest first."""
    found: dict[int, list[GroupNote]] = defaultdict(list)
    for start in range(0, len(pks), CHUNK):
        rows = (
            select(group_notes, readers.c.name, readers.c.full_name)
            .outerjoin(readers, readers.c.pk == group_notes.c.reader_pk)
            .where(group_notes.c.group_pk == group_pk, group_notes.c.paper_pk.in_(pks[start : start + CHUNK]))
            .order_by(group_notes.c.pk)
        )
        for row in connection.execute(rows):
            written, edited = row.written_at.replace(tzinfo=UTC), row.edited_at
            by = row.full_name or row.name or ""
            note = GroupNote(
                row.pk, row.paper_pk, row.reader_pk, by, row.text, written,
                edited.replace(tzinfo=UTC) if edited else None,
            )  # fmt: skip
            found[row.paper_pk].append(note)
    return found


def count_notes(connection: Connection, group_pk: int, pk: int) -> int:
    """Count the notes on a paper in a group."""
    here = (group_notes.c.group_pk == group_pk) & (group_notes.c.paper_pk == pk)
    return connection.execute(select(func.count()).select_from(group_notes).where(here)).scalar_one()


def find_note(connection: Connection, group_pk: int, pk: int, note_pk: int) -> GroupNote | None:
    """Return one note on a paper in a group, or None."""
    return next((note for note in list_notes(connection, group_pk, [pk])[pk] if note.pk == note_pk), None)


def insert_note(connection: Connection, place: tuple[int, int], reader_pk: int, text: str, now: datetime) -> None:
    """Write a note; `place` is (group, paper)."""
    values = {"group_pk": place[0], "paper_pk": place[1], "reader_pk": reader_pk, "text": text, "written_at": now}
    connection.execute(insert(group_notes).values(**values))


def update_note(connection: Connection, pk: int, text: str, now: datetime) -> None:
    """Write a note anew."""
    connection.execute(update(group_notes).where(group_notes.c.pk == pk).values(text=text, edited_at=now))


def delete_note(connection: Connection, pk: int) -> None:
    """Take a note away."""
    connection.execute(delete(group_notes).where(group_notes.c.pk == pk))
