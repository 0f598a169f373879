"""Papers that not everyone sees: why, and the condition by which lists and counts leave them out.

Lists read through `papers.list_papers`, which drops them; what counts or cuts by SQL adds `is_shown`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, func, literal_column, select, update

from broadsheet.domain.paper import BY_GROUP, WAITING
from broadsheet.store.tables import papers, records

_CHUNK = 500
# What a source brings from outside is for everyone: only a curator's word stands against it.
_PROVISIONAL = (WAITING, BY_GROUP)
# Written out, for the index papers_hidden holds these few and SQLite sees that only by the letter.
_IS_HIDDEN = papers.c.hidden != literal_column("''")
_HIDDEN = select(papers.c.pk).where(_IS_HIDDEN)


def is_shown(column: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a column names a paper that everyone sees."""
    return column.not_in(_HIDDEN)


def set_hidden(connection: Connection, pk: int, why: str) -> None:
    """Hide a paper for a reason, or show it with ""."""
    connection.execute(update(papers).where(papers.c.pk == pk).values(hidden=why))


def find_hidden(connection: Connection, pk: int) -> str:
    """Return why a paper is hidden, "" where it is not."""
    return str(connection.execute(select(papers.c.hidden).where(papers.c.pk == pk)).scalar() or "")


def count_hidden(connection: Connection) -> int:
    """Count the papers that not everyone sees."""
    return connection.execute(select(func.count()).select_from(papers).where(_IS_HIDDEN)).scalar_one()


def list_reasons(connection: Connection, pks: Sequence[int]) -> dict[int, str]:
    """Return why each of these papers is hidden that is."""
    found: dict[int, str] = {}
    for start in range(0, len(pks), _CHUNK):
        chunk = pks[start : start + _CHUNK]
        rows = select(papers.c.pk, papers.c.hidden).where(papers.c.pk.in_(chunk), _IS_HIDDEN)
        found.update((pk, why) for pk, why in connection.execute(rows))
    return found


def drop_provisional(connection: Connection, named: Mapping[str, int]) -> dict[str, int]:
    """Return papers by their names without those that nobody from outside has brought yet."""
    reasons = list_reasons(connection, list(named.values()))
    return {name: pk for name, pk in named.items() if reasons.get(pk) not in _PROVISIONAL}


def list_provisional(connection: Connection, digests: Sequence[str]) -> list[int]:
    """Return the papers of these records that only wait for somebody from outside to bring them as well."""
    is_provisional = papers.c.hidden.in_(_PROVISIONAL)
    if connection.execute(select(papers.c.pk).where(_IS_HIDDEN, is_provisional).limit(1)).first() is None:
        return []
    found: set[int] = set()
    for start in range(0, len(digests), _CHUNK):
        rows = select(papers.c.pk).join(records, records.c.paper_pk == papers.c.pk)
        chunk = rows.where(records.c.digest.in_(digests[start : start + _CHUNK]), is_provisional)
        found.update(connection.execute(chunk).scalars())
    return sorted(found)
