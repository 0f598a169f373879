"""Days of announcements played through a local arXiv, with the program as it is, on a clock that only sleeping moves.

    with open_simulation(folder, Story(first, last)) as simulation:
        simulation.run()
        found = simulation.judge()     # what holds and what does not, against the archive's own truth

A story has faults in a share of all requests, sources that are down for days, feeds and listings that stand still, a
machine that is off, and a program that breaks between two slices. Loaded through runpy by the test of a month and by
`benchmarks/simulated_year.py`.
"""

from __future__ import annotations

import random
import runpy
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from broadsheet.cli.wires import make_fetch_of
from broadsheet.domain.days import period_of
from broadsheet.settings import Settings
from broadsheet.sources.http import Surroundings
from broadsheet.store import alarms, announced, editions, papers, presses, records, runs
from broadsheet.usecases.fetch_rounds import Rounds, do_what_is_due
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.press_edition import press_edition
from broadsheet.usecases.what_is_due import next_times
from broadsheet.wiring import House, open_house

_SERVER = runpy.run_path(str(Path(__file__).parents[1] / "sources" / "arxiv_server.py"))
Archive, ArxivServer, Faults, Shape, NEW_YORK = (
    _SERVER[name] for name in ("Archive", "ArxivServer", "Faults", "Shape", "NEW_YORK")
)
FOLLOWED = ("cs.CL", "cs.LG")  # and hep-th is not
TONGUES = {"arxiv-listing": "/list", "arxiv-rss": "/rss", "arxiv": "/api", "arxiv-oai": "/oai"}
LOOK_SECONDS = 20.0
SOURCES = "arxiv-listing arxiv-rss arxiv arxiv-oai"
# Evenings of 2026 without an announcement, and one more that no calendar knows.
UNKNOWN_HOLIDAY = date(2026, 4, 8)
QUIET = frozenset(
    [date(2026, *day) for day in ((1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31))]
) | {UNKNOWN_HOLIDAY}


class Crash(BaseException):
    """The program breaks off where it stands."""


@dataclass(frozen=True)
class Spell:
    """Something that is so for a while: `off` (the machine), `down` or `stale`; `what` is the path that it concerns."""

    kind: str
    begin: datetime
    end: datetime
    what: str = ""


@dataclass(frozen=True)
class Story:
    """What happens; `spells` None lets chance write them."""

    first: date
    last: date
    seed: int = 1
    per_day: int = 10
    fault_share: float = 0.1
    crash_share: float = 0.05
    sources: str = SOURCES
    spells: tuple[Spell, ...] | None = None


def at(day: date, hour: int = 0) -> datetime:
    """Return an hour of a day in New York."""
    return datetime.combine(day, time(hour), NEW_YORK).astimezone(UTC)


def invent_spells(story: Story) -> tuple[Spell, ...]:
    """Write a story's bad days: every fortnight a source that is down, every tenth day one that is stale, ..."""
    chance = random.Random(story.seed)
    spells: list[Spell] = []

    def sometimes(every_days: int, make: Callable[[datetime], Spell]) -> None:
        day = story.first + timedelta(days=chance.randint(3, every_days))
        while day < story.last - timedelta(days=10):
            spells.append(make(at(day, chance.randrange(24))))
            day += timedelta(days=chance.randint(every_days // 2, every_days * 3 // 2))

    def down(begin: datetime) -> Spell:
        hours = chance.choice((2, 9, 26, 70))
        return Spell("down", begin, begin + timedelta(hours=hours), chance.choice([*TONGUES.values(), "/"]))

    def stale(begin: datetime) -> Spell:
        tongue = chance.choice(("/rss/", "/list/", ""))
        hours = chance.choice((3, 20, 50))
        return Spell("stale", begin, begin + timedelta(hours=hours), tongue + chance.choice(FOLLOWED))

    def off(begin: datetime) -> Spell:
        return Spell("off", begin, begin + timedelta(days=chance.choice((1, 3, 7))))

    sometimes(50, off)
    away = [(spell.begin - timedelta(days=4), spell.end + timedelta(days=1)) for spell in spells]
    sometimes(14, down)
    sometimes(10, stale)
    # arXiv's recent listings go back a week: who is blind for longer has days that cannot be known.
    seen = (s for s in spells if s.kind == "off" or not any(begin < s.end and s.begin < end for begin, end in away))
    return tuple(sorted(seen, key=lambda spell: spell.begin))


@dataclass
class Noted:
    """What was counted on the way."""

    raised: Counter[str] = field(default_factory=Counter)
    cleared: Counter[str] = field(default_factory=Counter)
    crashes: int = 0
    rounds: int = 0
    unended: int = 0


class Simulation:
    """A House, its arXiv, and the clock that both share."""

    def __init__(self, folder: Path, story: Story) -> None:
        self.story = story
        self.now = at(story.first, 12)
        self.end = at(story.last, 12)
        self.spells = invent_spells(story) if story.spells is None else story.spells
        self.archive = Archive(story.seed, QUIET)
        self.archive.invent(story.first - timedelta(days=50), story.last, story.per_day)
        faults = Faults(share=story.fault_share, seed=story.seed)
        self.server = ArxivServer(self.archive, lambda: self.now, faults)
        self.chance = random.Random(story.seed + 1)
        self.noted = Noted()
        self._standing: set[str] = set()
        self.house = self._open(folder)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        world = Surroundings(lambda: self.now, self._sleep, random.Random(story.seed + 2), tls=tls)
        self.rounds = Rounds(self.house.wanted(), self._breaking(make_fetch_of(self.house, world)(self._sleep)))

    def _open(self, folder: Path) -> House:
        server = self.server
        settings = Settings(
            categories=" ".join(FOLLOWED), sources=self.story.sources, embedder="none", allowed_hosts=server.host,
            arxiv_api=server.api, arxiv_oai=server.oai, arxiv_rss=server.rss, arxiv_listing=server.listing,
        )  # fmt: skip
        return open_house(folder, lambda: self.now, settings)

    def close(self) -> None:
        self.house.close()
        self.server.close()

    # The clock, and what it brings.

    def _sleep(self, seconds: float) -> None:
        self._move_to(self.now + timedelta(seconds=seconds))
        self._break_perhaps(self.story.crash_share / 10)

    def _break_perhaps(self, share: float) -> None:
        if self.chance.random() < share:
            raise Crash

    def _move_to(self, moment: datetime) -> None:
        self.now = max(self.now, moment)
        standing = [spell for spell in self.spells if spell.begin <= self.now < spell.end]
        self.server.down = {spell.what for spell in standing if spell.kind == "down"}
        self.server.stale = {
            spell.what: next(self.archive.newest_days(spell.begin)) for spell in standing if spell.kind == "stale"
        }

    def _breaking(self, fetch):
        """Let the program break after a slice, now and then."""

        def run(source, since, on_papers):
            def after_slice(count: int) -> None:
                on_papers(count)
                self._break_perhaps(self.story.crash_share)

            return fetch(source, since, after_slice)

        return run

    def run(self) -> None:
        """Look at the schedule as the worker does, until the story ends."""
        while self.now < self.end:
            self.noted.rounds += 1
            try:
                do_what_is_due(self.rounds)
                self._move_to(self.now + timedelta(seconds=LOOK_SECONDS))
            except Crash:
                self.noted.crashes += 1
                self._move_to(self.now + timedelta(minutes=self.chance.choice((1, 10, 180))))
            self._note_alarms()
            soon = min(next_times(self.rounds.wanted).values())
            self._move_to(max(soon, self.now))
            for spell in self.spells:
                if spell.kind == "off" and spell.begin <= self.now < spell.end:
                    self._move_to(spell.end)
        drain_index(self.house.database, self.house.index)

    def _note_alarms(self) -> None:
        with self.house.database.read() as connection:
            standing = {alarm.name for alarm in alarms.list_alarms(connection)}
        self.noted.raised.update(standing - self._standing)
        self.noted.cleared.update(self._standing - standing)
        self._standing = standing

    # What became of it.

    def truth(self) -> dict[date, set[str]]:
        """Return what each edition from the first day on should hold."""
        found: dict[date, set[str]] = {}
        seen_since = next(self.archive.newest_days(at(self.story.first, 12)))
        for name, day in self.archive.first_announced(FOLLOWED, seen_since).items():
            if at(day - timedelta(days=1), 20) <= self.now - timedelta(hours=12):
                found.setdefault(day, set()).add(name)
        return found

    def edition(self, day: date) -> list[tuple[str, bool]]:
        """Return ids of a day's edition in its order, with their marks of lateness."""
        with self.house.database.read() as connection:
            pks = [pk for pk, _ in editions.list_edition(connection, period_of("day", day), 100_000)]
            late = presses.list_late(connection, day, day)
            names = {paper.pk: paper.id for chunk in _chunks(pks) for paper in papers.list_papers(connection, chunk)}
        return [(names[pk], pk in late) for pk in pks]

    def judge(self) -> Judgement:
        """Hold the record against the truth, and press every day again."""
        truth = self.truth()
        found = Judgement()
        carried: Counter[str] = Counter()
        for day in sorted(truth):
            shown = self.edition(day)
            ids = [name for name, _ in shown]
            carried.update(ids)
            with self.house.database.read() as connection:
                facts = announced.find_completeness(connection, day)
                is_pressed = presses.find_press(connection, day) is not None
            found.unpressed |= set() if is_pressed else {day}
            found.days += 1
            found.complete += facts is not None and facts.is_complete
            found.exact += set(ids) == truth[day] and facts is not None and facts.announced == len(truth[day])
            if set(ids) != truth[day]:
                found.wrong[day] = (truth[day] - set(ids), set(ids) - truth[day])
            found.late += sum(late for _, late in shown)
            press_edition(self.house.database, day, self.now)
            found.repressed_differently += self.edition(day) != shown
        everything = set().union(*truth.values())
        with self.house.database.read() as connection:
            pks = announced.find_pks(connection, sorted(everything))
            of_papers = records.list_records(connection, list(pks.values()))
            found.stored = papers.count_papers(connection)
            found.outcomes = Counter(f"{run.job} {run.outcome}" for run in runs.list_runs(connection, 1_000_000))
        found.papers = len(everything)
        found.missing = everything - pks.keys()
        found.without_abstract = {name for name, pk in pks.items() if not any(r.abstract for r in of_papers[pk])}
        names = [{r.arxiv_id for r in of_papers[pk]} for pk in pks.values()]
        found.twice = {name for name, count in carried.items() if count > 1}
        found.twice |= {name for of_one in names if len(of_one) > 1 for name in of_one if name}
        found.unindexed = found.stored - self.house.index.count()
        found.standing = set(self._standing)
        return found

    def intervals(self) -> dict[str, tuple[int, float]]:
        """Return the requests and the smallest interval (simulated seconds) by tongue, and over all as `arxiv.org`."""
        of_tongue: dict[str, list[datetime]] = {}
        for path, moment in zip(self.server.asked, self.server.asked_at, strict=True):
            of_tongue.setdefault(f"/{path.split('/')[1].split('?')[0]}", []).append(moment)
        of_tongue["arxiv.org"] = sorted(self.server.asked_at)
        return {
            name: (len(all_of), min(((b - a).total_seconds() for a, b in pairwise(all_of)), default=0.0))
            for name, all_of in of_tongue.items()
        }


@dataclass
class Judgement:
    """What holds; `wrong` are the editions that lack papers or hold others (both, by day)."""

    days: int = 0
    unpressed: set[date] = field(default_factory=set)
    complete: int = 0
    exact: int = 0
    late: int = 0
    repressed_differently: int = 0
    papers: int = 0
    stored: int = 0
    unindexed: int = 0
    without_abstract: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    standing: set[str] = field(default_factory=set)
    wrong: dict[date, tuple[set[str], set[str]]] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)


def _chunks(pks: list[int]) -> Iterator[list[int]]:
    return (pks[n : n + 500] for n in range(0, len(pks), 500))


@contextmanager
def open_simulation(folder: Path, story: Story) -> Iterator[Simulation]:
    """Open a simulation on a folder of its own."""
    simulation = Simulation(folder, story)
    try:
        yield simulation
    finally:
        simulation.close()


def broken_laws(simulation: Simulation, found: Judgement) -> list[str]:
    """Return each law that does not hold, in a sentence."""
    intervals = simulation.intervals()
    laws = {
        "papers were announced": found.papers > 0 and found.days > 0,
        f"every paper is present: {sorted(found.missing)}": not found.missing,
        f"no paper is there twice: {sorted(found.twice)}": not found.twice,
        # Without OAI-PMH nobody brings the abstract of an old paper that was cross-listed while the machine was off.
        f"every paper has its abstract: {sorted(found.without_abstract)}": not found.without_abstract
        or "arxiv-oai" not in simulation.story.sources,
        f"every paper is in the index: {found.unindexed} are not": found.unindexed == 0,
        f"every edition holds exactly what was announced: {found.wrong}": not found.wrong and found.exact == found.days,
        f"every edition is complete: {found.complete} of {found.days}": found.complete == found.days,
        f"every edition was pressed: {sorted(found.unpressed)}": not found.unpressed,
        "pressing again gives the same lists": found.repressed_differently == 0,
        f"every alarm is cleared: {sorted(found.standing)}": not found.standing,
        f"arXiv is left alone for 3 s between two requests: {intervals}": intervals["arxiv.org"][1] >= 3.0,
    }
    return [f"Broken: {law}" for law, holds in laws.items() if not holds]
