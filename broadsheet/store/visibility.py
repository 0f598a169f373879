"""Which papers are not for everyone, and who sees them all the same.

A paper that only groups brought is hidden as 'group': whoever may read one of the groups that have it sees it. So who
sees it follows the groups, whatever becomes of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, exists, literal, or_, select, update

from broadsheet.domain.identifiers import find_arxiv_id, find_doi, find_openreview_id
from broadsheet.domain.paper import BY_CURATOR, BY_GROUP, WAITING, Paper
from broadsheet.store import papers as paper_rows
from broadsheet.store.hiding import find_hidden
from broadsheet.store.library_tables import group_members, group_papers, groups
from broadsheet.store.papers import CHUNK
from broadsheet.store.readers import find_reader
from broadsheet.store.submissions import is_submitter
from broadsheet.store.tables import papers


def get_paper_for(connection: Connection, paper_id: str, reader_pk: int | None) -> Paper:
    """Return the paper with this id if this reader (None for nobody) may see it; raises NotFound.

    An arXiv id or a DOI serves in any usual spelling: with its version, as `arXiv:...`, as an address.
    """
    paper = paper_rows.find_paper(connection, paper_id, with_hidden=True)
    spelt = find_arxiv_id(paper_id) or find_doi(paper_id) or find_openreview_id(paper_id) if paper is None else None
    if spelt is not None and spelt != paper_id:
        paper = paper_rows.find_paper(connection, spelt, with_hidden=True)
    if paper is None or (paper.hidden and not may_see(connection, paper.pk, reader_pk)):
        raise paper_rows.no_paper()
    return paper


def may_see(connection: Connection, pk: int, reader_pk: int | None) -> bool:
    """Say whether a reader, or nobody, may see a paper.

    Curators see what waits and what they hid, who brought a paper sees it while it waits, and members what their group
    has, whether it waits or not.
    """
    why = find_hidden(connection, pk)
    if not why:
        return True
    reader = find_reader(connection, reader_pk) if reader_pk is not None else None
    if reader is not None and why in (WAITING, BY_CURATOR):
        if reader.is_at_least("curator"):
            return True
        if why == WAITING and is_submitter(connection, reader.pk, pk):
            return True
    return why in (WAITING, BY_GROUP) and _has_group_for(connection, pk, why, reader_pk)


def _has_group_for(connection: Connection, pk: int, why: str, reader_pk: int | None) -> bool:
    is_open = or_(groups.c.is_public, _is_member(reader_pk)) if why == BY_GROUP else _is_member(reader_pk)
    having = select(group_papers.c.paper_pk).join(groups, groups.c.pk == group_papers.c.group_pk)
    return connection.execute(having.where(group_papers.c.paper_pk == pk, is_open)).first() is not None


def show_from_groups(connection: Connection, pks: Sequence[int]) -> list[int]:
    """Show to everyone those of these papers that only groups had; return them."""
    found: list[int] = []
    for start in range(0, len(pks), CHUNK):
        hidden = (papers.c.hidden == BY_GROUP) & papers.c.pk.in_(pks[start : start + CHUNK])
        found += connection.execute(select(papers.c.pk).where(hidden).order_by(papers.c.pk)).scalars()
    for start in range(0, len(found), CHUNK):
        chunk = papers.c.pk.in_(found[start : start + CHUNK])
        connection.execute(update(papers).where(chunk).values(hidden=""))
    return found


def list_left_alone(connection: Connection, pks: Sequence[int]) -> list[int]:
    """Return which of these papers are hidden for groups and in none: nobody sees them."""
    alone = papers.c.pk.in_(pks) & (papers.c.hidden == BY_GROUP)
    in_one = exists().where(group_papers.c.paper_pk == papers.c.pk)
    return list(connection.execute(select(papers.c.pk).where(alone, ~in_one)).scalars())


def _is_member(reader_pk: int | None) -> ColumnElement[bool]:
    if reader_pk is None:
        return literal(False)
    return exists().where(group_members.c.group_pk == groups.c.pk, group_members.c.reader_pk == reader_pk)
