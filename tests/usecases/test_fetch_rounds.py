"""Days of announcements on a simulated clock: what is asked, when, what the editions say, which alarms stand."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broadsheet.domain.calendar import announced_at, announcement_days
from broadsheet.domain.completeness import Completeness, summary_line
from broadsheet.domain.operations import Run
from broadsheet.store import alarms, announced, presses, runs
from broadsheet.store.job_locks import hold_job
from broadsheet.usecases.fetch_rounds import Rounds, do_what_is_due
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.run_job import Desk
from broadsheet.usecases.what_is_due import Wanted, list_gaps, next_times
from broadsheet.wiring import House

_ARXIV = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("invented_arxiv.py"))))
CATEGORIES = ("cs.CL", "cs.LG")
SOURCES = ("arxiv-listing", "arxiv-rss", "arxiv")
DAY = date(2026, 3, 5)
BEGIN = announced_at(DAY)
NEXT = announced_at(date(2026, 3, 6))
MINUTE = timedelta(minutes=1)


class Days:
    """A worker on a simulated clock."""

    def __init__(self, house: House) -> None:
        self.now = BEGIN
        self.house = house
        self.arxiv = _ARXIV.Arxiv(lambda: self.now)
        self.arxiv.fill(date(2026, 2, 2), date(2026, 3, 13), CATEGORIES, 6)
        desk = Desk(house.folder, house.database, lambda: self.now)
        self.take = _ARXIV.Taker(house.database, self.arxiv)
        self.rounds = Rounds(Wanted(desk, SOURCES, CATEGORIES), self.take)
        self.moments: list[tuple[str, datetime]] = []

    def work(self, now: datetime) -> list[str]:
        """Do what is due at a moment; return which sources were asked."""
        self.now = now
        self.arxiv.asked.clear()
        do_what_is_due(self.rounds)
        return [source for source, _ in self.arxiv.asked]

    def run_until(self, end: datetime) -> None:
        """Do what is due whenever something is, up to a moment."""
        while (moment := max(self.now, min(next_times(self.rounds.wanted).values()))) <= end:
            asked = self.work(moment)
            self.moments += [(source, moment) for source in asked]
            self.now += MINUTE
        self.now = end

    def completeness(self, day: date = DAY) -> Completeness | None:
        with self.house.database.read() as connection:
            return announced.find_completeness(connection, day)

    def alarms(self) -> dict[str, str]:
        with self.house.database.read() as connection:
            return {alarm.name: alarm.detail for alarm in alarms.list_alarms(connection)}

    def runs(self, job: str) -> list[Run]:
        with self.house.database.read() as connection:
            return runs.list_runs(connection, 1_000, job)[::-1]


@pytest.fixture
def days(house: House) -> Days:
    return Days(house)


def test_all_is_well_in_one_round(days: Days) -> None:
    assert days.work(BEGIN + 5 * MINUTE) == ["arxiv-listing", "arxiv"]
    found = days.completeness()
    assert found is not None
    assert summary_line(found, _ARXIV.ZONE) == "12 of 12 announced, 1 cross-list folded, as of 20:05 ET"
    with days.house.database.read() as connection:
        press = presses.find_press(connection, DAY)
    assert press is not None
    assert (press.pressed_at, press.announced, press.arrived) == (days.now, 12, 12)
    assert days.alarms() == {}
    assert days.work(BEGIN + 60 * MINUTE) == []
    [run] = days.runs("arxiv-listing")
    assert (run.outcome, run.started_at) == ("done", BEGIN + 5 * MINUTE)
    [run] = days.runs("arxiv")
    assert run.counts.read == run.counts.added > 12


def test_nothing_is_asked_before_the_announcement_has_had_five_minutes(days: Days) -> None:
    assert days.work(BEGIN + 4 * MINUTE) == []


@pytest.mark.parametrize("fault", ["stale", "down"])
def test_a_listing_that_is_stale_or_fails_is_replaced_by_the_feed(days: Days, fault: str) -> None:
    getattr(days.arxiv, fault).add("arxiv-listing")
    assert days.work(BEGIN + 5 * MINUTE) == ["arxiv-listing", "arxiv-rss", "arxiv"]
    found = days.completeness()
    assert found is not None
    assert found.is_complete
    assert days.alarms() == {}  # for it has had no hour yet
    days.run_until(NEXT - MINUTE)
    stale = {f"feed arxiv-listing {name}" for name in CATEGORIES}
    assert set(days.alarms()) == ({"source arxiv-listing"} if fault == "down" else stale)  # what is down is not stale
    assert {(moment - BEGIN) // MINUTE for source, moment in days.moments if source != "arxiv"} == {20, 60}
    getattr(days.arxiv, fault).clear()
    days.run_until(NEXT + 5 * MINUTE)
    assert days.alarms() == {}


def test_a_stale_listing_and_feed_raise_an_alarm_after_an_hour_until_it_is_over(days: Days) -> None:
    days.arxiv.stale |= {"arxiv-listing", "arxiv-rss"}
    days.run_until(BEGIN + 59 * MINUTE)
    assert days.alarms() == {}
    days.run_until(BEGIN + 60 * MINUTE)
    assert set(days.alarms()) == {f"feed {source} {name}" for source in SOURCES[:2] for name in CATEGORIES}
    assert "still shows 2026-03-04" in days.alarms()["feed arxiv-listing cs.CL"]
    assert days.completeness() is None
    days.run_until(BEGIN + 179 * MINUTE)
    days.arxiv.stale.clear()
    days.run_until(BEGIN + 180 * MINUTE)
    assert days.alarms() == {}
    found = days.completeness()
    assert found is not None
    assert found.is_complete


def test_a_handful_of_papers_is_no_day(days: Days) -> None:
    days.run_until(announced_at(DAY) - MINUTE)
    for day in announcement_days(date(2026, 2, 16), date(2026, 3, 4)):
        for category in CATEGORIES:
            said = _ARXIV.Announcement("arxiv-listing", category, day, (), 30)
            _ARXIV.announce(days.house.database, said, days.now)
    days.arxiv.days[DAY]["cs.CL"] = {"2603.99999": "new"}
    days.run_until(BEGIN + 60 * MINUTE)
    assert days.alarms().keys() >= {"feed arxiv-listing cs.CL"}
    assert "announced 1 papers in cs.CL for 2026-03-05, where 30 are usual" in days.alarms()["feed arxiv-listing cs.CL"]


def test_the_feed_has_no_alarm_once_the_listing_does_well_again(days: Days) -> None:
    days.arxiv.down |= {"arxiv-listing", "arxiv-rss"}
    days.run_until(BEGIN + 119 * MINUTE)
    assert {"source arxiv-listing", "source arxiv-rss"} <= set(days.alarms())
    days.arxiv.down.remove("arxiv-listing")
    days.run_until(BEGIN + 120 * MINUTE)
    assert days.alarms() == {}
    assert [run.outcome for run in days.runs("arxiv-rss")] == ["failed"] * 3


def test_a_round_that_breaks_is_gone_through_again_though_all_papers_are_here(days: Days) -> None:
    def fetch(source: str, since: date | None, on_papers: Callable[[int], None]) -> Any:
        if source == "arxiv":
            raise LookupError("nobody thought of it")
        report = days.take(source, since, on_papers)
        for day in days.arxiv.days[DAY].values():
            import_records(days.house.database, [_ARXIV.record_of(name, None, source) for name in day], days.now)
        return report

    days.now = BEGIN + 5 * MINUTE
    with pytest.raises(LookupError):
        do_what_is_due(replace(days.rounds, fetch=fetch))
    found = days.completeness()
    assert found is not None
    assert found.is_complete
    assert days.work(BEGIN + 20 * MINUTE) == ["arxiv-listing", "arxiv"]
    assert days.work(BEGIN + 60 * MINUTE) == []


def test_what_comes_late_goes_into_its_day_and_is_marked(days: Days) -> None:
    missing = next(iter(days.arxiv.days[DAY]["cs.CL"]))
    days.arxiv.hidden.add(missing)
    days.run_until(BEGIN + 150 * MINUTE)
    found = days.completeness()
    assert found is not None
    assert (found.arrived, found.announced, found.missing) == (11, 12, (missing,))
    days.arxiv.hidden.clear()
    days.run_until(BEGIN + 200 * MINUTE)
    found = days.completeness()
    assert found is not None
    assert (found.arrived, found.late, found.missing) == (12, 1, ())


def test_gaps_of_earlier_days_are_filled_at_night(days: Days) -> None:
    missing = next(iter(days.arxiv.days[DAY]["cs.CL"]))
    days.arxiv.hidden.add(missing)
    days.run_until(BEGIN + 60 * MINUTE * 25)
    assert list_gaps(days.rounds.desk, days.now) == [DAY]
    days.arxiv.hidden.clear()
    days.take.cursors["arxiv"] = "2026-03-06"
    days.run_until(BEGIN + 60 * MINUTE * 26 + 39 * MINUTE)
    assert list_gaps(days.rounds.desk, days.now) == [DAY]
    days.moments.clear()
    days.run_until(BEGIN + 60 * MINUTE * 26 + 41 * MINUTE)  # 22:40
    assert [source for source, _ in days.moments] == ["arxiv"]
    assert list_gaps(days.rounds.desk, days.now) == []
    found = days.completeness()
    assert found is not None
    assert (found.is_complete, found.late) == (True, 1)
    assert days.runs("gaps")[-1].detail == "1 days lacked papers, 0 still do"


def test_a_week_asks_each_source_once_a_day_and_rests_at_the_weekend(days: Days) -> None:
    days.run_until(announced_at(DAY + timedelta(days=7)) - MINUTE)
    wanted = announcement_days(DAY, DAY + timedelta(days=6))
    asked = [(source, moment) for source, moment in days.moments if source != "arxiv"]
    assert asked == [("arxiv-listing", announced_at(day) + 5 * MINUTE) for day in wanted]
    api = [moment for source, moment in days.moments if source == "arxiv"]
    assert api == [announced_at(day) + 5 * MINUTE for day in wanted]
    facts = [days.completeness(day) for day in wanted]
    assert all(found is not None and found.is_complete and found.late == 0 for found in facts)


def test_a_source_that_keeps_failing_raises_an_alarm_until_it_answers(days: Days) -> None:
    days.arxiv.down.add("arxiv")
    for minutes in (5, 20, 60):
        days.work(BEGIN + minutes * MINUTE)
    assert days.alarms() == {"source arxiv": "arxiv failed 3 times in a row: arxiv answered 503"}
    days.arxiv.down.clear()
    days.work(BEGIN + 120 * MINUTE)
    assert days.alarms() == {}


def test_a_run_that_breaks_off_goes_on_from_its_cursor(days: Days) -> None:
    stops = iter([False, False, False, True])
    rounds = replace(days.rounds, should_stop=lambda: next(stops, True))
    days.now = BEGIN + 5 * MINUTE
    do_what_is_due(rounds)
    assert days.take.cursors["arxiv-listing"] == "2026-03-05"
    [run] = days.runs("arxiv-listing")
    assert run.outcome == "done"
    stops = iter([False] * 5)
    do_what_is_due(replace(days.rounds, should_stop=lambda: next(stops, True)))
    days.arxiv.asked.clear()
    days.work(BEGIN + 20 * MINUTE)
    cursors = dict(days.arxiv.asked)
    assert cursors["arxiv-listing"] == "2026-03-05"


def test_two_workers_do_nothing_twice(days: Days) -> None:
    other = replace(days.rounds, fetch=lambda *_: pytest.fail("done twice"))
    told: list[str] = []

    def fetch(source: str, since: date | None, on_papers: Callable[[int], None]) -> Any:
        do_what_is_due(other)  # the other worker looks at the schedule in the middle of our round
        told.append(source)
        return days.take(source, since, on_papers)

    days.now = BEGIN + 5 * MINUTE
    do_what_is_due(replace(days.rounds, fetch=fetch))
    assert told == ["arxiv-listing", "arxiv"]
    do_what_is_due(other)
    assert len(days.runs("announcement")) == len(days.runs("arxiv")) == 1


def test_a_source_that_somebody_fetches_by_hand_is_left_alone(days: Days) -> None:
    with hold_job(days.rounds.desk.locks, "arxiv-listing"):
        assert days.work(BEGIN + 5 * MINUTE) == ["arxiv-rss", "arxiv"]


def test_what_nobody_thought_of_in_one_source_does_not_stop_the_others(days: Days) -> None:
    def fetch(source: str, since: date | None, on_papers: Callable[[int], None]) -> Any:
        if source == "arxiv-listing":
            raise LookupError("nobody thought of it")
        return days.take(source, since, on_papers)

    days.now = BEGIN + 5 * MINUTE
    wanted = Wanted(days.rounds.desk, (*SOURCES, "arxiv-oai"), CATEGORIES)
    broken = replace(days.rounds, fetch=fetch, wanted=wanted)
    with pytest.raises(LookupError):
        do_what_is_due(broken)
    days.take.sources["arxiv-oai"] = _ARXIV.Api(days.arxiv, "arxiv-oai")
    assert do_what_is_due(broken) == ["gaps"]
    assert [run.outcome for run in days.runs("announcement")] == ["failed"]


def test_without_listing_and_feed_the_api_is_asked_until_the_hour_is_over(days: Days) -> None:
    wanted = Wanted(days.rounds.desk, ("arxiv",), CATEGORIES)
    days.rounds = replace(days.rounds, wanted=wanted)
    days.run_until(BEGIN + 300 * MINUTE)
    assert [(moment - BEGIN) // MINUTE for _, moment in days.moments] == [5, 20, 60]
    assert days.now == (BEGIN + 300 * MINUTE).astimezone(UTC)
