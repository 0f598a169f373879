"""What was announced, read back: feeds with their past, first days."""

from __future__ import annotations

import runpy
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.staleness import Feed
from broadsheet.store import announced
from broadsheet.wiring import House

_ARXIV = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "usecases" / "invented_arxiv.py")))


@pytest.fixture
def filled(house: House, now: datetime) -> House:
    """Three days of a listing with 2, 3 and 4 papers, and of a feed that knows of more on the second."""

    def announce(source: str, day: int, count: int, stated: int | None = None, category: str = "cs.CL") -> None:
        kinds = ("replace", *("new",) * (count - 1), "cross")
        papers = tuple(Announced(f"260{day}.{n:05d}", kind) for n, kind in enumerate(kinds))
        said = Announcement(source, category, date(2026, 3, day), papers, stated)
        _ARXIV.announce(house.database, said, now)

    for day, count in ((2, 2), (3, 3), (4, 4)):
        announce("arxiv-listing", day, count)
    announce("arxiv-rss", 3, 3, stated=30)
    announce("arxiv-listing", 4, 9, category="cs.LG")
    return house


def test_a_feed_shows_its_newest_day_and_the_numbers_before(filled: House) -> None:
    with filled.database.read() as connection:
        listing = announced.find_feed(connection, "arxiv-listing", "cs.CL")
        assert listing == Feed("arxiv-listing", "cs.CL", date(2026, 3, 4), 4, [30, 2])
        rss = announced.find_feed(connection, "arxiv-rss", "cs.CL")
        assert rss == Feed("arxiv-rss", "cs.CL", date(2026, 3, 3), 30, [2])
        assert announced.find_feed(connection, "arxiv-rss", "cs.LG") == Feed("arxiv-rss", "cs.LG", None)


def test_the_first_day_counts_and_replacements_do_not(filled: House, now: datetime) -> None:
    again = Announcement("arxiv-listing", "cs.CV", date(2026, 3, 6), (Announced("2602.00001", "cross"),))
    _ARXIV.announce(filled.database, again, now)
    with filled.database.read() as connection:
        days = announced.find_announced_days(connection, ["2602.00000", "2602.00001", "2699.00001"])
        assert days == {"2602.00001": date(2026, 3, 2)}
        assert announced.list_announced(connection, date(2026, 3, 6)) == []
        assert announced.list_announced(connection, date(2026, 3, 2)) == ["2602.00001", "2602.00002"]
        assert announced.list_announced_days(connection, date(2026, 3, 3), date(2026, 3, 6)) == [
            date(2026, 3, 3),
            date(2026, 3, 4),
            date(2026, 3, 6),
        ]


def test_a_day_of_which_nobody_spoke_has_no_completeness(filled: House) -> None:
    with filled.database.read() as connection:
        assert announced.find_completeness(connection, date(2026, 3, 5)) is None
        found = announced.find_completeness(connection, date(2026, 3, 3))
    assert found is not None
    assert (found.announced, found.unnamed, found.arrived) == (30, 27, 0)
