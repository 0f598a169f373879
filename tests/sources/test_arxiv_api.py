"""arXiv's API, spoken by a real server with its faults; the clock is simulated."""

from __future__ import annotations

import itertools
import json
import runpy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.arxiv_api import ArxivApi, ArxivQuery
from broadsheet.sources.http import Limits
from broadsheet.sources.reading import SetAside

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
Archive, feed, ERROR_ENTRY, STALL = (_OUTSIDE[name] for name in ("Archive", "feed", "ERROR_ENTRY", "STALL"))

LONG_AGO, TODAY = date(2000, 1, 1), date(2026, 3, 4)
FULL = """<entry>
  <id>http://arxiv.org/abs/math.GT/0309136v3</id>
  <published>2003-09-08T01:02:03Z</published><updated>2004-01-01T00:00:00Z</updated>
  <title>On
    lamps \u2192 and \u202ebread</title>
  <summary>  We bake. </summary>
  <author><name>Ada Quill</name><arxiv:affiliation>Harbour School</arxiv:affiliation></author>
  <author><name> </name></author>
  <arxiv:comment>12 pages, code at https://github.com/harbour/lamps.</arxiv:comment>
  <arxiv:journal_ref>J. Lamps 3
    (2004) 1-9</arxiv:journal_ref>
  <arxiv:doi>10.1000/LAMP.1 10.1000/lamp.2</arxiv:doi>
  <link href="javascript:alert(1)" rel="related"/>
  <arxiv:primary_category term="math.GT"/>
  <category term="cs.CL"/><category term="math.GT"/><category term="57M25"/><category term="I.2.7; H.3"/>
  <category term="hep-th"/>
</entry>"""


@pytest.fixture
def harvest(outside, client_for):
    """Start a harvest at the server."""

    def start(since=LONG_AGO, categories=("cs.CL",), client=None, cursor=None, **query):
        query = ArxivQuery(categories, query.pop("today", TODAY), **query)
        source = ArxivApi(client or client_for(), f"{outside.address}/api/query", query)
        return source.fetch_since(since.isoformat() if cursor is None else cursor)

    return start


def ids(parts):
    return [item.source_id for part in parts for item in part.items]


def position(part):
    """Where a cursor goes on."""
    return json.loads(part.cursor)


def test_a_record(outside, harvest):
    outside.script.append((200, {}, feed([FULL], 1)))
    [part] = harvest()
    assert part.items[0] == Record(
        source="arxiv",
        source_id="math/0309136",
        title="On lamps → and bread",
        abstract="We bake.",
        authors=("Ada Quill",),
        published_on=date(2003, 9, 8),
        categories=("math.GT", "cs.CL", "hep-th"),
        links=(
            Link("abs", "https://arxiv.org/abs/math/0309136"),
            Link("pdf", "https://arxiv.org/pdf/math/0309136"),
            Link("code", "https://github.com/harbour/lamps"),
        ),
        arxiv_id="math/0309136",
        doi="10.1000/lamp.1",
        venue="J. Lamps 3 (2004) 1-9",
    )


def test_what_is_asked(outside, harvest):
    outside.otherwise = Archive(1).give
    list(harvest(date(2026, 3, 1), categories=("cs.CL", "hep-th")))
    [asked] = outside.asked
    assert asked.path.startswith("/api/query?")
    days = "submittedDate:[202603010000 TO 202603060000]"
    assert asked.query["search_query"] == f"(cat:cs.CL OR cat:hep-th) AND {days}"
    assert (asked.query["start"], asked.query["max_results"]) == ("0", "200")
    assert (asked.query["sortBy"], asked.query["sortOrder"]) == ("submittedDate", "ascending")


def test_without_a_cursor_some_days_back(outside, harvest):
    outside.otherwise = Archive(100).give
    for cursor in ("", "{", "[]", '{"minute":"202699999999","floor":"202601010000"}', "x" * 99_999, "9" * 9_999):
        outside.asked.clear()
        assert len(ids(harvest(cursor=cursor, days_back=2))) == 30
        assert "submittedDate:[202603020000 TO" in outside.asked[0].query["search_query"]


def test_slices_one_in_three_seconds(outside, harvest):
    outside.otherwise = Archive(450, per_day=1).give
    parts = list(harvest())
    assert len(set(ids(parts))) == 450
    assert [part.is_last for part in parts] == [False, False, True]
    times = [asked.at for asked in outside.asked]
    assert [(b - a).total_seconds() for a, b in itertools.pairwise(times)] == pytest.approx([3.0, 3.0])


def test_each_slice_is_a_search_from_the_last_minute_of_the_one_before(outside, harvest):
    outside.otherwise = Archive(450, per_day=1).give
    parts = list(harvest())
    since = [asked.query["search_query"].split("[")[1][:12] for asked in outside.asked]
    assert since[1:] == [position(part)["minute"] for part in parts[:-1]]
    assert {asked.query["start"] for asked in outside.asked} == {"0"}


@pytest.mark.parametrize("per_day", [1, 7, 450])
@pytest.mark.parametrize("most_in_a_slice", [37, 2_000])
def test_slices_of_any_size_lose_nothing(outside, harvest, per_day, most_in_a_slice):
    outside.otherwise = Archive(450, per_day, most_in_a_slice).give
    found = ids(harvest())
    assert len(found) == len(set(found)) == 450


def test_it_begins_at_the_day(outside, harvest):
    outside.otherwise = Archive(5_000, per_day=100).give
    assert len(ids(harvest(date(2026, 3, 2)))) == 300


def test_wherever_it_breaks_off_it_goes_on_without_a_gap(outside, harvest):
    outside.otherwise = Archive(300, per_day=9, most_in_a_slice=40).give
    whole = set(ids(harvest()))
    for taken in range(1, 8):
        first = list(itertools.islice(harvest(), taken))
        assert not first[-1].is_last
        rest = list(harvest(cursor=first[-1].cursor))
        assert set(ids(first)) | set(ids(rest)) == whole
        assert len(ids(rest)) <= 300 - taken * (40 - 9)  # at most a minute is repeated a slice


def test_the_next_fetch_asks_for_what_may_have_been_held(outside, harvest):
    archive = Archive(200, per_day=10)
    outside.otherwise = archive.give
    *_, last = harvest()
    assert last.is_last
    archive.entries.append(archive.entry(7_000, datetime(2026, 2, 26, tzinfo=UTC)))
    archive.entries.insert(0, archive.entry(7_001, datetime(2026, 3, 5, tzinfo=UTC)))
    found = ids(harvest(cursor=last.cursor, today=date(2026, 3, 5)))
    assert {"2603.07000", "2603.07001"} <= set(found)
    assert len(found) == 82  # not the whole record again


def test_a_fetch_never_goes_behind_its_first_day(outside, harvest):
    outside.otherwise = Archive(200, per_day=10).give
    *_, last = harvest(date(2026, 3, 2))
    assert ids(harvest(cursor=last.cursor)) == ids(harvest(date(2026, 3, 2)))


def test_a_quiet_time_moves_nothing(outside, harvest):
    archive = Archive(20)
    outside.otherwise = archive.give
    [part] = harvest(date(2026, 3, 5), today=date(2026, 3, 6))
    assert (part.items, part.is_last) == ((), True)
    assert position(part)["minute"] == "202603050000"
    archive.entries.insert(0, archive.entry(900, datetime(2026, 3, 5, tzinfo=UTC)))
    assert ids(harvest(cursor=part.cursor)) == ["2603.00900"]


def test_a_new_category_has_its_days_too(outside, harvest):
    outside.otherwise = Archive(200, per_day=10).give
    *_, last = harvest(date(2026, 3, 4))
    assert len(ids(harvest(cursor=last.cursor))) == 10
    assert len(ids(harvest(cursor=last.cursor, categories=("cs.CL", "cs.LG"), days_back=2))) == 30
    *_, old = harvest(date(2026, 2, 20))
    later = {"today": date(2026, 4, 1), "categories": ("cs.LG",)}
    assert set(ids(harvest(cursor=old.cursor, **later))) >= set(ids(harvest(date(2026, 2, 26))))


def test_the_newest_few(outside, harvest):
    outside.otherwise = Archive(5_000).give
    parts = list(harvest(limit=250))
    assert ids(parts) == [f"2603.{n:05d}" for n in range(250)]
    assert not parts[-1].is_last
    assert {part.cursor for part in parts} == {"2000-01-01"}
    assert [asked.query["max_results"] for asked in outside.asked] == ["200", "50"]
    assert len(list(harvest(date(2026, 3, 4), limit=250))[-1].items) == 10


def test_more_than_arxiv_gives_of_one_search(outside, harvest):
    outside.otherwise = Archive(30_100, per_day=50).give
    parts = list(harvest(slice_size=9_999))
    found = ids(parts)
    assert len(found) == len(set(found)) == 30_100
    assert parts[-1].is_last
    assert {asked.query["max_results"] for asked in outside.asked} == {"2000"}
    assert max(int(asked.query["start"]) for asked in outside.asked) == 0


def test_more_than_arxiv_gives_of_one_minute(outside, harvest):
    at = json.dumps({"categories": ["cs.CL"], "floor": "200001010000", "minute": "202603041800", "start": 29_990})
    outside.otherwise = Archive(30_100, per_day=40_000).give
    with pytest.raises(SourceFailed, match="more than 30,000 papers of one minute"):
        list(harvest(cursor=at))
    assert outside.asked[0].query["max_results"] == "10"


def test_papers_that_come_and_go_between_slices(outside, harvest):
    archive = Archive(300, per_day=2)

    def give(asked):
        answer = archive.give(asked)
        archive.entries.insert(0, archive.entry(900 + len(outside.asked)))
        archive.entries.insert(250, archive.entry(800 + len(outside.asked), datetime(2025, 11, 1, tzinfo=UTC)))
        return answer

    outside.otherwise = give
    found = ids(harvest())
    assert len(found) == len(set(found))
    assert {f"2603.{n:05d}" for n in range(300)} <= set(found)


def test_papers_out_of_order_lose_nothing(outside, harvest):
    archive = Archive(500, per_day=1)

    def give(asked):
        asked.query["sortOrder"] = "descending"  # as the server pleases
        return archive.give(asked)

    outside.otherwise = give
    assert len(set(ids(harvest()))) == 500


def test_papers_from_before_the_day_asked_for(outside, harvest):
    archive = Archive(50)
    archive.entries = [archive.entry(n, datetime(1999, 1, 1, tzinfo=UTC) + timedelta(days=n)) for n in range(50)]
    outside.otherwise = lambda asked: (200, {}, feed(archive.entries, 50))
    with pytest.raises(SourceFailed, match="from before the day asked for"):
        list(harvest(date(2026, 3, 1)))


def test_a_bad_entry_is_set_aside(outside, harvest):
    nameless = Archive.entry(1).replace("2603.00001v2", "unknown")
    untitled = Archive.entry(2).replace("<title>Lantern study\n    number 2</title>", "<title> </title>")
    dateless = Archive.entry(3).replace("2026-03-04T18:00:01Z", "yesterday")
    assert "yesterday" in dateless
    outside.script.append((200, {}, feed([nameless, untitled, dateless, "<entry/>", Archive.entry(4)], 5)))
    [part] = harvest(since=date(2026, 3, 1))
    items = part.items
    assert [item.source_id for item in items if isinstance(item, Record)] == ["2603.00003", "2603.00004"]
    assert [item.reason for item in items if isinstance(item, SetAside)] == [
        "no arXiv id in 'http://arxiv.org/abs/unknown'",
        "2603.00002: no title",
        "no arXiv id in ''",
    ]


# Faults.


def test_an_error_as_an_entry(outside, harvest):
    outside.script.append((200, {}, feed([ERROR_ENTRY], 1)))
    with pytest.raises(SourceFailed, match=r"arXiv refused the search \(lanterns are not a field\)"):
        list(harvest())
    assert len(outside.asked) == 1


def test_an_error_as_an_entry_with_status_400(outside, harvest):
    outside.script.append((400, {}, feed([ERROR_ENTRY], 1)))
    with pytest.raises(SourceFailed, match="lanterns are not a field"):
        list(harvest())


def test_an_empty_page_is_asked_for_again(outside, harvest):
    archive = Archive(450, per_day=1_000)
    outside.otherwise = archive.give
    outside.script += [archive.give(ask("0")), (200, {}, feed([], 450)), (200, {}, feed([], 0))]
    assert len(set(ids(harvest()))) == 450
    assert [asked.query["start"] for asked in outside.asked] == ["0", "0", "0", "0", "200", "400"]


def test_an_empty_answer_for_days_that_have_papers(outside, harvest):
    archive = Archive(450)
    outside.otherwise = lambda asked: archive.give(asked) if "[" not in asked.path else (200, {}, feed([], 0))
    outside.script.append((200, {}, feed([], 0)))
    outside.script.append((200, {}, feed([archive.entry(1)], 450)))
    with pytest.raises(SourceFailed, match="no paper of these days, though its newest is one of them"):
        list(harvest())


def test_pages_that_stay_empty(outside, harvest):
    outside.otherwise = lambda _: (200, {}, feed([], 450))
    with pytest.raises(SourceFailed, match="an empty page, though 450 papers match, 4 times: what is here stays"):
        list(harvest())
    assert len(outside.asked) == 4


def test_no_paper_at_all_is_no_quiet_day(outside, harvest):
    outside.otherwise = lambda _: (200, {}, feed([], 0))
    with pytest.raises(SourceFailed, match=r"gives no paper for cs\.ZZ: check the categories"):
        list(harvest(categories=("cs.ZZ",)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<feed",
        b"<html><body>Bread</body></html>",
        b"\xff\xfe\x00",
        b"<?xml version='1.0' encoding='klingon'?><feed/>",
        feed([Archive.entry(1)], 1)[:-20],
        feed([Archive.entry(1)], 1).replace(b">1<", b">many<"),
        feed([Archive.entry(1)], 1).replace(b"totalResults", b"sumOfResults"),
    ],
)
def test_a_broken_answer_is_asked_for_again(outside, harvest, body):
    outside.otherwise = Archive(1).give
    outside.script.append((200, {}, body))
    assert ids(harvest()) == ["2603.00000"]
    assert len(outside.asked) == 2


def test_answers_that_stay_broken(outside, harvest):
    outside.otherwise = lambda _: (200, {}, b"<feed")
    with pytest.raises(SourceFailed, match="arXiv sent broken XML, 4 times: what is here stays, try again later"):
        list(harvest())
    assert len(outside.asked) == 4


@pytest.mark.parametrize(
    "declarations",
    [
        '<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE feed SYSTEM "http://10.0.0.1/feed.dtd">',
    ],
)
def test_entities_are_refused(outside, harvest, declarations):
    body = feed([Archive.entry(1)], 1).replace(b"<feed", declarations.encode() + b"<feed", 1)
    outside.script.append((200, {}, body))
    with pytest.raises(SourceFailed, match="not safe to read"):
        list(harvest())
    assert len(outside.asked) == 1


def test_an_arxiv_that_is_busy(outside, harvest):
    outside.otherwise = Archive(1).give
    outside.script += [(429, {"Retry-After": "30"}, b""), (503, {"Retry-After": "20"}, b"")]
    assert ids(harvest()) == ["2603.00000"]
    assert (outside.asked[-1].at - outside.asked[0].at).total_seconds() >= 50


def test_an_arxiv_that_wants_to_be_left_alone(outside, harvest):
    outside.script.append((503, {"Retry-After": "7200"}, b""))
    with pytest.raises(SourceFailed, match=r"could not be reached .*503 Service Unavailable.* 7200 s") as failure:
        list(harvest())
    assert failure.value.retry_after_seconds == 7200


def test_an_arxiv_that_stalls(outside, harvest, client_for):
    outside.script += [STALL, STALL]
    client = client_for(Limits(tries=2, read_seconds=0.05))
    with pytest.raises(SourceFailed, match=r"arXiv could not be reached \(.*no answer in time; 2 tries\):"):
        list(harvest(client=client))


def test_an_arxiv_that_moved(outside, harvest):
    outside.otherwise = Archive(1).give
    outside.script.append((301, {"Location": "/new/query?start=0&max_results=200&sortBy=submittedDate"}, b""))
    outside.script.append(Archive(1).give(ask("0")))
    assert ids(harvest()) == ["2603.00000"]


@pytest.mark.parametrize("category", ["cs.CL OR all:x", "", "CS.CL", "cs.", "cs.CL&start=0", "x" * 99])
def test_what_is_no_category(harvest, category):
    with pytest.raises(Invalid, match="no category of arXiv"):
        harvest(categories=(category,))


def test_no_category(harvest):
    with pytest.raises(Invalid, match="No category is chosen"):
        harvest(categories=())


def ask(start):
    """A request for the first slice size from `start`, as the server sees it."""
    path = f"/?start={start}&max_results=200&sortBy=submittedDate&sortOrder=descending&search_query=cat:cs.CL"
    return _OUTSIDE["Asked"](path, {}, _OUTSIDE["NOW"])
