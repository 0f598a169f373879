"""Read what readers ask for: editions, trending, search, one paper, similar ones. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from sqlalchemy import Connection

from broadsheet.domain.days import Period, period_of
from broadsheet.domain.errors import Invalid
from broadsheet.domain.identifiers import find_arxiv_id, find_doi, find_openreview_id
from broadsheet.domain.listing import WHENEVER, Arrived, Beside, Edition, Listing, Moments, Ranked
from broadsheet.domain.paper import Paper
from broadsheet.domain.query import InLibrary, Leaf, PaperIdIs, Query, all_of, leaves, parse_query, with_leaves
from broadsheet.index.protocol import Found, Highlighter, Hit, SearchIndex
from broadsheet.store import (
    announced,
    arrivals,
    dismissals,
    editions,
    library,
    moments,
    papers,
    presses,
    sample_papers,
    trending,
    visibility,
)
from broadsheet.store.database import Database
from broadsheet.usecases.embedding import Models

FACETS_UP_TO = 20_000
NO_READER = "Sign in to look in your library."
MOST_NEW = 100_000
NOTHING_SAVED = "Nothing is saved in the library yet."


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a search found.

    `exact` says that the first entry is the very paper whose id was typed; `notice` why the reader's library gives
    nothing.
    """

    query: Query
    listing: Listing
    highlight: Highlighter
    mode: str = "text"
    exact: bool = False
    notice: str = ""
    mend: Callable[[], str] = lambda: ""

    @property
    def suggestion(self) -> str:
        """The query as it may have been meant, empty where no word stands in no paper."""
        return self.mend()


def read_edition(
    database: Database, period: Period, limit: int, offset: int = 0, arrived: Arrived = WHENEVER
) -> Edition:
    """Return a period's papers, best first; an empty listing for one without papers."""
    with database.read() as connection:
        count = editions.count_edition(connection, period, arrived)
        rows = editions.list_edition(connection, period, limit, offset, arrived) if offset < count else []
        shown = papers.list_papers(connection, [pk for pk, _ in rows])
        before = editions.find_edition_before(connection, period.first_on)
        after = editions.find_edition_after(connection, period.last_on)
        has_sample = sample_papers.count_sample_papers(connection) > 0
        late = presses.list_late(connection, period.first_on, period.last_on)
        complete = announced.find_completeness(connection, period.first_on) if period.kind == "day" else None
        is_bound = arrived.after or arrived.through
        whole = editions.count_edition(connection, period, Arrived(reader=arrived.reader)) if is_bound else count
    entries = _ranked(
        [(paper, score, {"interest": round(score, 4)}) for paper, (_, score) in zip(shown, rows, strict=True)], offset
    )
    entries = tuple(replace(entry, is_late=True) if entry.paper.pk in late else entry for entry in entries)
    listing = Listing(entries, count, offset, limit, arrived.through)
    return Edition(period, listing, before, after, has_sample, complete, whole)


def read_front_page(
    database: Database, today: date, limit: int, offset: int = 0, arrived: Arrived = WHENEVER
) -> Edition:
    """Return today's edition, or the newest one before it that has papers, or today's empty one."""
    period = period_of("day", today)
    with database.read() as connection:
        if editions.count_edition(connection, period, replace(arrived, after=0)) == 0:
            newest = editions.find_edition_before(connection, today)
            period = period_of("day", newest) if newest else period
    return read_edition(database, period, limit, offset, arrived)


def read_trending(
    database: Database, limit: int, offset: int = 0, arrived: Arrived = WHENEVER, *, with_parts: bool = True
) -> Listing:
    """Return the papers by their stored trending score, highest first, with the parts of each where they are wanted."""
    with database.read() as connection:
        count = papers.count_papers(connection, arrived)
        rows = papers.list_trending(connection, limit, offset, arrived) if offset < count else []
        shown = papers.list_papers(connection, [pk for pk, _ in rows])
        scores = trending.list_scores(connection, [pk for pk, _ in rows]) if with_parts else {}
    parts = {pk: found.parts() for pk, found in scores.items()}
    scored = [(paper, score, parts.get(paper.pk, {})) for paper, (_, score) in zip(shown, rows, strict=True)]
    return Listing(_ranked(scored, offset), count, offset, limit, arrived.through)


def read_paper(database: Database, paper_id: str, reader: int | None = None) -> Paper:
    """Return one paper by any of its ids, as far as this reader may see it; raises NotFound."""
    with database.read() as connection:
        return visibility.get_paper_for(connection, paper_id, reader)


def read_moments(database: Database, listing: Listing) -> tuple[dict[int, Moments], datetime | None]:
    """Return when the papers of a list came and changed, by pk, and when the newest paper of all came."""
    with database.read() as connection:
        return (
            moments.list_moments(connection, [entry.paper.pk for entry in listing.entries]),
            moments.find_newest(connection),
        )


def read_categories(database: Database, limit: int) -> list[tuple[str, int]]:
    """Return the categories that there are with the number of their papers, most first."""
    with database.read() as connection:
        return moments.list_categories(connection, limit)


def read_edition_days(database: Database) -> list[date]:
    """Return the days that have an edition, newest first."""
    with database.read() as connection:
        return [day for day, _ in editions.list_edition_days(connection)]


def greatest_pk(database: Database) -> int:
    """Return the pk up to which papers can be walked over, 0 where there is none."""
    with database.read() as connection:
        return arrivals.newest_shown_pk(connection)


def read_ids(database: Database, first_pk: int, last_pk: int) -> list[tuple[str, datetime]]:
    """Return the ids of the papers between two pks, both included, and when each last changed."""
    with database.read() as connection:
        return moments.list_ids_between(connection, first_pk, last_pk)


@dataclass(frozen=True, slots=True)
class Start:
    """Where in a list to begin; `through`, which the listing before told, keeps the list from moving on meanwhile.

    `reader` is whose library `in:library` means, and whose unwanted papers are left out; nobody's where it is None.
    `after` leaves out papers up to that pk. `is_counted` is False where nobody asks how many there are.
    """

    offset: int = 0
    through: int = 0
    reader: int | None = None
    after: int = 0
    is_counted: bool = True


FROM_THE_FIRST = Start()


def search_papers(
    database: Database,
    index: SearchIndex,
    text: str,
    limit: int,
    models: Models | None = None,
    start: Start = FROM_THE_FIRST,
) -> SearchAnswer:
    """Return what a query finds, best first; a paper whose id or address was typed comes before all, wanted or not.

    With `models` the meaning counts as well as the words, as soon as the papers' vectors are there.
    """
    query = parse_query(text)
    offset, through = start.offset, start.through or index.newest_pk()
    meaning = models.meaning_of(query.meaning) if models else None
    with database.read() as connection:
        named = _find_named(connection, query.text)
        query = _with_library(connection, _with_present_ids(connection, query), start.reader)
        notice = _notice(query, start.reader)  # before the query is narrowed to pks, which is no asking for a library
        query = newer_than(connection, query, Arrived(start.after, through))
        unwanted = dismissals.list_dismissed_pks(connection, start.reader)
    query = replace(query, unwanted=unwanted, is_counted=start.is_counted)
    bound = start.through or None
    if named is not None and not start.after < named.pk <= (start.through or named.pk):
        named = None
    if query.is_empty:
        found = Found((), 0)
    elif named is not None:
        whole = index.search(query, offset + limit + 1, 0, meaning, bound)
        found = _with_named_first(whole, named.pk, limit, offset)
    else:
        found = index.search(query, limit, offset, meaning, bound)
        if any(hit.pk > through for hit in found.hits):  # what came this moment belongs to the next reading
            found = index.search(query, limit, offset, meaning, through)
    with database.read() as connection:
        listing = replace(_listing(connection, found, limit, offset), through=through)
    mode = "hybrid" if meaning else "text"
    mend = partial(index.mended, query) if named is None else str
    return SearchAnswer(query, listing, index.highlighter(query), mode, named is not None, notice, mend)


def look_beside(index: SearchIndex, answer: SearchAnswer) -> Beside:
    """Return what stands beside the results: the suggestion, and the facets of what matches by words.

    No facets where an id was typed, nor where more than FACETS_UP_TO papers match: words must narrow that first.
    """
    is_wide = answer.listing.count > FACETS_UP_TO
    facets = () if answer.exact or is_wide else index.facets(answer.query)
    return Beside(answer.suggestion, facets, answer.notice)


def nearest_papers(database: Database, index: SearchIndex, text: str, limit: int, models: Models) -> SearchAnswer:
    """Return the papers nearest in meaning alone, nearest first; none while there are no vectors."""
    query = parse_query(text)
    meaning = models.meaning_of(query.meaning)
    found = index.near(meaning, limit) if meaning else Found((), 0)
    with database.read() as connection:
        listing = _listing(connection, found, limit, 0)
    return SearchAnswer(query, listing, index.highlighter(query), "vector", mend=partial(index.mended, query))


def similar_papers(
    database: Database,
    index: SearchIndex,
    paper: Paper,
    limit: int,
    models: Models | None = None,
    reader: int | None = None,
) -> Listing:
    """Return the papers most like one, most alike first: by words, and with `models` by meaning too."""
    serving = models.serving() if models else None
    with database.read() as connection:
        unwanted = dismissals.list_dismissed_pks(connection, reader)
        found = index.similar(paper, limit + len(unwanted), serving.model_id if serving else None)
        hits = tuple(hit for hit in found.hits if hit.pk not in unwanted)
        count = found.count - (len(found.hits) - len(hits))
        return _listing(connection, Found(hits[:limit], count), limit, 0)


def _with_present_ids(connection: Connection, query: Query) -> Query:
    """Return a query that asks for papers by the ids that they have now, whichever of their ids was typed."""
    asked = {leaf for leaf, _ in leaves(query.tree) if isinstance(leaf, PaperIdIs)}
    found = {leaf: papers.find_paper(connection, leaf.id) for leaf in asked}
    present: dict[Leaf, Leaf] = {leaf: PaperIdIs(paper.id) for leaf, paper in found.items() if paper}
    return replace(query, tree=with_leaves(query.tree, present)) if present else query


def _with_library(connection: Connection, query: Query, reader: int | None) -> Query:
    """Return a query that knows what its reader saved."""
    if reader is None or not query.asks_for_library:
        return query
    return query.knowing_library(frozenset(library.list_saved_pks(connection, reader)))


def newer_than(connection: Connection, query: Query, arrived: Arrived) -> Query:
    """Return a query for the papers that arrived then alone: the index looks among them as in a library."""
    if not arrived.after or query.is_empty:
        return query
    pks = frozenset(arrivals.list_arrivals(connection, arrived, MOST_NEW + 1))
    if len(pks) > MOST_NEW:
        raise Invalid("since", f"More than {MOST_NEW:,} papers came since then: search without since.")
    return replace(query, tree=all_of((query.tree, InLibrary(pks))))


def _notice(query: Query, reader: int | None) -> str:
    if not query.asks_for_library:
        return ""
    is_empty = any(leaf == InLibrary(frozenset()) for leaf, _ in leaves(query.tree))
    return NO_READER if reader is None else NOTHING_SAVED if is_empty else ""


def _with_named_first(whole: Found, pk: int, limit: int, offset: int) -> Found:
    """Return a page of hits with the paper that was named before all others, wherever words alone would put it."""
    others = [hit for hit in whole.hits if hit.pk != pk]
    first = Hit(pk, 1.0 + max((hit.score for hit in others), default=0.0), {"id": 1.0})
    count = max(whole.count, len(others) + 1)
    return Found(tuple([first, *others][offset : offset + limit]), count)


def _find_named(connection: Connection, text: str) -> Paper | None:
    name = find_arxiv_id(text) or find_doi(text) or find_openreview_id(text)
    return papers.find_paper(connection, name) if name else None


def _listing(connection: Connection, found: Found, limit: int, offset: int) -> Listing:
    shown = {paper.pk: paper for paper in papers.list_papers(connection, [hit.pk for hit in found.hits])}
    scored = [(shown[hit.pk], hit.score, hit.parts) for hit in found.hits if hit.pk in shown]
    return Listing(_ranked(scored, offset), found.count, offset, limit)


def _ranked(scored: Sequence[tuple[Paper, float, dict[str, float]]], offset: int) -> tuple[Ranked, ...]:
    return tuple(Ranked(rank, score, parts, paper) for rank, (paper, score, parts) in enumerate(scored, offset + 1))
