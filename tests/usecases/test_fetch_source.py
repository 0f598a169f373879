"""Fetching: slices into the record, then their cursor; against the invented arXiv with its faults."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.errors import Misconfigured, SourceFailed
from broadsheet.settings import Settings
from broadsheet.sources.protocol import Slice
from broadsheet.sources.reading import SetAside
from broadsheet.sources.registry import SOURCES, Wants, make_source
from broadsheet.store.announcements import list_announcements
from broadsheet.store.set_aside import count_set_aside
from broadsheet.store.source_cursors import find_cursor
from broadsheet.usecases.fetch_source import fetch_source
from broadsheet.usecases.read_papers import search_papers

_SOURCES = Path(__file__).parents[1] / "sources"
_OUTSIDE = runpy.run_path(str(_SOURCES / "outside.py"))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
_SERVER = runpy.run_path(str(_SOURCES / "arxiv_server.py"))
Archive, ArxivServer, Faults, Shape = (_SERVER[name] for name in ("Archive", "ArxivServer", "Faults", "Shape"))
SAID = Announcement("scripted", "cs.CL", date(2026, 3, 4), (Announced("2603.00001", "new"),), 1)


@dataclass
class Scripted:
    """A source that gives slices, and fails where a number stands in their place."""

    parts: list[Slice | None]
    name: str = "scripted"
    asked: list[str] = field(default_factory=list)

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        self.asked.append(cursor)
        for part in self.parts:
            if part is None:
                raise SourceFailed("the lamp went out")
            yield part


@pytest.fixture
def fetch(house):
    """Fetch from a source; returns the report."""
    return lambda source, **options: fetch_source(house.database, house.index, source, house.clock, **options)


def cursor_of(house, name="scripted"):
    with house.database.read() as connection:
        return find_cursor(connection, name)


def test_papers_announcements_and_cursor(house, fetch, make_record):
    aside = SetAside(0, "no title", "x")
    source = Scripted(
        [
            Slice((make_record(1), aside), "a", (SAID,), skipped=2),
            Slice((make_record(1), make_record(2)), "b", is_last=True, skipped=1),
        ]
    )
    told = []
    report = fetch(source, on_papers=told.append)
    counts = report.counts
    assert (counts.read, counts.added, counts.unchanged, counts.set_aside) == (4, 2, 1, 1)
    assert (report.complete, report.failure, report.skipped, report.announcements) == (True, None, 3, 1)
    assert (report.papers, report.source, told) == (2, "scripted", [2, 2])
    assert cursor_of(house) == "b"
    with house.database.read() as connection:
        assert list_announcements(connection, SAID.announced_on) == [SAID]
        assert count_set_aside(connection) == 1
    assert search_papers(house.database, house.index, "lantern", 5).listing.count == 2


def test_it_goes_on_from_the_stored_cursor(fetch, make_record):
    source = Scripted([Slice((make_record(1),), "a", is_last=True)])
    fetch(source)
    fetch(source)
    assert source.asked == ["", "a"]


def test_a_failure_keeps_what_came_before_and_its_cursor(house, fetch, make_record):
    report = fetch(Scripted([Slice((make_record(1),), "a"), None]))
    assert (str(report.failure), report.complete, report.papers) == ("the lamp went out", False, 1)
    assert cursor_of(house) == "a"


def test_a_failure_before_the_first_slice_writes_no_cursor(house, fetch):
    assert fetch(Scripted([None])).failure is not None
    assert cursor_of(house) is None


def test_an_own_cursor_does_not_move_the_stored_one(house, fetch, make_record):
    source = Scripted([Slice((make_record(1),), "z", (SAID,), is_last=True)])
    for own in ("2026-03-01", ""):
        assert fetch(source, cursor=own).complete
        assert cursor_of(house) is None
    fetch(Scripted([Slice((), "m", is_last=True)]))
    fetch(source, cursor="2026-03-01")
    assert source.asked == ["2026-03-01", "", "2026-03-01"]
    assert cursor_of(house) == "m"


def test_the_cursor_follows_the_papers(house, fetch, make_record):
    """A crash while papers are written leaves the cursor before them."""

    class Crash(Exception):
        pass

    def items():
        yield make_record(1)
        raise Crash

    class Crashing(Scripted):
        def fetch_since(self, cursor):
            yield Slice((make_record(1),), "a")
            yield Slice(items(), "b")

    with pytest.raises(Crash):
        fetch(Crashing([]))
    assert cursor_of(house) == "a"


def test_a_slice_that_stops_short_is_not_complete(fetch, make_record):
    assert not fetch(Scripted([Slice((make_record(1),), "a")])).complete


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("arxiv")])
def test_every_source_of_arxiv_through_weeks_of_faults(house, world, client_for, fetch, name):
    archive = Archive(seed=11)
    archive.invent(date(2026, 2, 2), date(2026, 2, 27), per_day=6, categories=("cs.CL", "hep-th"))
    faults = Faults(share=0.25, seed=5)
    shape = Shape(oai_page=15, listing_page=9)
    server = ArxivServer(archive, lambda: world.time, faults, shape)
    settings = {"arxiv_api": server.api, "arxiv_oai": server.oai, "arxiv_rss": server.rss}
    client = client_for(allowed=[server.host])
    failures = announced = 0
    try:
        for day in range(3, 34):
            world.time = datetime(2026, 2, 1, 17, tzinfo=UTC) + timedelta(days=day)
            today = world.time.date()
            wants = Wants(client, world.now, {**settings, "arxiv_listing": server.listing}, today, ("cs.CL", "hep-th"))
            for _ in range(5):
                report = fetch(make_source(name, wants))
                if report.complete:
                    break
                failures += 1
            assert report.complete
            announced += report.announcements
            assert report.counts.set_aside == 0
    finally:
        server.close()
    assert len(server.faulty) > 10 and failures < 80
    check_nothing_is_missing(house, archive, world.time, name)
    assert (announced > 0) == (name in ("arxiv-rss", "arxiv-listing"))


def check_nothing_is_missing(house, archive, now, name):
    with house.database.read() as connection:
        here = set(connection.exec_driver_sql("SELECT id FROM papers").scalars())
        days = [date(2026, 2, 9) + timedelta(days=n) for n in range(20)]
        said = {(one.announced_on, one.category): one for day in days for one in list_announcements(connection, day)}
    wanted = {paper.arxiv_id for paper in archive.public(now)}
    assert here <= wanted
    if name in ("arxiv", "arxiv-oai"):
        assert wanted - here <= {paper.arxiv_id for paper in archive.public(now) if paper.is_deleted(now)}
        return
    for day in days:
        for category in ("cs.CL", "hep-th"):
            truth = archive.announced(day, category)
            if truth:
                assert {paper.arxiv_id for paper in said[day, category].papers} == set(truth)
                assert set(truth) <= here


ASKED = {
    "openreview_venues": "Tides.cc/2026/Conference",
    "crossref_query": "tides",
    "openalex_query": "tides",
    "semantic_scholar_query": "tides",
    "feeds": "https://example.org/feed",
}


def test_the_registry_knows_the_settings(client_for, world, tmp_path):
    settings = {**asdict(Settings()), **ASKED, "watched_folder": str(tmp_path)}
    for name in SOURCES:
        assert make_source(name, Wants(client_for(), world.now, settings, date(2026, 3, 4), ("cs.CL",))).name == name


def test_a_source_that_needs_a_setting_says_which(client_for, world):
    wants = Wants(client_for(), world.now, asdict(Settings()), date(2026, 3, 4), ("cs.CL",))
    for name, setting in {"feeds": "feeds", "folder": "watched_folder", "crossref": "crossref_query"}.items():
        with pytest.raises(Misconfigured, match=setting):
            make_source(name, wants)
