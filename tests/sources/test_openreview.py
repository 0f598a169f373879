"""OpenReview's API, version 2, spoken by a real server with its faults."""

from __future__ import annotations

import json
import runpy
from datetime import date
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.openreview import OpenReviewSource, find_note, read_note
from broadsheet.sources.reading import SetAside

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
VENUE = "Lamps.cc/2026/Conference"
DAY_MS = 86_400_000
NOW_MS = 1_772_600_000_000  # March 4, 2026


def note(n, changed=NOW_MS, **content):
    values = {"title": f"Lantern study {n}", "abstract": "We light.", "authors": ["Ada Quill"], "venueid": VENUE}
    name = f"lantern{n:04d}"
    dates = {"cdate": NOW_MS - 9 * DAY_MS, "tmdate": changed}
    wrapped = {key: {"value": value} for key, value in {**values, **content}.items()}
    return {"id": name, "forum": name, "content": wrapped, **dates}


def answer(notes, count=None):
    body = {"notes": notes, "count": len(notes) if count is None else count}
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


class Venue:
    """Notes in the order of their changes, given by offset and limit."""

    def __init__(self, notes, most=1_000):
        self.notes, self.most = notes, most

    def give(self, asked):
        assert asked.query["sort"] == "tmdate:desc"
        start, size = int(asked.query["offset"]), min(self.most, int(asked.query["limit"]))
        return answer(self.notes[start : start + size], len(self.notes))


@pytest.fixture
def source(outside, client_for):
    def make(*venues, since=date(2026, 1, 1)):
        return OpenReviewSource(client_for(), outside.address, venues or (VENUE,), since)

    return make


def ids(slices):
    return [item.source_id for one in slices for item in one.items if isinstance(item, Record)]


def test_a_record():
    found = read_note(
        {
            **note(1, title="On  lamps\n", keywords=["oil", "wick"], venue="Lamps 2026 oral", pdf="/pdf/x.pdf"),
            "odate": NOW_MS - DAY_MS,
            "pdate": NOW_MS,
        }
    )
    assert found == Record(
        source="openreview",
        source_id="lantern0001",
        title="On lamps",
        abstract="We light.",
        authors=("Ada Quill",),
        published_on=date(2026, 3, 3),
        keywords=("oil", "wick"),
        links=(
            Link("abs", "https://openreview.net/forum?id=lantern0001"),
            Link("pdf", "https://openreview.net/pdf?id=lantern0001"),
        ),
        openreview_id="lantern0001",
        venue="Lamps 2026 oral",
    )


def test_a_venue_that_has_not_decided_is_none():
    assert read_note(note(1, venue="Lamps 2026 Conference Submission")).venue == ""
    assert read_note(note(1, venue="Submitted to Lamps 2026")).venue == ""


def test_values_without_a_wrap_and_authors_as_objects():
    found = read_note(
        {"id": "lantern0001", "content": {"title": "Old", "authors": [{"fullname": "Bo Ferry"}, 7, None]}}
    )
    assert (found.title, found.authors, found.published_on) == ("Old", ("Bo Ferry",), None)


@pytest.mark.parametrize(
    "gone",
    [
        note(1, venueid=f"{VENUE}/Withdrawn_Submission"),
        note(1, venueid=f"{VENUE}/Desk_Rejected_Submission"),
        note(1, venue="Lamps 2026 Desk Rejected Submission"),
        {**note(1), "invitations": [f"{VENUE}/-/Submission", f"{VENUE}/-/Withdrawn_Submission"]},
        {**note(1), "ddate": NOW_MS},
        {**note(1), "forum": "another-forum"},
    ],
)
def test_what_was_taken_back_and_what_is_a_reply_is_left_out(outside, source, gone):
    outside.otherwise = Venue([gone, note(2)]).give
    assert ids(source().fetch_since("")) == ["lantern0002"]


def test_pages_by_offset(outside, source):
    outside.otherwise = Venue([note(n) for n in range(45)], most=20).give
    slices = list(source().fetch_since(""))
    assert ids(slices) == [f"lantern{n:04d}" for n in range(45)]
    assert [asked.query["offset"] for asked in outside.asked] == ["0", "20", "40"]
    assert outside.asked[0].query["content.venueid"] == VENUE
    assert [s.is_last for s in slices] == [False, False, True]


def test_an_invitation_is_asked_for_as_one(outside, source):
    outside.otherwise = Venue([]).give
    [only] = source("TMLR/-/Submission").fetch_since("")
    assert outside.asked[0].query["invitation"] == "TMLR/-/Submission"
    assert (only.items, only.is_last) == ((), True)


def test_only_what_changed_comes_again(outside, source):
    venue = Venue([note(n, NOW_MS - n * DAY_MS) for n in range(10)], most=3)
    outside.otherwise = venue.give
    cursor = list(source().fetch_since(""))[-1].cursor
    outside.asked.clear()
    venue.notes = [note(7, NOW_MS + 1, venue="Lamps 2026 poster"), *venue.notes[:7], *venue.notes[8:]]
    assert ids(source().fetch_since(cursor)) == ["lantern0007", "lantern0000"]
    assert len(outside.asked) == 1


def test_an_order_that_is_not_kept_loses_nothing(outside, source):
    notes = [note(n, NOW_MS - (n * 7 % 10) * DAY_MS) for n in range(10)]
    notes[:2] = notes[1::-1]
    notes[2]["tmdate"] = NOW_MS - 400 * DAY_MS  # the last of a page that is in no order
    outside.otherwise = Venue(notes, most=3).give
    assert len(ids(source().fetch_since(""))) == 9
    assert len(outside.asked) == 4


def test_a_cursor_moves_only_when_a_venue_is_whole(outside, source):
    outside.otherwise = Venue([note(n) for n in range(5)], most=3).give
    first, second = source().fetch_since("")
    assert (first.cursor, json.loads(second.cursor)) == ("{}", {VENUE: NOW_MS})


def test_a_new_venue_begins_at_its_own_beginning(outside, source):
    outside.otherwise = Venue([note(1, NOW_MS - 20 * DAY_MS)]).give
    cursor = json.dumps({VENUE: NOW_MS})
    slices = list(source(VENUE, "Wicks.cc/2026/Workshop").fetch_since(cursor))
    assert [len(s.items) for s in slices] == [0, 1]
    assert json.loads(slices[-1].cursor) == {VENUE: NOW_MS, "Wicks.cc/2026/Workshop": NOW_MS - 20 * DAY_MS}


@pytest.mark.parametrize("bad", [answer([], 3), (200, {}, b'{"notes": [{"id"'), (200, {}, b"<html>")])
def test_an_empty_or_broken_page_is_asked_for_again(outside, source, bad):
    outside.script.append(bad)
    outside.otherwise = Venue([note(n) for n in range(3)]).give
    assert len(ids(source().fetch_since(""))) == 3


def test_pages_that_stay_empty(outside, source):
    outside.otherwise = lambda _: answer([], 450)
    with pytest.raises(SourceFailed, match="OpenReview sent a list that ends after 0 of 450, 4 times"):
        list(source().fetch_since(""))


def test_bad_notes_are_set_aside(outside, source):
    odd = [
        None,
        3,
        note(1, title=""),
        {**note(2), "id": "../../etc", "forum": "../../etc"},
        {"id": []},
        note(3, authors={}),
    ]
    outside.otherwise = lambda _: answer(odd)
    items = [item for one in source().fetch_since("") for item in one.items]
    assert [item.source_id for item in items if isinstance(item, Record)] == ["lantern0003"]
    assert len([item for item in items if isinstance(item, SetAside)]) == 5


@pytest.mark.parametrize("moment", [10**30, -(10**30), True, "2026", None, 1.5])
def test_impossible_times(moment):
    assert read_note({**note(1), "cdate": moment, "tcdate": moment}).published_on is None


@pytest.mark.parametrize("venue", ["", "Lamps cc", "a/../b?c", "x" * 300, "{}"])
def test_what_is_no_venue(source, venue):
    with pytest.raises(Invalid, match="no venue of OpenReview"):
        source(venue)


def test_one_note(outside, client_for):
    outside.otherwise = lambda _: answer([note(1)])
    assert find_note(client_for(), outside.address, "lantern0001").title == "Lantern study 1"
    assert outside.asked[0].path == "/notes?id=lantern0001"
    assert find_note(client_for(), outside.address, "lantern0002") is None
