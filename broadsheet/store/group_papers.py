"""The papers of groups: which there are, in which folder, how they stand; votes and notes of members.

Votes and scores are counted anew with each change, in its transaction (`recount`), so that lists only sort.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy import update as change

from broadsheet.domain.groups import Group, Standing
from broadsheet.domain.paper import BY_GROUP, WAITING
from broadsheet.ranking.trending import within_group
from broadsheet.store.community_tables import readers
from broadsheet.store.groups import NO_ONE
from broadsheet.store.library_tables import group_folders, group_notes, group_papers, group_votes
from broadsheet.store.since import is_since, put_at
from broadsheet.store.tables import papers

ORDERS = ("newest", "score", "votes")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which papers of a group, in which order, from where: the fields that are empty ask for nothing.

    `words` must each stand in the title, the abstract or a note; `before` is (added_at, pk) of the last one seen;
    `since` the first moment of adding that counts.
    """

    order: str = "newest"
    first_on: date | None = None
    last_on: date | None = None
    folder: str = ""
    words: tuple[str, ...] = ()
    before: tuple[datetime, int] | None = None
    limit: int = 40
    offset: int = 0
    since: datetime | None = None


def list_entries(
    connection: Connection, group: Group, reader_pk: int | None, wanted: Wanted
) -> list[tuple[int, Standing]]:
    """Return (paper pk, how it stands): newest added first, or highest score or most votes first, ties newest."""
    table = group_papers.c
    first = {"newest": [], "score": [table.score.desc()], "votes": [table.votes.desc()]}[wanted.order]
    rows = _standings(reader_pk).where(*_asked(group, wanted))
    rows = rows.order_by(*first, table.added_at.desc(), table.paper_pk.desc()).limit(wanted.limit).offset(wanted.offset)
    return [(row.paper_pk, _standing(row)) for row in connection.execute(rows)]


def count_entries(connection: Connection, group: Group, wanted: Wanted) -> int:
    """Count the papers that are asked for, from the first one."""
    rows = select(func.count()).select_from(group_papers.join(papers, papers.c.pk == group_papers.c.paper_pk))
    return connection.execute(rows.where(*_asked(group, wanted))).scalar_one()


def find_newest(connection: Connection, group: Group, wanted: Wanted) -> datetime | None:
    """Return when the last of the papers that are asked for was added."""
    rows = select(func.max(group_papers.c.added_at)).join(papers, papers.c.pk == group_papers.c.paper_pk)
    found: datetime | None = connection.execute(rows.where(*_asked(group, wanted))).scalar()
    return found.replace(tzinfo=UTC) if found else None


def find_entry(connection: Connection, group: Group, pk: int, reader_pk: int | None) -> Standing | None:
    """Return how a paper stands in a group, None where it is not in it."""
    row = connection.execute(
        _standings(reader_pk).where(group_papers.c.paper_pk == pk, *_asked(group, Wanted()))
    ).first()
    return _standing(row) if row else None


def find_day(connection: Connection, group: Group, *, before: date | None = None, after: date | None = None) -> Any:
    """Return the last day with papers (before a day, where one is given), or the first after one; None for none."""
    day = group_papers.c.added_on
    rows = select(func.min(day) if after else func.max(day)).join(papers, papers.c.pk == group_papers.c.paper_pk)
    rows = rows.where(*_asked(group, Wanted()))
    if before or after:
        rows = rows.where(day < before if before else day > after)
    return connection.execute(rows).scalar()


def add_entry(connection: Connection, group_pk: int, pk: int, by: int, at: tuple[datetime, date]) -> bool:
    """Put a paper into a group; `at` is the moment and the day. False where it was there, and stays as it is."""
    newest = select(func.max(group_papers.c.added_at)).where(group_papers.c.group_pk == group_pk)
    added_at = put_at(connection, newest, at[0])
    values = {"group_pk": group_pk, "paper_pk": pk, "added_by": by, "added_at": added_at, "added_on": at[1]}
    values |= {"votes": 0, "score": within_group(0, at[1]).score}
    return connection.execute(insert(group_papers).prefix_with("OR IGNORE").values(**values)).rowcount > 0


def delete_entry(connection: Connection, group_pk: int, pk: int) -> None:
    """Take a paper out of a group, with the votes and notes that it got there."""
    for table in (group_votes, group_notes, group_papers):
        connection.execute(delete(table).where(table.c.group_pk == group_pk, table.c.paper_pk == pk))


def list_pks(connection: Connection, group_pk: int) -> list[int]:
    """Return all papers of a group."""
    return list(
        connection.execute(select(group_papers.c.paper_pk).where(group_papers.c.group_pk == group_pk)).scalars()
    )


def list_groups_with(connection: Connection, pk: int) -> set[int]:
    """Return the pks of all groups that have a paper; whom it may be told is the caller's business."""
    return set(connection.execute(select(group_papers.c.group_pk).where(group_papers.c.paper_pk == pk)).scalars())


def vote(connection: Connection, group_pk: int, pk: int, reader_pk: int, now: datetime) -> None:
    """Vote for a paper in a group, once."""
    values = {"group_pk": group_pk, "paper_pk": pk, "reader_pk": reader_pk, "voted_at": now}
    connection.execute(insert(group_votes).prefix_with("OR IGNORE").values(**values))
    recount(connection, (group_papers.c.group_pk == group_pk) & (group_papers.c.paper_pk == pk))


def unvote(connection: Connection, group_pk: int, pk: int, reader_pk: int) -> None:
    """Take a vote back, whether it was given or not."""
    mine = and_(group_votes.c.paper_pk == pk, group_votes.c.reader_pk == reader_pk)
    connection.execute(delete(group_votes).where(group_votes.c.group_pk == group_pk, mine))
    recount(connection, (group_papers.c.group_pk == group_pk) & (group_papers.c.paper_pk == pk))


def forget_votes(connection: Connection, reader_pk: int, group_pk: int | None = None) -> None:
    """Take all votes of a reader back, in one group or in all, and count anew."""
    gone = group_votes.c.reader_pk == reader_pk
    if group_pk is not None:
        gone = and_(gone, group_votes.c.group_pk == group_pk)
    places = connection.execute(select(group_votes.c.group_pk, group_votes.c.paper_pk).where(gone)).all()
    connection.execute(delete(group_votes).where(gone))
    for place in places:
        recount(connection, (group_papers.c.group_pk == place.group_pk) & (group_papers.c.paper_pk == place.paper_pk))


def recount(connection: Connection, which: ColumnElement[bool]) -> None:
    """Count votes anew for these rows of `group_papers`, and score them: the score of a paper shown when added."""
    table = group_papers.c
    given = and_(group_votes.c.group_pk == table.group_pk, group_votes.c.paper_pk == table.paper_pk)
    counted = select(func.count()).select_from(group_votes).where(given).correlate(group_papers).scalar_subquery()
    rows = connection.execute(
        select(table.group_pk, table.paper_pk, table.added_on, counted.label("votes")).where(which)
    )
    scored = [
        {"this_group": r.group_pk, "this_paper": r.paper_pk, "n": r.votes, "s": within_group(r.votes, r.added_on).score}
        for r in rows
    ]
    if scored:
        place = and_(table.group_pk == bindparam("this_group"), table.paper_pk == bindparam("this_paper"))
        connection.execute(change(group_papers).where(place).values(votes=bindparam("n"), score=bindparam("s")), scored)


def list_folders(connection: Connection, group_pk: int) -> list[str]:
    """Return the names of a group's folders, in their order."""
    rows = select(group_folders.c.name).where(group_folders.c.group_pk == group_pk).order_by(group_folders.c.name)
    return list(connection.execute(rows).scalars())


def make_folder(connection: Connection, group_pk: int, name: str) -> None:
    """Make a folder; one that is there stays."""
    connection.execute(insert(group_folders).prefix_with("OR IGNORE").values(group_pk=group_pk, name=name))


def delete_folder(connection: Connection, group_pk: int, name: str) -> None:
    """Take a folder away; its papers stay in the group."""
    connection.execute(delete(group_folders).where(group_folders.c.group_pk == group_pk, group_folders.c.name == name))


def file_entry(connection: Connection, group_pk: int, pk: int, folder: str) -> bool:
    """Put a paper of a group into one of its folders, "" for none; False where there is no such folder."""
    here = (group_folders.c.group_pk == group_pk) & (group_folders.c.name == folder)
    folder_pk = connection.execute(select(group_folders.c.pk).where(here)).scalar()
    place = (group_papers.c.group_pk == group_pk) & (group_papers.c.paper_pk == pk)
    connection.execute(change(group_papers).where(place).values(folder_pk=folder_pk))
    return folder_pk is not None or not folder


def _standings(reader_pk: int | None) -> Select[Any]:
    table, voter = group_papers.c, NO_ONE if reader_pk is None else reader_pk

    def here(other: Table) -> ColumnElement[bool]:
        return and_(other.c.group_pk == table.group_pk, other.c.paper_pk == table.paper_pk)

    notes = select(func.count()).select_from(group_notes).where(here(group_notes)).correlate(group_papers)
    mine = exists().where(here(group_votes), group_votes.c.reader_pk == voter).correlate(group_papers)
    return select(
        group_papers, group_folders.c.name.label("folder"), readers.c.name.label("by_name"), readers.c.full_name,
        notes.scalar_subquery().label("note_count"), mine.label("is_voted"),
    ).select_from(
        group_papers.join(papers, papers.c.pk == table.paper_pk)
        .outerjoin(group_folders, group_folders.c.pk == table.folder_pk)
        .outerjoin(readers, readers.c.pk == table.added_by)
    )  # fmt: skip


def _asked(group: Group, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what must hold; papers that curators took away are in no group's lists."""
    table = group_papers.c
    shown = ["", BY_GROUP, WAITING] if group.is_member else ["", BY_GROUP]
    asked = [table.group_pk == group.pk, papers.c.hidden.in_(shown), is_since(table.added_at, wanted.since)]
    if wanted.first_on and wanted.last_on:
        asked.append(table.added_on.between(wanted.first_on, wanted.last_on))
    if wanted.folder:
        here = (group_folders.c.group_pk == group.pk) & (group_folders.c.name == wanted.folder)
        asked.append(table.folder_pk == select(group_folders.c.pk).where(here).scalar_subquery())
    if wanted.before:
        moment, pk = wanted.before
        asked.append(or_(table.added_at < moment, and_(table.added_at == moment, table.paper_pk < pk)))
    return asked + [_has_word(word) for word in wanted.words]


def _has_word(word: str) -> ColumnElement[bool]:
    noted = exists().where(
        group_notes.c.group_pk == group_papers.c.group_pk,
        group_notes.c.paper_pk == group_papers.c.paper_pk,
        group_notes.c.text.icontains(word, autoescape=True),
    )
    texts = (papers.c.title, papers.c.abstract, papers.c.summary)
    return or_(*(text.icontains(word, autoescape=True) for text in texts), noted)


def _standing(row: Any) -> Standing:
    by = row.full_name or row.by_name or ""
    at = row.added_at.replace(tzinfo=UTC)
    return Standing(row.votes, row.score, row.added_on, at, row.folder or "", by, row.note_count, bool(row.is_voted))


def is_added_by(connection: Connection, group_pk: int, pk: int, reader_pk: int) -> bool:
    """Say whether this reader put a paper into a group."""
    place = (group_papers.c.group_pk == group_pk) & (group_papers.c.paper_pk == pk)
    mine = select(group_papers.c.paper_pk).where(place, group_papers.c.added_by == reader_pk)
    return connection.execute(mine).first() is not None
