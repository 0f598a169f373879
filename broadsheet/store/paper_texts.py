"""The texts of papers, for whoever needs nothing else of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from broadsheet.store.loading import given, is_given
from broadsheet.store.tables import papers

_TEXTS = select(papers.c.pk, papers.c.title, papers.c.abstract, papers.c.summary).where(is_given(papers.c.pk))


def find_texts(connection: Connection, pks: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return title and text (abstract, else summary) of each of these pks (at most 500) that is a paper's."""
    rows = connection.execute(_TEXTS, given(pks)).all()
    return {pk: (title, abstract or summary) for pk, title, abstract, summary in rows}
