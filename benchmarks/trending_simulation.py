"""Decide how trending is ranked: communities of 3, 30 and 3,000 readers live six weeks under each candidate.

Prints a table for each community and writes the picture. Seeded: the same numbers every time.

    python benchmarks/trending_simulation.py [--seeds N] [--svg docs/decisions/0018-trending.svg]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import numpy as np
from trending_candidates import CANDIDATES, ELSEWHERE, Ours
from trending_plot import draw
from trending_world import DAYS, FIRST, PER_DAY, QUARTERS, SMALL, WARM_UP_DAYS, Ints, Rank, State, play

from broadsheet.domain.calendar import announcement_day_number, is_announcement_day
from broadsheet.ranking.trending import HALF_LIFE_DAYS, Counts, trending, weight_of

COMMUNITIES = (3, 30, 3_000)
TOP, PAGE = 20, 40
SHARE_OF_SMALL = PER_DAY[SMALL:].sum() / PER_DAY.sum()
COLUMNS = {
    "precision": "share of the top 20 among the best tenth of the newest 10 announcement days",
    "small": "share of small fields in the top 40, over their share of papers",
    "churn": "share of the top 20 that was not there a day before",
    "age": "median age of the top 40, announcement days",
    "age90": "the same, 9 of 10 are younger",
    "Monday": "share of the top 20 of Monday morning from the two newest announcements",
    "Tue-Fri": "the same on other mornings",
    "plot": "median of the best rank of a poor paper with 3 colluding voters",
    "plot20": "days that it stands in the top 20",
}


class Observer:
    """Measures what one run shows, after the weeks of warming up."""

    def __init__(self) -> None:
        self.seen: dict[str, list[float]] = defaultdict(list)
        self._before: set[int] = set()
        self._plants: dict[int, list[int]] = defaultdict(list)

    def __call__(self, state: State, day: int, quarter: int, order: Ints) -> None:
        papers, on = state.papers, FIRST + timedelta(days=day)
        if day < WARM_UP_DAYS:
            return
        for plant in np.flatnonzero(papers.is_plant & (papers.day >= WARM_UP_DAYS) & (papers.day <= day)):
            place = np.flatnonzero(order == plant)
            self._plants[int(plant)].append(int(place[0]) + 1 if len(place) else 2 * PAGE)
        if quarter == 0 and is_announcement_day(on):
            newest = papers.number[order[:TOP]] >= state.number - 1
            self.seen["Monday" if on.weekday() == 0 else "Tue-Fri"].append(float(newest.mean()))
        if quarter == QUARTERS - 1:
            self._look(state, order)

    def _look(self, state: State, order: Ints) -> None:
        papers, top, page = state.papers, order[:TOP], order[:PAGE]
        recent = np.flatnonzero((papers.number > state.number - 10) & (np.arange(len(papers.day)) < state.here))
        floor = np.quantile(papers.quality[recent], 0.9)
        good = (papers.quality[top] >= floor) & (papers.number[top] > state.number - 10)
        self.seen["precision"].append(float(good.mean()))
        self.seen["small"].append(float((papers.field[page] >= SMALL).mean() / SHARE_OF_SMALL))
        now = set(top.tolist())
        if self._before:
            self.seen["churn"].append(len(now - self._before) / TOP)
        self._before = now
        ages = state.number - papers.number[page]
        self.seen["age"].append(float(np.median(ages)))
        self.seen["age90"].append(float(np.quantile(ages, 0.9)))

    def result(self) -> dict[str, float]:
        """Return the mean of each measure."""
        found = {name: float(np.mean(values)) for name, values in self.seen.items()}
        places = list(self._plants.values())
        found["plot"] = float(np.median([min(of_plant) for of_plant in places]))
        found["plot20"] = float(np.mean([sum(p <= TOP for p in of_plant) / QUARTERS for of_plant in places]))
        return found


def measure(rank: Rank, voters: int, seeds: int, with_elsewhere: bool = False) -> dict[str, float]:
    """Return each measure's mean over the seeds."""
    results = []
    for seed in range(seeds):
        observer = Observer()
        play(seed, voters, rank, observer, with_elsewhere)
        results.append(observer.result())
    return {name: float(np.mean([r[name] for r in results])) for name in COLUMNS}


def check_formula() -> None:
    """Stop where the arrays of this benchmark do not say what `broadsheet.ranking.trending` says."""

    def watch(state: State, day: int, quarter: int, order: Ints) -> None:
        if day != DAYS - 1 or quarter:
            return
        papers, scores = state.papers, Ours()(state)
        named = {str(n - 1) if n else "": float(v) for n, v in enumerate(state.typicals)}
        for at in order[:PAGE]:
            counts = Counts(int(state.votes[at]), int(state.comments[at]), int(state.elsewhere[at]))
            one = trending(counts, weight_of(str(papers.field[at]), named), FIRST + timedelta(days=int(papers.day[at])))
            assert abs(one.score - scores[at]) < 1e-6, at
        assert state.number == announcement_day_number(FIRST + timedelta(days=day))

    play(0, 30, Ours(), watch, with_elsewhere=True)


def show(title: str, rows: dict[str, dict[str, float]]) -> None:
    """Print a table in Markdown."""
    print(f"\n### {title}\n\n| | {' | '.join(COLUMNS)} |\n| --- |{' ---: |' * len(COLUMNS)}")
    for name, found in rows.items():
        print(f"| {name} | {' | '.join(f'{found[column]:.2f}' for column in COLUMNS)} |", flush=True)


def main() -> None:
    """Run all communities under all candidates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--readers", type=int, nargs="*", default=list(COMMUNITIES))
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    check_formula()
    found: dict[int, dict[str, dict[str, float]]] = {}
    for name, words in COLUMNS.items():
        print(f"- {name}: {words}")
    for voters in given.readers:
        seeds = given.seeds if voters >= 1_000 else 4 * given.seeds
        found[voters] = {name: measure(rank, voters, seeds) for name, rank in CANDIDATES.items()}
        show(f"{voters:,} readers", found[voters])
    for voters in given.readers:
        seeds = given.seeds if voters >= 1_000 else 4 * given.seeds
        rows = {n: measure(Ours(elsewhere=counted), voters, seeds, True) for n, counted in ELSEWHERE.items()}
        show(f"{voters:,} readers, with upvotes from elsewhere", rows)
    if given.svg:
        given.svg.write_text(draw(found, f"ours, half-life {HALF_LIFE_DAYS:g}"), "utf-8")


if __name__ == "__main__":
    main()
