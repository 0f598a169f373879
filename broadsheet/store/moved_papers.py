"""What readers gave to a paper goes along when papers become one: votes, comments, places in libraries and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, delete, exists, func, select, update

from broadsheet.domain.submissions import APPROVED
from broadsheet.store import community_tables, group_papers, library_tables
from broadsheet.store.papers import CHUNK
from broadsheet.store.tables import papers
from broadsheet.store.trending import rescore

# A visit is no gift: it neither keeps a paper nor goes along.
_TABLES = tuple(
    table
    for room in (community_tables, library_tables)
    for table in vars(room).values()
    if isinstance(table, Table) and "paper_pk" in table.c and table is not library_tables.visits
)


def move_papers(connection: Connection, moves: Mapping[int, int]) -> list[int]:
    """Let all that readers gave to a key of `moves` belong to its value; where both have it, the first is kept.

    Votes of one reader for both become one vote, that does not count where either did not, nor where its reader brought
    either paper or is its author; counts are made anew. Returns the papers that may have other counts now.
    """
    touched = list_touched(connection, list(moves))
    for gone in sorted(touched):
        stays = moves[gone]
        _settle_votes(connection, gone, stays)
        for table in _TABLES:
            # A row whose like is there already stays behind, and goes with its paper.
            connection.execute(
                update(table).prefix_with("OR IGNORE").where(table.c.paper_pk == gone).values(paper_pk=stays)
            )
            connection.execute(delete(table).where(table.c.paper_pk == gone))
    recounted = sorted({moves[gone] for gone in touched})
    for stays in recounted:
        _discount_own(connection, stays)
        _settle_dismissals(connection, stays)
        recount(connection, stays)
    return recounted


def list_touched(connection: Connection, pks: Sequence[int]) -> set[int]:
    """Return which of these papers readers gave anything to."""
    found: set[int] = set()
    for start in range(0, len(pks), CHUNK):
        for table in _TABLES:
            given = select(table.c.paper_pk).where(table.c.paper_pk.in_(pks[start : start + CHUNK]))
            found.update(connection.execute(given).scalars())
    return found


def recount(connection: Connection, pk: int) -> None:
    """Count a paper's own votes and comments anew, in groups too, and score it."""
    votes, comments = community_tables.votes, community_tables.comments
    own = select(func.count()).select_from(votes).where(votes.c.paper_pk == pk, votes.c.counts)
    said = select(func.count()).select_from(comments).where(comments.c.paper_pk == pk, comments.c.deleted_at.is_(None))
    counted = {"upvotes_own": own.scalar_subquery(), "comments_own": said.scalar_subquery()}
    connection.execute(update(papers).where(papers.c.pk == pk).values(**counted))
    group_papers.recount(connection, library_tables.group_papers.c.paper_pk == pk)
    rescore(connection, pk)


def _discount_own(connection: Connection, pk: int) -> None:
    """Let nobody's vote count who brought a paper or is a confirmed author of it."""
    votes, brought, claims = community_tables.votes, community_tables.submissions, community_tables.claims
    submitters = select(brought.c.reader_pk).where(brought.c.paper_pk == pk, brought.c.reader_pk.is_not(None))
    authors = select(claims.c.reader_pk).where(claims.c.paper_pk == pk, claims.c.state == APPROVED)
    own = votes.c.reader_pk.in_(submitters) | votes.c.reader_pk.in_(authors)
    connection.execute(update(votes).where(votes.c.paper_pk == pk, own).values(counts=False))


def _settle_votes(connection: Connection, gone: int, stays: int) -> None:
    """Where somebody voted for both and one of the votes does not count, let neither count."""
    votes = community_tables.votes
    other = votes.alias()
    twin = (other.c.paper_pk == gone) & (other.c.reader_pk == votes.c.reader_pk) & ~other.c.counts
    connection.execute(update(votes).where(votes.c.paper_pk == stays, exists().where(twin)).values(counts=False))


def _settle_dismissals(connection: Connection, stays: int) -> None:
    """Let nobody keep a paper and not want to see it."""
    dismissals, library = library_tables.dismissals, library_tables.library
    kept = (library.c.paper_pk == stays) & (library.c.reader_pk == dismissals.c.reader_pk)
    connection.execute(delete(dismissals).where(dismissals.c.paper_pk == stays, exists().where(kept)))
