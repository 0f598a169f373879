"""The Hub's daily papers, day by day, from a real server with its faults."""

from __future__ import annotations

import json
import runpy
from datetime import date, timedelta
from pathlib import Path

import pytest

from broadsheet.domain.errors import SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.sources.hub_daily import HubDailySource
from broadsheet.sources.reading import SetAside

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
TODAY = date(2026, 3, 4)


def paper(n, **changes):
    inner = {"id": f"2603.{n:05d}", "title": f"Lantern study {n}", "summary": "We light.", "upvotes": n}
    return {"paper": {**inner, **changes}, "publishedAt": "2020-01-01T00:00:00.000Z", "numComments": 2}


def answer(value):
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


@pytest.fixture
def hub(outside, client_for, world):
    def make(since=TODAY - timedelta(days=2)):
        return HubDailySource(client_for(), f"{outside.address}/", since, world.now)

    return make


def test_a_slice_a_day_up_to_today(outside, hub):
    outside.otherwise = lambda asked: answer([paper(int(asked.query["date"][-2:]))])
    slices = list(hub().fetch_since(""))
    assert [(s.items[0].source_id, s.items[0].edition_on) for s in slices] == [
        ("2603.00002", date(2026, 3, 2)), ("2603.00003", date(2026, 3, 3)), ("2603.00004", TODAY),
    ]  # fmt: skip
    assert [s.is_last for s in slices] == [False, False, True]
    assert outside.asked[0].path.startswith("/api/daily_papers?")
    assert {asked.query["p"] for asked in outside.asked} == {"0"}
    [record] = slices[0].items
    assert (record.source, record.upvotes, record.comments) == ("hub", 2, 2)


def test_settled_days_are_not_asked_for_again_but_the_newest_week_is(outside, hub):
    outside.otherwise = lambda _: answer([])
    source = hub(since=date(2026, 2, 1))
    last = list(source.fetch_since(""))[-1]
    assert len(outside.asked) == 32
    outside.asked.clear()
    list(source.fetch_since(last.cursor))
    days = [asked.query["date"] for asked in outside.asked]
    assert (days[0], days[-1], len(days)) == ("2026-02-26", "2026-03-04", 7)


def test_a_fetch_that_broke_off_goes_on_where_it_was(outside, hub):
    outside.otherwise = lambda asked: (403, {}, b"") if asked.query["date"] == "2026-02-10" else answer([])
    taken = []
    source = hub(since=date(2026, 2, 1))
    with pytest.raises(SourceFailed, match=r"The Hub could not be reached \(.*403 Forbidden"):
        taken.extend(source.fetch_since(""))
    assert taken[-1].cursor == "2026-02-10"


@pytest.mark.parametrize("cursor", ["yesterday", "[]", "2999-01-01x", "\x00"])
def test_a_cursor_that_cannot_be_read_is_the_beginning(outside, hub, cursor):
    outside.otherwise = lambda _: answer([])
    assert len(list(hub().fetch_since(cursor))) == 3


def test_a_cursor_from_a_wrong_clock_is_today(outside, hub):
    outside.otherwise = lambda _: answer([])
    [only] = hub().fetch_since("2999-01-01")
    assert outside.asked[0].query["date"] == "2026-03-04"
    assert only.is_last


def test_a_long_day_comes_in_pages(outside, hub):
    papers = [paper(n) for n in range(250)]
    outside.otherwise = lambda asked: answer(papers[int(asked.query["p"]) * 100 :][: int(asked.query["limit"])])
    [only] = hub(since=TODAY).fetch_since("")
    assert len({item.source_id for item in only.items}) == 250


def test_what_is_no_paper_is_set_aside(outside, hub):
    outside.otherwise = lambda _: answer(
        [paper(1), 7, None, {"paper": {"id": "2603.00009"}}, {"paper": 3}, "x" * 9_999]
    )
    [only] = hub(since=TODAY).fetch_since("")
    assert [item.source_id for item in only.items if isinstance(item, Record)] == ["2603.00001"]
    aside = [item for item in only.items if isinstance(item, SetAside)]
    assert len(aside) == 5
    assert {"not a JSON object", "no title", "no id"} == {item.reason for item in aside}
    assert all(len(item.excerpt) <= 120 for item in aside)


@pytest.mark.parametrize("body", [b'{"error": "x"}', b"null", b"<html>", b'[{"paper": {"id'])
def test_what_is_no_list_is_asked_for_again(outside, hub, body):
    outside.script.append((200, {}, body))
    outside.otherwise = lambda _: answer([paper(1)])
    [only] = hub(since=TODAY).fetch_since("")
    assert len(only.items) == 1


def test_votes_that_changed_make_another_record(outside, hub):
    outside.script += [answer([paper(1)]), answer([paper(1, upvotes=99)])]
    source = hub(since=TODAY)
    [before], [after] = source.fetch_since(""), source.fetch_since("")
    assert [slice_.items[0].upvotes for slice_ in (before, after)] == [1, 99]
