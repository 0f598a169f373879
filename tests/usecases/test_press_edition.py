"""Which edition a paper belongs to, what is late, and pressing again."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.days import period_of
from broadsheet.domain.paper import Record
from broadsheet.store import editions, presses
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.press_edition import arrange_edition, press_edition
from broadsheet.usecases.read_papers import read_edition, read_trending
from broadsheet.wiring import House

_ARXIV = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("invented_arxiv.py"))))
DAY, SUBMITTED = date(2026, 3, 4), date(2026, 3, 2)


@pytest.fixture
def announce(house: House, now: datetime) -> Callable[..., None]:
    def write(category: str = "cs.CL", day: date = DAY, source: str = "arxiv-listing", **kinds: str) -> None:
        papers = tuple(Announced(f"2603.{name[1:]}", kind) for name, kind in kinds.items())
        _ARXIV.announce(house.database, Announcement(source, category, day, papers, len(papers)), now)

    return write


def paper(n: int, **changes: Any) -> Record:
    found: Record = _ARXIV.record_of(f"2603.{n:05d}", SUBMITTED, **changes)
    return found


def ids(house: House, day: date = DAY) -> list[str]:
    return sorted(entry.paper.id for entry in read_edition(house.database, period_of("day", day), 100).listing.entries)


def test_a_paper_moves_from_its_submission_to_its_announcement(house: House, announce: Any, now: datetime) -> None:
    import_records(house.database, [paper(1), paper(2)], now)
    assert len(ids(house, SUBMITTED)) == 2
    announce(_00001="new")
    arrange_edition(house.database, DAY)
    assert (ids(house), ids(house, SUBMITTED)) == (["2603.00001"], ["2603.00002"])


def test_one_that_comes_after_the_announcement_goes_there_at_once(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new", _00002="cross", _00003="replace")
    import_records(house.database, [paper(n) for n in (1, 2, 3)], now)
    assert ids(house) == ["2603.00001", "2603.00002"]
    assert ids(house, SUBMITTED) == ["2603.00003"]


def test_a_new_record_of_a_paper_leaves_it_in_its_edition(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new")
    import_records(house.database, [paper(1)], now)
    import_records(house.database, [paper(1, abstract="We look again.")], now)
    assert (ids(house), ids(house, SUBMITTED)) == (["2603.00001"], [])


def test_the_hubs_day_stays_beside_that_of_the_announcement(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new")
    hub = date(2026, 3, 6)
    import_records(house.database, [paper(1), paper(1, source="hub", edition_on=hub)], now)
    press_edition(house.database, DAY, now)
    assert ids(house) == ids(house, hub) == ["2603.00001"]


def test_a_cross_list_of_a_later_day_stays_with_the_first(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new")
    announce("cs.LG", date(2026, 3, 5), _00001="cross", _00002="new")
    import_records(house.database, [paper(1), paper(2)], now)
    assert (ids(house), ids(house, date(2026, 3, 5))) == (["2603.00001"], ["2603.00002"])
    found = press_edition(house.database, date(2026, 3, 5), now)
    assert found is not None
    assert (found.announced, found.arrived, found.folded) == (1, 1, 1)


def test_what_is_missing_and_what_comes_late(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new", _00002="new")
    announce("cs.LG", _00002="cross")
    import_records(house.database, [paper(1)], now)
    found = press_edition(house.database, DAY, now)
    assert found is not None
    assert (found.announced, found.arrived, found.missing, found.folded) == (2, 1, ("2603.00002",), 1)
    later = now + timedelta(hours=3)
    import_records(house.database, [paper(2), paper(9)], later)
    entries = read_edition(house.database, period_of("day", DAY), 10).listing.entries
    assert {entry.paper.id: entry.is_late for entry in entries} == {"2603.00001": False, "2603.00002": True}
    found = press_edition(house.database, DAY, later)
    assert found is not None
    assert (found.arrived, found.late, found.is_complete, found.as_of) == (2, 1, True, later)


def test_a_late_paper_stays_late_when_it_changes(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new")
    press_edition(house.database, DAY, now)
    later = now + timedelta(hours=3)
    import_records(house.database, [paper(1)], later)
    import_records(house.database, [paper(1, abstract="We look again.")], later)
    with house.database.read() as connection:
        assert len(presses.list_late(connection, DAY, DAY)) == 1


def test_the_hubs_papers_of_a_pressed_day_are_not_late(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new")
    press_edition(house.database, DAY, now)
    import_records(house.database, [paper(5, source="hub", edition_on=DAY)], now + timedelta(hours=3))
    [entry] = read_edition(house.database, period_of("day", DAY), 10).listing.entries
    assert not entry.is_late


def test_a_paper_of_an_earlier_announcement_is_not_late_on_the_hubs_day(
    house: House, announce: Any, now: datetime
) -> None:
    announce(day=SUBMITTED, _00005="new")
    announce(_00001="new")
    press_edition(house.database, DAY, now)
    import_records(house.database, [paper(5, source="hub", edition_on=DAY)], now + timedelta(hours=3))
    [entry] = read_edition(house.database, period_of("day", DAY), 10).listing.entries
    assert not entry.is_late


def test_pressed_again_nothing_changes(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new", _00002="new")
    import_records(house.database, [paper(1), paper(2), paper(3, edition_on=DAY, upvotes=7)], now)
    press_edition(house.database, DAY, now)
    before, revision = read_edition(house.database, period_of("day", DAY), 10), house.database.revision()
    press_edition(house.database, DAY, now + timedelta(days=1))
    assert read_edition(house.database, period_of("day", DAY), 10) == before
    assert house.database.revision() == revision


def test_a_pressed_edition_keeps_its_order_until_it_is_wanted_anew(house: House, announce: Any, now: datetime) -> None:
    def order() -> list[str]:
        return [e.paper.id for e in read_edition(house.database, period_of("day", DAY), 10).listing.entries]

    announce(_00001="new", _00002="new")
    import_records(house.database, [paper(1, upvotes=9), paper(2)], now)
    press_edition(house.database, DAY, now)
    import_records(house.database, [paper(1, upvotes=8), paper(2, upvotes=90)], now + timedelta(hours=1))
    assert order() == ["2603.00001", "2603.00002"]
    press_edition(house.database, DAY, now + timedelta(hours=2))
    assert order() == ["2603.00001", "2603.00002"]
    press_edition(house.database, DAY, now + timedelta(hours=3), reorder=True)
    assert order() == ["2603.00002", "2603.00001"]


def test_before_it_is_pressed_an_edition_follows_the_counts(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new", _00002="new")
    import_records(house.database, [paper(1, upvotes=9), paper(2)], now)
    arrange_edition(house.database, DAY)
    import_records(house.database, [paper(2, upvotes=90)], now + timedelta(hours=1))
    [first, _] = read_edition(house.database, period_of("day", DAY), 10).listing.entries
    assert first.paper.id == "2603.00002"


def test_a_paper_trends_by_the_day_of_its_announcement(house: House, announce: Any, now: datetime) -> None:
    import_records(house.database, [paper(1), paper(2)], now)
    announce(_00001="new")
    arrange_edition(house.database, DAY)
    assert [e.paper.id for e in read_trending(house.database, 2).entries] == ["2603.00001", "2603.00002"]


def test_an_edition_that_was_lost_is_pressed_from_the_record(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new", _00002="new")
    import_records(house.database, [paper(1, upvotes=3), paper(2, upvotes=9)], now)
    press_edition(house.database, DAY, now)
    import_records(house.database, [paper(4, edition_on=DAY, upvotes=5)], now)
    before = read_edition(house.database, period_of("day", DAY), 10)
    with house.database.write() as connection:
        editions.delete_entries(connection, [entry.paper.pk for entry in before.listing.entries])
    assert ids(house) == []
    press_edition(house.database, DAY, now)
    assert read_edition(house.database, period_of("day", DAY), 10).listing == before.listing


def test_a_score_that_was_wrong_is_worked_out_anew(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new")
    import_records(house.database, [paper(1, upvotes=3)], now)
    [right] = read_edition(house.database, period_of("day", DAY), 10).listing.entries
    with house.database.write() as connection:
        editions.delete_entries(connection, [right.paper.pk])
        editions.insert_entries(connection, [(DAY, right.paper.pk, 99.0)])
    press_edition(house.database, DAY, now)
    assert read_edition(house.database, period_of("day", DAY), 10).listing.entries == (right,)


def test_a_day_without_announcements_keeps_working(house: House, now: datetime) -> None:
    import_records(house.database, [paper(1)], now)
    assert press_edition(house.database, SUBMITTED, now) is None
    edition = read_edition(house.database, period_of("day", SUBMITTED), 10)
    assert (edition.listing.count, edition.completeness) == (1, None)
    with house.database.read() as connection:
        press = presses.find_press(connection, SUBMITTED)
    assert press is not None
    assert (press.announced, press.arrived, press.pressed_at) == (None, 1, now)


def test_two_sources_together_say_what_was_announced(house: House, announce: Any, now: datetime) -> None:
    announce(_00001="new", _00002="new")
    announce(source="arxiv-rss", _00002="new", _00003="cross")
    found = arrange_edition(house.database, DAY)
    assert found is not None
    assert found.missing == ("2603.00001", "2603.00002", "2603.00003")
