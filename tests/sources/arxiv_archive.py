"""An invented arXiv: papers with their versions, cross-lists and days, and what of it is public at a moment.

Times follow arXiv's rules: what is submitted before 14:00 in New York on a working day is announced at 20:00 and
carries the next day's date (Friday's on Sunday evening, for Monday); a held paper comes so many days later, under its
own date. On the evenings in `quiet` nothing is announced, and what waited comes on the next one.
`Archive.announced(day, category)` is the truth that any harvest can be held against.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
CATEGORIES = ("cs.CL", "cs.LG", "hep-th")
WORDS = "lamp harbour tide bread kettle orchard ladder copper meadow signal window thread anchor barley".split()
NAMES = "Ada Quill,Bo Ferry,Cy Reed,Dot Marsh,Eli Stone,Fay Brook".split(",")


def announcement_day(submitted_at: datetime, held_days: int = 0, quiet: Collection[date] = ()) -> date:
    """Return the date that an announcement carries."""
    local = submitted_at.astimezone(NEW_YORK)
    closing = local.date() + timedelta(days=held_days + (local.hour >= 14))
    while closing.weekday() > 4:
        closing += timedelta(days=1)
    evening = closing + timedelta(days=2 if closing.weekday() == 4 else 0)
    while evening.weekday() in (4, 5) or evening in quiet:
        evening += timedelta(days=1)
    return evening + timedelta(days=1)


def released_at(announced_on: date) -> datetime:
    """Return the moment at which the announcement of a day becomes public."""
    return datetime.combine(announced_on - timedelta(days=1), time(20), NEW_YORK).astimezone(UTC)


@dataclass
class Version:
    """A version: when it was submitted, which day announced it."""

    submitted_at: datetime
    announced_on: date


@dataclass
class Paper:
    """An invented paper; `later` are cross-lists that came afterwards, with the days that announced them."""

    arxiv_id: str
    title: str
    abstract: str
    authors: list[str]
    categories: list[str]
    versions: list[Version]
    later: dict[str, date] = field(default_factory=dict)
    deleted_on: date | None = None

    def is_public(self, now: datetime) -> bool:
        return released_at(self.versions[0].announced_on) <= now

    def is_deleted(self, now: datetime) -> bool:
        return self.deleted_on is not None and released_at(self.deleted_on) <= now

    def categories_at(self, now: datetime) -> list[str]:
        return [*self.categories, *(name for name, day in self.later.items() if released_at(day) <= now)]

    def versions_at(self, now: datetime) -> list[Version]:
        return [version for version in self.versions if released_at(version.announced_on) <= now]

    def changed_on(self, now: datetime) -> date:
        """Return the datestamp: the day (UTC) of the newest change that is public."""
        days = [version.announced_on for version in self.versions] + list(self.later.values())
        moments = [released_at(day) for day in [*days, *filter(None, [self.deleted_on])]]
        return max(moment for moment in moments if moment <= now).date()

    def kind_on(self, day: date, category: str) -> str | None:
        """Return how the announcement of a day carries it in a category: new, cross, replace, replace-cross."""
        if category not in [*self.categories, *self.later]:
            return None
        if self.later.get(category) == day:
            return "cross"
        if category in self.later and self.later[category] > day:
            return None
        is_own = category == self.categories[0]
        if self.versions[0].announced_on == day:
            return "new" if is_own else "cross"
        if any(version.announced_on == day for version in self.versions[1:]):
            return "replace" if is_own else "replace-cross"
        return None


class Archive:
    """Papers by id; `add` makes one, `invent` a stretch of days full of them."""

    def __init__(self, seed: int = 7, quiet: Collection[date] = ()) -> None:
        self.random = random.Random(seed)
        self.quiet = quiet
        self.papers: dict[str, Paper] = {}

    def add(self, submitted_at: datetime, categories: Sequence[str] = ("cs.CL",), held_days: int = 0) -> Paper:
        """Submit an invented paper."""
        number = len(self.papers)
        words = self.random.choices(WORDS, k=9)
        paper = Paper(
            arxiv_id=f"{submitted_at:%y%m}.{number:05d}",
            title=f"The {words[0]} & the {words[1]}, case {number}",
            abstract=f"We set {words[2]} beside {words[3]} and count {' '.join(words[4:])} < {number}.",
            authors=self.random.sample(NAMES, self.random.randint(1, 3)),
            categories=list(categories),
            versions=[Version(submitted_at, announcement_day(submitted_at, held_days, self.quiet))],
        )
        self.papers[paper.arxiv_id] = paper
        return paper

    def invent(self, first: date, last: date, per_day: int = 10, categories: Sequence[str] = CATEGORIES) -> None:
        """Submit papers from day to day; some are held, replaced, cross-listed later, and a few deleted."""
        day = first
        while day <= last:
            for _ in range(per_day):
                moment = datetime.combine(day, time(), UTC) + timedelta(seconds=self.random.randrange(86_400))
                chosen = self.random.sample(list(categories), self.random.randint(1, len(categories)))
                held = self.random.choice((1, 2, 4)) if self.random.random() < 0.05 else 0
                self._age(self.add(moment, chosen, held), categories)
            day += timedelta(days=1)

    def _age(self, paper: Paper, categories: Sequence[str]) -> None:
        first, chance = paper.versions[0], self.random.random
        if chance() < 0.2:
            moment = first.submitted_at + timedelta(days=self.random.randint(5, 40))
            paper.versions.append(Version(moment, announcement_day(moment, 0, self.quiet)))
        others = [category for category in categories if category not in paper.categories]
        if others and chance() < 0.1:
            moment = first.submitted_at + timedelta(days=self.random.randint(5, 20))
            paper.later[self.random.choice(others)] = announcement_day(moment, 0, self.quiet)
        if chance() < 0.005:
            moment = first.submitted_at + timedelta(days=self.random.randint(41, 60))
            paper.deleted_on = announcement_day(moment, 0, self.quiet)

    def announced(self, day: date, category: str) -> dict[str, str]:
        """Return id and kind of what a day announces in a category: new first, then cross, then replacements."""
        kinds = {name: paper.kind_on(day, category) for name, paper in self.papers.items()}
        order = ("new", "cross", "replace", "replace-cross")
        found = {name: kind for name, kind in kinds.items() if kind is not None}
        return dict(sorted(found.items(), key=lambda pair: (order.index(pair[1]), pair[0])))

    def public(self, now: datetime) -> Iterator[Paper]:
        """Yield what is public, deleted papers included."""
        return (paper for paper in self.papers.values() if paper.is_public(now))

    def first_announced(self, categories: Collection[str], since: date) -> dict[str, date]:
        """Return the first day from `since` on that announces each paper in any of some categories, as new or cross."""
        found = {}
        for name, paper in self.papers.items():
            days = [paper.versions[0].announced_on] if {*paper.categories} & {*categories} else []
            days += [day for category, day in paper.later.items() if category in categories]
            if days := [day for day in days if day >= since]:
                found[name] = min(days)
        return found

    def newest_day(self, now: datetime) -> date:
        """Return the date of the newest announcement that is public."""
        return next(self.newest_days(now))

    def newest_days(self, now: datetime) -> Iterator[date]:
        """Yield the dates of the announcements that are public, newest first."""
        day = now.astimezone(NEW_YORK).date() + timedelta(days=1)
        while True:
            if day.weekday() < 5 and released_at(day) <= now and day - timedelta(days=1) not in self.quiet:
                yield day
            day -= timedelta(days=1)
