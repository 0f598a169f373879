"""Papers in the record: find them, list them, write them. Each function's first argument is the connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, select, update

from broadsheet.domain.errors import NotFound
from broadsheet.domain.listing import WHENEVER, Arrived
from broadsheet.domain.paper import Paper, PaperContent
from broadsheet.store.bulk import insert_rows
from broadsheet.store.dismissals import count_dismissed, is_wanted
from broadsheet.store.facts import find_fact, set_fact
from broadsheet.store.hiding import count_hidden, is_shown
from broadsheet.store.loading import load_papers
from broadsheet.store.tables import paper_authors, paper_categories, paper_keys, paper_links, papers

CHUNK = 500
Scored = list[tuple[int, float]]
Rows = TypeVar("Rows", bound=Select[Any])
_HIGHEST_GONE = "highest_pk_gone"


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper to be written, under the pk and id that were chosen for it."""

    pk: int
    id: str
    content: PaperContent
    hotness: float
    hidden: str = ""


def find_paper(connection: Connection, paper_id: str, *, with_hidden: bool = False) -> Paper | None:
    """Return the paper with this id (a former id or an arXiv id or DOI serves as well), or None.

    `with_hidden` finds what not everyone may see as well: whoever asks for it says who is shown it.
    """
    pk = connection.execute(select(papers.c.pk).where(papers.c.id == paper_id)).scalar()
    if pk is None:
        names = [f"{scheme}:{paper_id}" for scheme in ("id", "arxiv", "doi", "openreview")]
        found = select(paper_keys.c.paper_pk).where(paper_keys.c.key.in_(names)).limit(1)
        pk = connection.execute(found).scalar()
    return None if pk is None else next(iter(list_papers(connection, [pk], with_hidden=with_hidden)), None)


def find_pks_by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the pk of each of these ids that is a paper's present one."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = select(papers.c.id, papers.c.pk).where(papers.c.id.in_(ids[start : start + CHUNK]))
        found.update((paper_id, pk) for paper_id, pk in connection.execute(chunk))
    return found


def get_paper(connection: Connection, paper_id: str, *, with_hidden: bool = False) -> Paper:
    """Return the paper with this id; raises NotFound."""
    paper = find_paper(connection, paper_id, with_hidden=with_hidden)
    if paper is None:
        raise no_paper()
    return paper


def no_paper() -> NotFound:
    """Return the error that says that a paper is not here; the same for one that is hidden."""
    return NotFound("There is no paper with this id here: look for its title instead.")


def list_papers(connection: Connection, pks: Sequence[int], *, with_hidden: bool = False) -> list[Paper]:
    """Return the papers with these pks in the same order; those that are gone or hidden are left out.

    This is where hidden papers are kept from whatever is shown, indexed or counted by its entries. Links are as readers
    edited them. The number of statements does not grow with the list (up to CHUNK papers a round).
    """
    found = _load_all(connection, pks, as_stored=False)
    return [found[pk] for pk in pks if pk in found and (with_hidden or not found[pk].hidden)]


def list_stored(connection: Connection, pks: Sequence[int]) -> list[Paper]:
    """Return papers as `list_papers` does, as their records made them: hidden ones too, links without edits."""
    found = _load_all(connection, pks, as_stored=True)
    return [found[pk] for pk in pks if pk in found]


def _load_all(connection: Connection, pks: Sequence[int], *, as_stored: bool) -> dict[int, Paper]:
    found: dict[int, Paper] = {}
    for start in range(0, len(pks), CHUNK):
        found.update(load_papers(connection, pks[start : start + CHUNK], as_stored=as_stored))
    return found


def _among(column: ColumnElement[int]) -> ColumnElement[bool]:
    return column.in_(bindparam("pks", expanding=True))


def count_papers(connection: Connection, arrived: Arrived = WHENEVER) -> int:
    """Count the papers that everyone sees."""
    shown = select(func.count()).select_from(papers).where(is_shown(papers.c.pk))
    if arrived.after:
        return connection.execute(bounded(shown, papers.c.pk, arrived)).scalar_one()
    # Counting all is quick, and so are the few that came later; going through the rows up to a pk is not.
    unseen = count_hidden(connection) + (count_dismissed(connection, arrived.reader) if arrived.reader else 0)
    if arrived.through:
        later = bounded(shown, papers.c.pk, Arrived(arrived.through, 0, arrived.reader))
        unseen += connection.execute(later).scalar_one()
    return connection.execute(select(func.count()).select_from(papers)).scalar_one() - unseen


def bounded(rows: Rows, pk: ColumnElement[int], arrived: Arrived) -> Rows:
    """Return a selection of those papers alone; `pk` is the column that names them."""
    rows = rows.where(pk > arrived.after) if arrived.after else rows
    rows = rows.where(pk <= arrived.through) if arrived.through else rows
    return rows if arrived.reader is None else rows.where(is_wanted(pk, arrived.reader))


def next_pk(connection: Connection) -> int:
    """Return a pk above all that ever were in use; good while the caller holds the writer."""
    return newest_pk(connection) + 1


def newest_pk(connection: Connection) -> int:
    """Return the highest pk that was ever given, 0 where there was none: whoever knows papers up to it knows all."""
    highest = connection.execute(select(func.max(papers.c.pk))).scalar() or 0
    return max(highest, int(find_fact(connection, _HIGHEST_GONE) or 0))


def list_pks_after(connection: Connection, pk: int, limit: int) -> list[int]:
    """Return up to `limit` pks above `pk`, ascending: the way to walk over all papers."""
    walk = select(papers.c.pk).where(papers.c.pk > pk).order_by(papers.c.pk).limit(limit)
    return list(connection.execute(walk).scalars())


def count_after(connection: Connection, pk: int) -> int:
    """Count the papers with a pk above this one."""
    return connection.execute(select(func.count()).select_from(papers).where(papers.c.pk > pk)).scalar_one()


def list_trending(connection: Connection, limit: int, offset: int = 0, arrived: Arrived = WHENEVER) -> Scored:
    """Return (pk, trending score) with the highest first, ties newest first, without hidden papers."""
    hottest = select(papers.c.pk, papers.c.hotness).where(is_shown(papers.c.pk))
    hottest = bounded(hottest.order_by(papers.c.hotness.desc(), papers.c.pk.desc()), papers.c.pk, arrived)
    return [(pk, score) for pk, score in connection.execute(hottest.limit(limit).offset(offset))]


def insert_papers(connection: Connection, new: Sequence[NewPaper], now: datetime) -> None:
    """Write new papers with their authors, categories and links."""
    if not new:
        return
    names = ("pk", "id", *_columns(new[0].content, 0.0), "added_at", "hidden")
    rows = ((p.pk, p.id, *_columns(p.content, p.hotness).values(), now, p.hidden) for p in new)
    insert_rows(connection, papers, names, rows)
    _insert_parts(connection, ((p.pk, p.content) for p in new))


def update_papers(connection: Connection, changed: Sequence[NewPaper]) -> None:
    """Write papers anew in place of what they were, all but their score: that is for `store.trending`."""
    if not changed:
        return
    rows = [{"this_pk": p.pk, "id": p.id, **_columns(p.content, 0.0)} for p in changed]
    for row in rows:
        del row["hotness"]
    connection.execute(update(papers).where(papers.c.pk == bindparam("this_pk")), rows)
    pks = [p.pk for p in changed]
    for table in (paper_authors, paper_categories, paper_links):
        connection.execute(delete(table).where(_among(table.c.paper_pk)), {"pks": pks})
    _insert_parts(connection, ((p.pk, p.content) for p in changed))


def add_own_counts(connection: Connection, pk: int, upvotes: int, comments: int) -> None:
    """Add votes and comments of our own readers to a paper's."""
    more = {"upvotes_own": papers.c.upvotes_own + upvotes, "comments_own": papers.c.comments_own + comments}
    connection.execute(update(papers).where(papers.c.pk == pk).values(more))


def get_id(connection: Connection, pk: int) -> str:
    """Return the present id of a paper that is here."""
    return str(connection.execute(select(papers.c.id).where(papers.c.pk == pk)).scalar_one())


def delete_papers(connection: Connection, pks: Sequence[int]) -> None:
    """Take papers out of the record with all that belongs to them; their pks are never given again."""
    if pks:
        set_fact(connection, _HIGHEST_GONE, str(newest_pk(connection)))
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
