"""Papers with all that belongs to them, a statement a stretch: what nearly every page and list begins with.

The engine gathers what a paper has several of, authors in order and so on, as one JSON array a paper: a row for each
author and each link cost twice as much, most of it in telling apart again what belongs to which paper.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from orjson import dumps, loads
from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, String, bindparam, func, select, type_coerce

from broadsheet.domain.paper import Link, Paper, PaperContent, SourceRef, is_private
from broadsheet.store.community_tables import link_edits
from broadsheet.store.tables import paper_authors, paper_categories, paper_links, papers, records

_p, _a, _c, _k, _r, _e = papers.c, paper_authors.c, paper_categories.c, paper_links.c, records.c, link_edits.c


def load_papers(connection: Connection, pks: Sequence[int], *, as_stored: bool = False) -> dict[int, Paper]:
    """Return by its pk each of these that is a paper's; one statement, so that a caller gives a stretch at a time.

    Links are as readers edited them, or, with `as_stored`, as the records made them.
    """
    return {row[0]: _paper(row, as_stored=as_stored) for row in connection.execute(_PAPERS, given(pks)).all()}


def is_given(pk: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a pk is one of those that are `given`: one parameter, however many they are."""
    every = func.json_each(bindparam("pks", type_=String)).table_valued("value")
    return pk.in_(select(every.c.value))


def given(pks: Sequence[int]) -> dict[str, str]:
    """Return pks as the parameter of `is_given`."""
    return {"pks": dumps(list(pks)).decode()}


def _paper(row: Sequence[Any], *, as_stored: bool) -> Paper:
    (
        pk, paper_id, title, abstract, summary, author_count, organization, published_on, edition_on, venue,
        upvotes, comments, own_upvotes, own_comments, hidden, is_sample, keywords, authors, categories, links, sources,
        edits,
    ) = row  # fmt: skip
    stored = tuple([Link(kind, url) for kind, url in loads(links)])
    content = PaperContent(
        title,
        abstract,
        summary,
        tuple(loads(authors)),
        author_count,
        organization,
        published_on,
        edition_on,
        tuple(loads(categories)),
        tuple(json.loads(keywords)) if keywords != "[]" else (),  # half a character, too, which orjson refuses
        upvotes,
        comments,
        stored if as_stored or edits == "[]" else _edited(stored, loads(edits)),
        venue,
        is_sample,
    )
    return Paper(pk, paper_id, content, _sources(loads(sources)), own_upvotes, own_comments, hidden)


def _edited(stored: tuple[Link, ...], edits: list[tuple[str, str, int]]) -> tuple[Link, ...]:
    """Return links with those in front that readers gave, and without those that they took away."""
    named = {url for _, url, _ in edits}
    added = tuple(Link(kind, url) for kind, url, is_removed in edits if not is_removed)
    return (*added, *(link for link in stored if link.url not in named))


def _sources(told: list[tuple[str, str, str]]) -> tuple[SourceRef, ...]:
    """Return each source once, as it was first, though it may have said something of the paper several times."""
    first: dict[tuple[str, str], SourceRef] = {}
    for source, source_id, reason in told:
        if is_private(source):
            continue  # whose group it was is nobody else's business
        first.setdefault((source, source_id), SourceRef(source, source_id, reason))
    return tuple(first.values())


def _gathered(paper_pk: ColumnElement[int], place: ColumnElement[int], *of: ColumnElement[Any]) -> ScalarSelect[str]:
    """Return what a paper has of a kind, in order, as a JSON array of texts, or of arrays where it is several."""
    rows = select(*of).where(paper_pk == _p.pk).order_by(place).correlate(papers).subquery()
    one = func.json_array(*rows.c) if len(of) > 1 else rows.c[0]
    return select(func.json_group_array(one, type_=String)).correlate(papers).scalar_subquery()


def _statement() -> Select[Any]:
    return select(
        _p.pk, _p.id, _p.title, _p.abstract, _p.summary, _p.author_count, _p.organization, _p.published_on,
        _p.edition_on, _p.venue, _p.upvotes_imported, _p.comments_imported, _p.upvotes_own, _p.comments_own,
        _p.hidden, _p.is_sample, type_coerce(_p.keywords, String),
        _gathered(_a.paper_pk, _a.position, _a.name),
        _gathered(_c.paper_pk, _c.position, _c.category),
        _gathered(_k.paper_pk, _k.position, _k.kind, _k.url),
        _gathered(_r.paper_pk, _r.pk, _r.source, _r.source_id, _r.reason),
        _gathered(_e.paper_pk, _e.made_at, _e.kind, _e.url, _e.is_removed),
    ).where(is_given(_p.pk))  # fmt: skip


_PAPERS = _statement()
