"""The ways of ranking that the simulation compares; each gives a score for every paper, higher first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from trending_world import Floats, Ints, Rank, State, points_of

from broadsheet.ranking.trending import HALF_LIFE_DAYS, LEAST_OF_FIELD, MOST_LIFT, MOST_OF_FIELD, PLAIN_TYPICAL

ELSEWHERE: dict[str, Callable[[Ints], Floats]] = {
    "not counted": lambda upvotes: 0.0 * upvotes,
    "each as a vote": lambda upvotes: 1.0 * upvotes,
    "each as a tenth": lambda upvotes: 0.1 * upvotes,
    "log2": lambda upvotes: np.log2(1.0 + upvotes),
    "square root": lambda upvotes: np.sqrt(upvotes),
    "root of a tenth": lambda upvotes: np.sqrt(upvotes / 10),
    "log2 of a tenth": lambda upvotes: np.log2(1.0 + upvotes / 10),
}


def _age_hours(state: State) -> Floats:
    return np.maximum(0.0, state.hour - 24.0 * state.papers.day)


def votes_of_a_week(state: State) -> Floats:
    """Raw votes of the last seven days."""
    return 1.0 * state.votes_since(state.hour - 7 * 24)


def hacker_news(state: State) -> Floats:
    """(p - 1) / (t + 2) ** 1.8 with the author's own point in p."""
    return np.asarray(state.votes / (_age_hours(state) + 2) ** 1.8)


def reddit(state: State) -> Floats:
    """log10(max(s, 1)) + seconds / 45000."""
    return np.asarray(np.log10(np.maximum(state.votes, 1)) + state.papers.day * 86_400 / 45_000)


def lobsters(state: State) -> Floats:
    """log10(max(score + 1 + comment points, 1)) + seconds / 79200; comment points capped at the score."""
    talk = np.minimum(0.5 * state.comments, state.votes + 1)
    return np.asarray(np.log10(state.votes + 1 + talk) + state.papers.day * 86_400 / 79_200)


def lemmy(state: State) -> Floats:
    """log(max(1, 3 + s)) / (t + 2) ** 1.8."""
    return np.asarray(np.log(3 + state.votes) / (_age_hours(state) + 2) ** 1.8)


@dataclass(frozen=True)
class Ours:
    """Our form with other numbers in it: `power` 0 weighs no fields, `lift` 1 weighs votes alike on every site."""

    half_life_days: float = HALF_LIFE_DAYS
    power: float = 1.0
    lift: float = MOST_LIFT
    which: str = "first"
    elsewhere: Callable[[Ints], Floats] | None = None
    in_calendar_days: bool = False

    def __call__(self, state: State) -> Floats:
        days = state.papers.day * 5 / 7 if self.in_calendar_days else state.papers.number
        points = self._weight(state) * points_of(state, self.elsewhere)
        return np.asarray(np.log2(1 + points) + days / self.half_life_days)

    def _weight(self, state: State) -> Floats:
        papers, typical = state.papers, state.typicals
        if typical[0] <= 0:
            return np.ones(len(papers.field))
        first = typical[1 + papers.field]
        second = np.where(papers.second >= 0, typical[1 + papers.second], first)
        of_paper = {"busiest": np.maximum(first, second), "first": first, "mean": (first + second) / 2}[self.which]
        lift = min(self.lift, max(1.0, PLAIN_TYPICAL / float(typical[0])))
        return np.asarray(lift * np.clip((typical[0] / of_paper) ** self.power, LEAST_OF_FIELD, MOST_OF_FIELD))


CANDIDATES: dict[str, Rank] = {
    "votes of 7 days": votes_of_a_week,
    "Hacker News": hacker_news,
    "Reddit": reddit,
    "Lobsters": lobsters,
    "Lemmy": lemmy,
    **{f"ours, half-life {h:g}": Ours(h) for h in (0.5, 1, 1.5, 2, 3, 5)},
    "ours in calendar days": Ours(in_calendar_days=True),
    "ours, every vote alike": Ours(power=0.0, lift=1.0),
    "ours, fields alike": Ours(power=0.0),
    "ours, root of field": Ours(power=0.5),
    "ours, by busiest field": Ours(which="busiest"),
    "ours, by mean of fields": Ours(which="mean"),
}
