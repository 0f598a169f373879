"""arXiv's API, spoken by a real server with its faults; the clock is simulated."""

from __future__ import annotations

import itertools
import runpy
from datetime import date
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.arxiv_api import ArxivHarvest, ArxivQuery
from broadsheet.sources.http import Limits
from broadsheet.sources.reading import SetAside

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
Archive, feed, ERROR_ENTRY, STALL = (_OUTSIDE[name] for name in ("Archive", "feed", "ERROR_ENTRY", "STALL"))

LONG_AGO = date(2000, 1, 1)
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

    def start(since=LONG_AGO, categories=("cs.CL",), client=None, **query):
        query = ArxivQuery(categories, since, **query)
        return ArxivHarvest(client or client_for(), f"{outside.address}/api/query", query)

    return start


def ids(items):
    return [item.source_id for item in itertools.chain.from_iterable(items)]


def test_a_record(outside, harvest):
    outside.script.append((200, {}, feed([FULL], 1)))
    [[record]] = harvest()
    assert record == Record(
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
    list(harvest(categories=("cs.CL", "hep-th")))
    [asked] = outside.asked
    assert asked.path.startswith("/api/query?")
    assert asked.query["search_query"] == "cat:cs.CL OR cat:hep-th"
    assert (asked.query["start"], asked.query["max_results"]) == ("0", "200")


def test_slices_one_in_three_seconds(outside, harvest):
    outside.otherwise = Archive(450).give
    found = harvest()
    assert [len(items) for items in found] == [200, 200, 50]
    assert found.complete
    assert [asked.query["start"] for asked in outside.asked] == ["0", "200", "400"]
    times = [asked.at for asked in outside.asked]
    assert [(b - a).total_seconds() for a, b in itertools.pairwise(times)] == pytest.approx([3.0, 3.0])


def test_slices_shorter_than_asked_lose_nothing(outside, harvest):
    outside.otherwise = Archive(100, most_in_a_slice=37).give
    assert len(set(ids(harvest()))) == 100


def test_it_stops_at_the_day(outside, harvest):
    outside.otherwise = Archive(5_000, per_day=100).give
    found = harvest(since=date(2026, 3, 2))
    assert len(ids(found)) == 300
    assert found.complete
    assert len(outside.asked) == 2


def test_it_stops_at_the_limit(outside, harvest):
    outside.otherwise = Archive(5_000).give
    found = harvest(limit=250)
    assert len(ids(found)) == 250
    assert not found.complete
    assert [asked.query["max_results"] for asked in outside.asked] == ["200", "50"]


def test_no_more_than_arxiv_gives(outside, harvest):
    outside.otherwise = Archive(30_100).give
    found = harvest(limit=99_999, slice_size=9_999)
    assert len(ids(found)) == 30_000
    assert not found.complete
    assert {asked.query["max_results"] for asked in outside.asked} == {"2000"}


def test_papers_that_move_on_between_slices_come_once(outside, harvest):
    archive = Archive(300)

    def give(asked):
        answer = archive.give(asked)
        archive.entries.insert(0, archive.entry(900 + len(outside.asked)))
        return answer

    outside.otherwise = give
    found = ids(harvest())
    assert len(found) == len(set(found)) == 300


def test_a_bad_entry_is_set_aside(outside, harvest):
    nameless = Archive.entry(1).replace("2603.00001v2", "unknown")
    untitled = Archive.entry(2).replace("<title>Lantern study\n    number 2</title>", "<title> </title>")
    dateless = Archive.entry(3).replace("2026-03-04T18:00:01Z", "yesterday")
    outside.script.append((200, {}, feed([nameless, untitled, dateless, "<entry/>", Archive.entry(4)], 5)))
    [items] = harvest(since=date(2026, 3, 1))
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
    archive = Archive(450)
    outside.otherwise = archive.give
    outside.script += [archive.give(ask("0")), (200, {}, feed([], 450)), (200, {}, feed([], 0))]
    assert len(set(ids(harvest()))) == 450
    assert [asked.query["start"] for asked in outside.asked] == ["0", "200", "200", "200", "400"]


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
    path = f"/?start={start}&max_results=200&sortBy=submittedDate&sortOrder=descending"
    return _OUTSIDE["Asked"](path, {}, _OUTSIDE["NOW"])
