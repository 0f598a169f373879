"""Papers that stand here only as the built-in sample."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from broadsheet.store.tables import papers


def count_sample_papers(connection: Connection) -> int:
    """Count the papers that stand here only as the built-in sample."""
    return connection.execute(select(func.count()).select_from(papers).where(papers.c.is_sample)).scalar_one()


def list_sample_pks(connection: Connection) -> list[int]:
    """Return the sample papers."""
    return list(connection.execute(select(papers.c.pk).where(papers.c.is_sample)).scalars())
