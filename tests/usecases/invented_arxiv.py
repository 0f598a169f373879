"""An invented arXiv on a simulated clock: what it announces when, and sources that may fail or be stale.

Loaded through runpy by the tests of rounds and editions. The sources follow the Protocol; `Taker` takes their slices
in and keeps their cursors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.calendar import ZONE, announced_at, announcement_day, announcement_days
from broadsheet.domain.errors import SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.sources.protocol import Slice
from broadsheet.store.tables import announced_papers, announcements
from broadsheet.usecases.fetch_source import FetchReport
from broadsheet.usecases.import_papers import import_records

Day = dict[str, dict[str, str]]  # category: arXiv id: kind


def announce(database: Any, announcement: Announcement, seen_at: datetime) -> None:
    """Write an announcement into the record."""
    key = {
        "announced_on": announcement.announced_on,
        "category": announcement.category,
        "source": announcement.source,
    }
    papers = [{**key, "arxiv_id": one.arxiv_id, "kind": one.kind} for one in announcement.papers]
    with database.write() as connection:
        for table in (announcements, announced_papers):
            connection.execute(delete(table).filter_by(**key))
        connection.execute(insert(announcements).values(**key, stated=announcement.stated, seen_at=seen_at))
        if papers:
            connection.execute(insert(announced_papers), papers)


def record_of(arxiv_id: str, published_on: date | None, source: str = "arxiv", **changes: Any) -> Record:
    """Return a record of an invented paper."""
    fields: dict[str, Any] = {
        "source": source,
        "source_id": arxiv_id,
        "title": f"Lantern study {arxiv_id}",
        "abstract": f"We light lantern {arxiv_id} and look.",
        "published_on": published_on,
        "categories": ("cs.CL",),
        "arxiv_id": arxiv_id,
    }
    return Record(**{**fields, **changes})


@dataclass
class Arxiv:
    """The world: days of announcements; `down` sources fail, `stale` ones show the day before, `hidden` ids lack."""

    clock: Callable[[], datetime]
    days: dict[date, Day] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def fill(self, first: date, last: date, categories: tuple[str, ...], per_day: int) -> None:
        """Announce so many new papers in each category on each day, the last of each a cross-list of the next."""
        for day in announcement_days(first, last):
            new = {
                category: [f"{day:%y%m}.{day.day:02d}{c}{n:02d}" for n in range(per_day)]
                for c, category in enumerate(categories)
            }
            self.days[day] = {category: dict.fromkeys(ids, "new") for category, ids in new.items()}
            for c, category in enumerate(categories[1:]):
                self.days[day][category][new[categories[c]][-1]] = "cross"

    def shown_day(self, source: str) -> date:
        """Return the day that a source shows now."""
        day = announcement_day(self.clock())
        return announcement_day(announced_at(day) - timedelta(hours=1)) if source in self.stale else day


@dataclass
class Announcer:
    """The listing or the feed: shows one day, names its papers and holds no records of its own."""

    arxiv: Arxiv
    name: str

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        self.arxiv.asked.append((self.name, cursor))
        if self.name in self.arxiv.down:
            raise SourceFailed(f"{self.name} answered 503")
        day = self.arxiv.shown_day(self.name)
        said = tuple(
            Announcement(self.name, category, day, tuple(Announced(*one) for one in papers.items()), len(papers))
            for category, papers in self.arxiv.days.get(day, {}).items()
        )
        yield Slice((), day.isoformat(), said, is_last=True)


@dataclass
class Api:
    """The API: a slice a day from the cursor's day on; papers show up as they are announced, dated two days before."""

    arxiv: Arxiv
    name: str = "arxiv"

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        self.arxiv.asked.append((self.name, cursor))
        if self.name in self.arxiv.down:
            raise SourceFailed(f"{self.name} answered 503")
        now = announcement_day(self.arxiv.clock())
        for day in sorted(day for day in self.arxiv.days if cursor <= day.isoformat() and day <= now):
            ids = dict.fromkeys(name for papers in self.arxiv.days[day].values() for name in papers)
            wanted = [name for name in ids if name not in self.arxiv.hidden]
            items = tuple(record_of(name, day - timedelta(days=2)) for name in wanted)
            yield Slice(items, day.isoformat(), is_last=day == now)


class Taker:
    """The way to fetch that the worker is given: takes slices in, then keeps their cursor."""

    def __init__(self, database: Any, arxiv: Arxiv) -> None:
        self.database, self.arxiv = database, arxiv
        self.cursors: dict[str, str] = {}
        named = [Announcer(arxiv, "arxiv-listing"), Announcer(arxiv, "arxiv-rss"), Api(arxiv)]
        self.sources = {source.name: source for source in named}

    def __call__(self, source: str, since: date | None, on_papers: Callable[[int], None]) -> FetchReport:
        report = FetchReport(source, complete=True)
        cursor = since.isoformat() if since else self.cursors.get(source, "")
        try:
            for piece in self.sources[source].fetch_since(cursor):
                records = [item for item in piece.items if isinstance(item, Record)]
                counts = import_records(self.database, records, self.arxiv.clock())
                for announcement in piece.announcements:
                    announce(self.database, announcement, self.arxiv.clock())
                report.counts.read += counts.read
                report.counts.added += counts.added
                report.counts.unchanged += counts.unchanged
                self.cursors[source] = max(piece.cursor, self.cursors.get(source, ""))
                on_papers(counts.read)
        except SourceFailed as error:
            report.failure, report.complete = error, False
        return report


def in_new_york(day: str, hour: int, minute: int = 0) -> datetime:
    """Return a moment that New York's clocks show."""
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=ZONE)
