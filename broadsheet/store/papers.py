"""Papers in the record: find them, list them, write them. Each function's first argument is the connection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    bindparam,
    delete,
    func,
    literal,
    select,
    union_all,
    update,
)

from broadsheet.domain.errors import NotFound
from broadsheet.domain.paper import Link, Paper, PaperContent, SourceRef
from broadsheet.store.bulk import insert_rows
from broadsheet.store.dismissals import is_wanted
from broadsheet.store.tables import paper_authors, paper_categories, paper_keys, paper_links, papers, records

CHUNK = 500


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper to be written, under the pk and id that were chosen for it."""

    pk: int
    id: str
    content: PaperContent
    hotness: float


def find_paper(connection: Connection, paper_id: str) -> Paper | None:
    """Return the paper with this id (a former id or an arXiv id or DOI serves as well), or None."""
    pk = connection.execute(select(papers.c.pk).where(papers.c.id == paper_id)).scalar()
    if pk is None:
        names = [f"{scheme}:{paper_id}" for scheme in ("id", "arxiv", "doi", "openreview")]
        found = select(paper_keys.c.paper_pk).where(paper_keys.c.key.in_(names)).limit(1)
        pk = connection.execute(found).scalar()
    return None if pk is None else list_papers(connection, [pk])[0]


def find_pks_by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the pk of each of these ids that is a paper's present one."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = select(papers.c.id, papers.c.pk).where(papers.c.id.in_(ids[start : start + CHUNK]))
        found.update((paper_id, pk) for paper_id, pk in connection.execute(chunk))
    return found


def get_paper(connection: Connection, paper_id: str) -> Paper:
    """Return the paper with this id; raises NotFound."""
    paper = find_paper(connection, paper_id)
    if paper is None:
        raise NotFound("There is no paper with this id here: look for its title instead.")
    return paper


def list_papers(connection: Connection, pks: Sequence[int]) -> list[Paper]:
    """Return the papers with these pks in the same order; the ones that are gone are left out.

    The number of statements does not grow with the list (up to CHUNK papers a round).
    """
    found: dict[int, Paper] = {}
    for start in range(0, len(pks), CHUNK):
        chunk = list(pks[start : start + CHUNK])
        found.update(_load(connection, chunk))
    return [found[pk] for pk in pks if pk in found]


def find_texts(connection: Connection, pks: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return title and text (abstract, else summary) of each of these pks (at most CHUNK) that is a paper's."""
    rows = connection.execute(_TEXTS, {"pks": list(pks)}).all()
    return {pk: (title, abstract or summary) for pk, title, abstract, summary in rows}


def _load(connection: Connection, pks: list[int]) -> dict[int, Paper]:
    parts: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
    sources: dict[int, dict[tuple[str, str], SourceRef]] = defaultdict(dict)
    for pk, part, first, second, third, _ in connection.execute(_PARTS, {"pks": pks}).all():
        if part == "source":
            sources[pk].setdefault((first, second), SourceRef(first, second, third))
        else:
            parts[pk, part].append((first, second))
    loaded = {}
    for row in connection.execute(_PAPERS, {"pks": pks}).all():
        content = PaperContent(
            title=row.title,
            abstract=row.abstract,
            summary=row.summary,
            authors=tuple(name for name, _ in parts[row.pk, "author"]),
            author_count=row.author_count,
            organization=row.organization,
            published_on=row.published_on,
            edition_on=row.edition_on,
            categories=tuple(name for name, _ in parts[row.pk, "category"]),
            keywords=tuple(row.keywords),
            upvotes=row.upvotes_imported,
            comments=row.comments_imported,
            links=tuple(Link(kind, url) for kind, url in parts[row.pk, "link"]),
            venue=row.venue,
            is_sample=row.is_sample,
        )
        seen = tuple(sources[row.pk].values())
        loaded[row.pk] = Paper(row.pk, row.id, content, seen, row.upvotes_own, row.comments_own)
    return loaded


def _among(column: ColumnElement[int]) -> ColumnElement[bool]:
    return column.in_(bindparam("pks", expanding=True))


_PAPERS = select(papers).where(_among(papers.c.pk))
_TEXTS = select(papers.c.pk, papers.c.title, papers.c.abstract, papers.c.summary).where(_among(papers.c.pk))


def _parts() -> CompoundSelect[Any]:
    """Return one statement for all that a paper has several of: each statement of its own costs as much again."""
    nothing = literal("")
    a, c, k, r = paper_authors.c, paper_categories.c, paper_links.c, records.c
    return union_all(
        select(a.paper_pk, literal("author"), a.name, nothing, nothing, a.position.label("place")).where(
            _among(a.paper_pk)
        ),
        select(c.paper_pk, literal("category"), c.category, nothing, nothing, c.position).where(_among(c.paper_pk)),
        select(k.paper_pk, literal("link"), k.kind, k.url, nothing, k.position).where(_among(k.paper_pk)),
        select(r.paper_pk, literal("source"), r.source, r.source_id, r.reason, r.pk).where(_among(r.paper_pk)),
    ).order_by("place")


_PARTS = _parts()


def count_papers(connection: Connection) -> int:
    """Count the papers."""
    return connection.execute(select(func.count()).select_from(papers)).scalar_one()


def count_sample_papers(connection: Connection) -> int:
    """Count the papers that stand here only as the built-in sample."""
    return connection.execute(select(func.count()).select_from(papers).where(papers.c.is_sample)).scalar_one()


def list_sample_pks(connection: Connection) -> list[int]:
    """Return the sample papers."""
    return list(connection.execute(select(papers.c.pk).where(papers.c.is_sample)).scalars())


def next_pk(connection: Connection) -> int:
    """Return a pk above all that are in use; good while the caller holds the writer."""
    return (connection.execute(select(func.max(papers.c.pk))).scalar() or 0) + 1


def list_pks_after(connection: Connection, pk: int, limit: int) -> list[int]:
    """Return up to `limit` pks above `pk`, ascending: the way to walk over all papers."""
    walk = select(papers.c.pk).where(papers.c.pk > pk).order_by(papers.c.pk).limit(limit)
    return list(connection.execute(walk).scalars())


def count_after(connection: Connection, pk: int) -> int:
    """Count the papers with a pk above this one."""
    return connection.execute(select(func.count()).select_from(papers).where(papers.c.pk > pk)).scalar_one()


def list_trending(
    connection: Connection, limit: int, offset: int = 0, reader: int | None = None
) -> list[tuple[int, float]]:
    """Return (pk, hotness) with the hottest first, ties newest first, without what a reader does not want to see."""
    hottest = select(papers.c.pk, papers.c.hotness).where(is_wanted(papers.c.pk, reader))
    hottest = hottest.order_by(papers.c.hotness.desc(), papers.c.pk.desc())
    return [(pk, score) for pk, score in connection.execute(hottest.limit(limit).offset(offset))]


def insert_papers(connection: Connection, new: Sequence[NewPaper], now: datetime) -> None:
    """Write new papers with their authors, categories and links."""
    if not new:
        return
    names = ("pk", "id", *_columns(new[0].content, 0.0), "added_at")
    rows = ((p.pk, p.id, *_columns(p.content, p.hotness).values(), now) for p in new)
    insert_rows(connection, papers, names, rows)
    _insert_parts(connection, ((p.pk, p.content) for p in new))


def update_papers(connection: Connection, changed: Sequence[NewPaper]) -> None:
    """Write papers anew in place of what they were."""
    if not changed:
        return
    rows = [{"this_pk": p.pk, "id": p.id, **_columns(p.content, p.hotness)} for p in changed]
    connection.execute(update(papers).where(papers.c.pk == bindparam("this_pk")), rows)
    pks = [p.pk for p in changed]
    for table in (paper_authors, paper_categories, paper_links):
        connection.execute(delete(table).where(_among(table.c.paper_pk)), {"pks": pks})
    _insert_parts(connection, ((p.pk, p.content) for p in changed))


def add_own_counts(connection: Connection, pk: int, upvotes: int, comments: int) -> None:
    """Add votes and comments of our own readers to a paper's."""
    more = {"upvotes_own": papers.c.upvotes_own + upvotes, "comments_own": papers.c.comments_own + comments}
    connection.execute(update(papers).where(papers.c.pk == pk).values(more))


def delete_papers(connection: Connection, pks: Sequence[int]) -> None:
    """Take papers out of the record with all that belongs to them."""
    for start in range(0, len(pks), CHUNK):
        connection.execute(delete(papers).where(_among(papers.c.pk)), {"pks": list(pks[start : start + CHUNK])})


def _columns(content: PaperContent, hotness: float) -> Mapping[str, Any]:
    return {
        "title": content.title,
        "abstract": content.abstract,
        "summary": content.summary,
        "author_count": content.author_count,
        "organization": content.organization,
        "published_on": content.published_on,
        "keywords": list(content.keywords),
        "venue": content.venue,
        "upvotes_imported": content.upvotes,
        "comments_imported": content.comments,
        "edition_on": content.edition_on,
        "hotness": hotness,
        "is_sample": content.is_sample,
    }


def _insert_parts(connection: Connection, contents: Iterable[tuple[int, PaperContent]]) -> None:
    authors: list[tuple[int | str, ...]] = []
    categories: list[tuple[int | str, ...]] = []
    links: list[tuple[int | str, ...]] = []
    for pk, content in contents:
        authors += [(pk, n, name) for n, name in enumerate(content.authors, 1)]
        categories += [(pk, n, name) for n, name in enumerate(content.categories, 1)]
        links += [(pk, n, link.kind, link.url) for n, link in enumerate(content.links, 1)]
    insert_rows(connection, paper_authors, ("paper_pk", "position", "name"), authors)
    insert_rows(connection, paper_categories, ("paper_pk", "position", "category"), categories)
    insert_rows(connection, paper_links, ("paper_pk", "position", "kind", "url"), links)
