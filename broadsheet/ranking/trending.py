"""Trending: one number a paper that is stored when something happens to it and never changes as time passes.

    points = voters + min(comments / 2, 1 + voters) + sqrt(elsewhere / 10)
    weight = (1/2 / typical of all papers, within 1 and 8) * (typical of all / typical of its field, within 1/2 and 4)
    score  = log2(1 + weight * points) + announcement days since 2020-01-01 / 2

where `elsewhere` is made of the upvotes and comments that were imported as the first two terms are of our own, and
`typical` are the mean points of a paper. Logarithm of the interest plus absolute time, after Reddit's `hot`
(reddit/r2/lib/db/_sorts.pyx) and Lobsters' `calculated_hotness` (app/models/story.rb), from which the cap on comments
comes too. Other than in Hacker News' (p - 1) / (t + 2) ** 1.8 and in Lemmy's, the order of two papers moves only when
somebody votes, so the number can be stored and indexed. Twice the interest stands beside a paper that is one half-life
younger. Time is counted in announcement days: a weekend ages nothing. What was weighed and measured:
docs/decisions/0018-trending.md
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from broadsheet.domain.calendar import announcement_day_number

VERSION = 2
HALF_LIFE_DAYS = 2.0
COMMENT_WEIGHT = 0.5
# So many upvotes elsewhere count as one vote here; a hundred times as many as ten.
ELSEWHERE_A_VOTE = 10
# A site whose typical paper has this many points gives each vote its plain weight; a quieter one up to MOST_LIFT times.
PLAIN_TYPICAL, MOST_LIFT = 0.5, 8.0
LEAST_OF_FIELD, MOST_OF_FIELD = 0.5, 4.0
# How many papers of the average field stand beside a field's own when its typical interest is worked out.
PAPERS_OF_DOUBT = 10
# Over how many of the newest announcement days typical interest is worked out.
DAYS_OF_TYPICAL = 20
# The name under which the typical interest of all papers stands beside those of the fields.
ALL_FIELDS = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What people did with a paper: voters and comments that count here, and the numbers that came from elsewhere."""

    voters: int
    comments: int = 0
    upvotes_elsewhere: int = 0
    comments_elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Trending:
    """A score with its parts; `score` is their sum. `weight` is what the weight of a vote adds or takes."""

    interest: float
    weight: float
    recency: float

    @property
    def score(self) -> float:
        return self.interest + self.weight + self.recency

    @property
    def within_day(self) -> float:
        """What orders the papers of one edition: all but the day."""
        return self.interest + self.weight

    def parts(self) -> dict[str, float]:
        """Return the parts by name, for "why is this here?"."""
        return {
            "interest": round(self.interest, 4),
            "weight": round(self.weight, 4),
            "recency": round(self.recency, 4),
        }


def trending(counts: Counts, weight: float, shown_on: date | None) -> Trending:
    """Score a paper that was last in an edition on a day; one that never was comes last."""
    points = points_of(counts)
    interest = math.log2(1 + points)
    added = math.log2(1 + weight * points) - interest
    return Trending(interest, added, announcement_day_number(shown_on or date.min) / HALF_LIFE_DAYS)


def within_group(votes: int, added_on: date) -> Trending:
    """Score a paper within a group by the votes there alone; the day on which it was added is its day."""
    return trending(Counts(votes), 1.0, added_on)


def points_of(counts: Counts) -> float:
    """Return what people did with a paper as votes, at least 0; many upvotes elsewhere count as few votes here."""
    elsewhere = _with_comments(counts.upvotes_elsewhere, counts.comments_elsewhere)
    return _with_comments(counts.voters, counts.comments) + math.sqrt(elsewhere / ELSEWHERE_A_VOTE)


def _with_comments(votes: int, comments: int) -> float:
    votes = max(0, votes)
    return votes + min(COMMENT_WEIGHT * max(0, comments), 1 + votes)


def weight_of(field: str, typicals: Mapping[str, float]) -> float:
    """Return how much a vote counts in a field: more where few vote; 1 where nothing is known of anything.

    A paper's field is its first category: arXiv's moderators watch over that one, cross-lists are the authors' own.
    """
    overall = typicals.get(ALL_FIELDS, 0.0)
    if overall <= 0.0:
        return 1.0
    lift = min(MOST_LIFT, max(1.0, PLAIN_TYPICAL / overall))
    ratio = overall / max(typicals.get(field, overall), 1e-9)
    return lift * min(MOST_OF_FIELD, max(LEAST_OF_FIELD, ratio))


def typical_points(total: float, papers: int, overall: float) -> float:
    """Return the points of a typical paper of a field with `papers` of them and `total` points in all.

    A field with few papers is drawn towards the mean over all fields, `overall`.
    """
    return (total + PAPERS_OF_DOUBT * overall) / (papers + PAPERS_OF_DOUBT)
