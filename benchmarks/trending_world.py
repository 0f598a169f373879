"""An invented community over six weeks: papers of large and small fields, readers whose attention falls by rank.

Everything is drawn from one seed. A run plays the weeks under one way of ranking, for what readers see decides what
they vote for next; `watch` is given the ranking after every quarter of a day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from broadsheet.domain.calendar import announcement_day_number, is_announcement_day
from broadsheet.ranking.trending import COMMENT_WEIGHT, DAYS_OF_TYPICAL, ELSEWHERE_A_VOTE, typical_points

FIRST, DAYS, WARM_UP_DAYS, QUARTERS = date(2026, 1, 5), 45, 14, 4
PER_DAY = np.array([60, 40, 40, 12, 8, 3, 2, 1])  # papers of each field in an announcement
BUSY, SMALL = 3, 5  # fields before BUSY are busy, from SMALL on small
READERS = PER_DAY**1.5  # a paper of a busy field has more readers than one of a quiet field
CROSS_LISTED = 0.25
ON_TRENDING, ON_EDITION, SHOWN = 5, 5, 40
PLANT_FIELD, PLOTTERS = 5, 3

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Papers:
    """All papers, oldest first: calendar day and announcement day number, field and second field (-1), quality."""

    day: Ints
    number: Ints
    field: Ints
    second: Ints
    quality: Floats
    elsewhere: Ints
    is_plant: NDArray[np.bool_]


@dataclass
class State:
    """What has happened until a moment; `hour` counts from the first day, `number` is the announcement day's."""

    papers: Papers
    votes: Ints
    comments: Ints
    elsewhere: Ints
    recent_votes: list[tuple[float, Ints]] = field(default_factory=list)
    hour: float = 0.0
    number: int = 0
    here: int = 0  # papers announced so far
    typicals: Floats = field(default_factory=lambda: np.zeros(1 + len(PER_DAY)))  # of all papers, then of each field

    def votes_since(self, hour: float) -> Ints:
        """Count each paper's votes of the newest hours."""
        found = np.zeros_like(self.votes)
        for when, voted in self.recent_votes:
            if when >= hour:
                np.add.at(found, voted, 1)
        return found


Rank = Callable[[State], Floats]
Watch = Callable[[State, int, int, Ints], None]


def make_papers(random: np.random.Generator, with_elsewhere: bool) -> Papers:
    """Draw the papers; one of poor quality on each Monday is the one that plotters push."""
    day, fields, plants = [], [], []
    for d in range(DAYS):
        on = FIRST + timedelta(days=d)
        if is_announcement_day(on):
            drawn = random.permutation(np.repeat(np.arange(len(PER_DAY)), random.poisson(PER_DAY)))
            if on.weekday() == 0:
                plants.append(len(fields) + len(drawn))
                drawn = np.append(drawn, PLANT_FIELD)
            day += [d] * len(drawn)
            fields += list(drawn)
    of_field, count = np.array(fields), len(fields)
    quality = random.normal(size=count)
    is_plant = np.zeros(count, bool)
    is_plant[plants] = True
    quality[is_plant] = -1.5
    crossed = (of_field >= BUSY) & (random.random(count) < CROSS_LISTED) & ~is_plant
    second = np.where(crossed, random.integers(0, BUSY, count), -1)
    # The other community's taste is half ours, and it looks at some of the papers of the larger fields only.
    taste = 0.5 * quality + np.sqrt(0.75) * random.normal(size=count)
    known = (random.random(count) < 0.15) & (of_field < SMALL) & with_elsewhere
    elsewhere = np.where(known, random.poisson(np.exp(2.5 + taste)), 0)
    numbers = np.array([announcement_day_number(FIRST + timedelta(days=d)) for d in range(DAYS)])
    return Papers(np.array(day), numbers[day], of_field, second, quality, elsewhere, is_plant)


def play(seed: int, voters: int, rank: Rank, watch: Watch, with_elsewhere: bool = False) -> None:
    """Let a community live under one way of ranking."""
    random = np.random.default_rng(seed)
    papers = make_papers(random, with_elsewhere)
    count = len(papers.field)
    of_voter = random.choice(len(PER_DAY), voters, p=READERS / READERS.sum())
    done = np.zeros((voters + PLOTTERS, count), bool)
    state = State(papers, np.zeros(count, int), np.zeros(count, int), np.zeros(count, int))
    order: Ints = np.zeros(0, int)
    for d in range(DAYS):
        on = FIRST + timedelta(days=d)
        state.number = announcement_day_number(on)
        state.here = int(np.searchsorted(papers.day, d, side="right"))
        state.elsewhere = np.where(papers.day < d, papers.elsewhere, 0)
        state.typicals = typicals(state)
        for quarter in range(QUARTERS):
            state.hour = 24.0 * d + 24.0 / QUARTERS * quarter
            if quarter:
                share = 0.15 if on.weekday() < 5 else 0.05
                active = np.flatnonzero(random.random(voters) < share)
                _read(random, state, of_voter, active, order, done)
            if quarter == 1:
                _plot(state, d, voters, done)
            order = np.lexsort((-np.arange(state.here), -rank(state)[: state.here]))[: 2 * SHOWN]
            watch(state, d, quarter, order)


def _read(
    random: np.random.Generator, state: State, of_voter: Ints, active: Ints, order: Ints, done: NDArray[np.bool_]
) -> None:
    """Let active readers look at some papers of the trending page and of their field's newest edition, and vote."""
    papers, newest = state.papers, state.papers.day[: state.here].max(initial=-1)
    chances = 1.0 / np.arange(1, SHOWN + 1)
    for voter in active:
        own = of_voter[voter]
        seen = random.choice(order[:SHOWN], ON_TRENDING, p=chances / chances.sum()) if len(order) >= SHOWN else []
        todays = np.flatnonzero(
            (papers.day[: state.here] == newest)
            & ((papers.field[: state.here] == own) | (papers.second[: state.here] == own))
        )
        picked = random.choice(todays, min(ON_EDITION, len(todays)), replace=False)
        looked = np.unique(np.concatenate([np.asarray(seen, int), picked]))
        is_own = (papers.field[looked] == own) | (papers.second[looked] == own)
        likes = 0.5 / (1 + np.exp(-2.0 * (papers.quality[looked] - 1.0))) * np.where(is_own, 1.0, 0.3)
        voted = looked[(random.random(len(looked)) < likes) & ~done[voter, looked]]
        done[voter, voted] = True
        state.votes[voted] += 1
        state.comments[looked[random.random(len(looked)) < 0.03]] += 1
        if len(voted):
            state.recent_votes.append((state.hour, voted))


def _plot(state: State, day: int, voters: int, done: NDArray[np.bool_]) -> None:
    """Let three who agreed on it vote for the poor paper of the day, and write ten comments each."""
    for plant in np.flatnonzero(state.papers.is_plant & (state.papers.day == day)):
        done[voters:, plant] = True
        state.votes[plant] += PLOTTERS
        state.comments[plant] += 10 * PLOTTERS
        state.recent_votes += [(state.hour, np.array([plant]))] * PLOTTERS


def typicals(state: State) -> Floats:
    """Return the points of a typical paper of the newest 20 announcement days: of all, then of each field."""
    papers = state.papers
    among = (np.arange(len(papers.field)) < state.here) & (papers.number > state.number - DAYS_OF_TYPICAL)
    points = points_of(state)
    overall = float(points[among].mean()) if among.any() else 0.0
    found = [overall]
    for name in range(len(PER_DAY)):
        own = among & (papers.field == name)
        found.append(typical_points(float(points[own].sum()), int(own.sum()), overall))
    return np.array(found)


def points_of(state: State, elsewhere: Callable[[Ints], Floats] | None = None) -> Floats:
    """Return points as `broadsheet.ranking.trending` counts them; `elsewhere` counts imported upvotes otherwise."""
    talk = np.minimum(COMMENT_WEIGHT * state.comments, 1 + state.votes)
    count = elsewhere or (lambda upvotes: np.sqrt(upvotes / ELSEWHERE_A_VOTE))
    return np.asarray(state.votes + talk + count(state.elsewhere))
