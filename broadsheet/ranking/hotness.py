"""Hotness: one number a paper that can be stored and sorted, and never has to be worked out again as time passes.

hotness = log10(1 + upvotes + comments_weight * min(comments, comments_cap)) + days since 2020-01-01 / days_per_tenfold

Logarithm of the interest plus absolute time, after Reddit's `hot` (reddit/r2/lib/db/_sorts.pyx) and Lobsters'
`calculated_hotness`: a paper needs ten times the interest to stand beside one that is `days_per_tenfold` younger.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

VERSION = 1
COMMENTS_WEIGHT = 0.5
COMMENTS_CAP = 40
DAYS_PER_TENFOLD = 7.0
_EPOCH = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Hotness:
    """A score with its parts; `score` is their sum."""

    interest: float
    recency: float

    @property
    def score(self) -> float:
        return self.interest + self.recency

    def parts(self) -> dict[str, float]:
        """Return the parts by name, for "why is this here?"."""
        return {"interest": round(self.interest, 4), "recency": round(self.recency, 4)}


def interest(upvotes: int, comments: int) -> float:
    """Return the log-damped interest in a paper, at least 0; the order of papers within one edition."""
    return math.log10(1 + max(0, upvotes) + COMMENTS_WEIGHT * min(max(0, comments), COMMENTS_CAP))


def hotness(upvotes: int, comments: int, shown_on: date | None) -> Hotness:
    """Score a paper that was shown (in an edition, else published) on a day; without a day it has no recency."""
    days = (shown_on - _EPOCH).days if shown_on else -36_500
    return Hotness(interest(upvotes, comments), days / DAYS_PER_TENFOLD)
