"""Which papers are not for everyone, and who sees them all the same.

A paper that only groups brought is hidden as 'group': whoever may read one of the groups that have it sees it. So who
sees it follows the groups, whatever becomes of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, literal, or_, select, update

from broadsheet.domain.errors import NotFound
from broadsheet.domain.paper import Paper
from broadsheet.store import papers as paper_rows
from broadsheet.store.library_tables import group_members, group_papers, groups
from broadsheet.store.papers import CHUNK
from broadsheet.store.tables import papers

GROUP = "group"
WAITING = "waiting"
NO_PAPER = "There is no paper with this id here: look for its title instead."


def find_hidden(connection: Connection, pk: int) -> str:
    """Return why a paper is not shown to everyone, "" where it is."""
    return str(connection.execute(select(papers.c.hidden).where(papers.c.pk == pk)).scalar() or "")


def get_paper_for(connection: Connection, paper_id: str, reader_pk: int | None) -> Paper:
    """Return the paper with this id if this reader (None for nobody) may see it; raises NotFound."""
    paper = paper_rows.find_paper(connection, paper_id)
    if paper is None or not may_see(connection, paper.pk, reader_pk):
        raise NotFound(NO_PAPER)
    return paper


def may_see(connection: Connection, pk: int, reader_pk: int | None) -> bool:
    """Say whether a reader, or nobody, may see a paper."""
    mine = _is_member(reader_pk)
    through = (
        select(group_papers.c.paper_pk)
        .join(groups, groups.c.pk == group_papers.c.group_pk)
        .where(
            group_papers.c.paper_pk == papers.c.pk,
            or_(
                and_(papers.c.hidden == GROUP, or_(groups.c.is_public, mine)),
                and_(papers.c.hidden == WAITING, mine),
            ),
        )
    )
    seen = select(papers.c.pk).where(papers.c.pk == pk, or_(papers.c.hidden == "", through.exists()))
    return connection.execute(seen).first() is not None


def hide_for_groups(connection: Connection, pks: Sequence[int]) -> None:
    """Show these papers only through the groups that have them."""
    for start in range(0, len(pks), CHUNK):
        chunk = papers.c.pk.in_(pks[start : start + CHUNK])
        connection.execute(update(papers).where(chunk).values(hidden=GROUP))


def show_from_groups(connection: Connection, pks: Sequence[int]) -> list[int]:
    """Show to everyone those of these papers that only groups had; return them."""
    found: list[int] = []
    for start in range(0, len(pks), CHUNK):
        hidden = (papers.c.hidden == GROUP) & papers.c.pk.in_(pks[start : start + CHUNK])
        found += connection.execute(select(papers.c.pk).where(hidden).order_by(papers.c.pk)).scalars()
    for start in range(0, len(found), CHUNK):
        chunk = papers.c.pk.in_(found[start : start + CHUNK])
        connection.execute(update(papers).where(chunk).values(hidden=""))
    return found


def list_left_alone(connection: Connection, pks: Sequence[int]) -> list[int]:
    """Return which of these papers are hidden for groups and in none: nobody sees them."""
    alone = papers.c.pk.in_(pks) & (papers.c.hidden == GROUP)
    in_one = exists().where(group_papers.c.paper_pk == papers.c.pk)
    return list(connection.execute(select(papers.c.pk).where(alone, ~in_one)).scalars())


def _is_member(reader_pk: int | None) -> ColumnElement[bool]:
    if reader_pk is None:
        return literal(False)
    return exists().where(group_members.c.group_pk == groups.c.pk, group_members.c.reader_pk == reader_pk)
