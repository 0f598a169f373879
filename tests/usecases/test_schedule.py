"""When what is due: rules on times alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from broadsheet.domain.calendar import announced_at
from broadsheet.usecases.schedule import Job, Past, list_due, make_plan, next_time

BEGIN = announced_at(date(2026, 3, 5))  # Wednesday evening
NEXT = announced_at(date(2026, 3, 6))
ARXIV = Job("announcement", ("arxiv-listing", "arxiv"))
MINUTE = timedelta(minutes=1)


def past(moment: datetime, went_well: bool = True) -> Past:
    return Past(moment, went_well)


def test_the_plan_keeps_arxivs_sources_together() -> None:
    plan = make_plan(["hub", "arxiv", "openreview", "arxiv-oai", "arxiv-listing", "hub"])
    assert plan == (
        Job("announcement", ("arxiv-listing", "arxiv")),
        Job("gaps", ("arxiv-oai",)),
        Job("hub", ("hub",)),
        Job("openreview", ("openreview",)),
    )
    assert make_plan([]) == ()
    assert make_plan(["arxiv"])[1] == Job("gaps", ("arxiv",))


@pytest.mark.parametrize(
    ("last_after", "due_after"),
    [(-700, 5), (0, 5), (4, 5), (5, 20), (19, 20), (20, 60), (59, 60), (60, 120), (61, 120), (120, 180), (185, 240)],
)
def test_arxiv_at_5_20_60_minutes_and_then_every_hour(last_after: int, due_after: int) -> None:
    now = BEGIN + 300 * MINUTE
    assert next_time(ARXIV, past(BEGIN + last_after * MINUTE), now) == BEGIN + due_after * MINUTE


def test_arxiv_rests_until_the_next_announcement_once_all_is_here() -> None:
    now = BEGIN + 30 * MINUTE
    assert next_time(ARXIV, past(BEGIN + 20 * MINUTE), now, is_done=True) == NEXT + 5 * MINUTE
    assert next_time(ARXIV, past(NEXT - 10 * MINUTE), NEXT - MINUTE) == NEXT


def test_arxiv_over_the_weekend() -> None:
    friday = announced_at(date(2026, 3, 6))
    saturday = friday + timedelta(days=2)
    assert next_time(ARXIV, past(friday), saturday, is_done=True) == announced_at(date(2026, 3, 9)) + 5 * MINUTE


def test_at_the_first_start_everything_is_due() -> None:
    now = BEGIN + 300 * MINUTE
    plan = make_plan(["arxiv", "arxiv-listing", "hub", "openreview"])
    assert list_due(plan, {}, now) == list(plan)


def test_the_hub_every_two_hours_others_once_a_day() -> None:
    plan = make_plan(["hub", "openreview"])
    pasts = {"hub": past(BEGIN), "openreview": past(BEGIN)}
    for minutes, due in ((119, []), (120, ["hub"]), (24 * 60, ["hub", "openreview"])):
        assert [job.name for job in list_due(plan, pasts, BEGIN + minutes * MINUTE)] == due


def test_what_failed_is_tried_again_after_an_hour() -> None:
    plan = make_plan(["hub", "openreview"])
    pasts = {"hub": past(BEGIN, False), "openreview": past(BEGIN, False)}
    assert list_due(plan, pasts, BEGIN + 59 * MINUTE) == []
    assert len(list_due(plan, pasts, BEGIN + 60 * MINUTE)) == 2


@pytest.mark.parametrize(
    ("last", "due"),
    [
        ("2026-03-05T03:39+00:00", "2026-03-05T03:40+00:00"),  # 22:39 in New York, standard time
        ("2026-03-05T03:40+00:00", "2026-03-06T03:40+00:00"),
        ("2026-03-08T03:40+00:00", "2026-03-09T02:40+00:00"),  # the clocks went forward
    ],
)
def test_gaps_are_filled_at_22_40_in_new_york(last: str, due: str) -> None:
    job = Job("gaps", ("arxiv-oai",))
    begun = datetime.fromisoformat(last)
    assert next_time(job, past(begun), begun) == datetime.fromisoformat(due)
