"""Papers whose title was typed, put before all others.

A title counts as typed where its words are those of the query, case and punctuation aside: the whole title, or what
stands before its colon (`AutoCoder: Enhancing Code ...`). Conditions of the query still hold.
"""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

from broadsheet.index.documents import as_one_term
from broadsheet.index.protocol import Hit
from broadsheet.index.text import TextSide

MOST = 10
WHOLE, START = 2.0, 1.0


def find_titled(text: TextSide, typed: str, where: tantivy.Query | None) -> dict[int, float]:
    """Return the pks of papers whose title was typed, with WHOLE or START."""
    clauses = [
        tantivy.Query.const_score_query(text.term(field, term), worth)
        for term in as_one_term(text.names, typed)
        for field, worth in (("whole_title", WHOLE), ("title_start", START))
    ]
    if not clauses:
        return {}
    pks, worths, *_ = text.best(clauses, where, MOST)
    return dict(zip(pks.tolist(), worths.tolist(), strict=True))


def titled_first(hits: Sequence[Hit], titled: dict[int, float]) -> list[Hit]:
    """Return hits with the titled ones first, by worth; their part `title` lifts them above the best of the others."""
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    known = {hit.pk: hit for hit in hits}
    first = []
    for pk, worth in titled.items():
        hit = known.pop(pk, Hit(pk, 0.0))
        lift = worth * best
        first.append(Hit(pk, hit.score + lift, {**hit.parts, "title": round(lift, 6)}))
    return [*sorted(first, key=lambda hit: (-hit.score, -hit.pk)), *known.values()]
