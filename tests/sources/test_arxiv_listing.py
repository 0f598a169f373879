"""arXiv's pages of new listings, given by a real server with its faults."""

from __future__ import annotations

import json
import runpy
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from broadsheet.domain.announcements import Announced
from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.arxiv_listing import ArxivListing
from broadsheet.sources.reading import SetAside

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
_SERVER = runpy.run_path(str(Path(__file__).with_name("arxiv_server.py")))
Archive, ArxivServer, Shape = (_SERVER[name] for name in ("Archive", "ArxivServer", "Shape"))

DAY = date(2026, 11, 20)
ENTRY = """<dt><a name='item1'>[1]</a>
  <a href ="/abs/{id}" title="Abstract" id="{id}">arXiv:{id}</a> (cross-list from cs.LG)
  [<a href="/pdf/{id}" title="Download PDF">pdf</a>, <a href="/format/{id}">other</a>]
</dt><dd><div class='meta'>
  <div class='list-title mathjax'><span class='descriptor'>Title:</span>
    On lamps &amp; bread</div>
  <div class='list-authors'><a href="/search/?q=1">Ada Quill</a>, <a href="/search/?q=2">Bo  Ferry</a></div>
  <div class='list-comments mathjax'><span class='descriptor'>Comments:</span>
    Code at <a href="https://github.com/harbour/lamps">https://github.com/harbour/lamps</a></div>
  <div class='list-journal-ref'><span class='descriptor'>Journal-ref:</span> J. Lamps 3</div>
  <div class='list-subjects'><span class='descriptor'>Subjects:</span>
    <span class="primary-subject">Computation and Language (cs.CL)</span>; High Energy Physics - Theory (hep-th)</div>
  <p class='mathjax'>We <em>bake</em>.<br>Bread.</p>
</div></dd>"""


def entry(n):
    return ENTRY.format(id=f"2611.{n:05d}")


def section(name, numbers, *entries):
    return f"<dl id='articles'><h3>{name} submissions {numbers}</h3>{''.join(entries)}</dl>"


def page(*sections, total=None, day="Friday, 20 November 2026"):
    paging = f"<div class='paging'>Total of {total} entries : <span>1-50</span></div>" if total is not None else ""
    heading = f"<h3>Showing new listings for {day}</h3>"
    body = f"<html><body><h1>Lamps</h1>{heading}{paging}{''.join(sections)}</body></html>"
    return 200, {}, body.encode()


ONE = page(section("New", "(showing 1 of 1 entries)", entry(1)), total=1)


@pytest.fixture
def fetch(outside, client_for):
    """Fetch from the scripted server."""

    def run(*categories, since=""):
        source = ArxivListing(client_for(), f"{outside.address}/list", categories or ("cs.CL",))
        return list(source.fetch_since(since))

    return run


def test_a_record(outside, fetch):
    outside.script.append(ONE)
    [part] = fetch()
    assert part.items == (
        Record(
            source="arxiv-listing",
            source_id="2611.00001",
            title="On lamps & bread",
            abstract="We bake.Bread.",
            authors=("Ada Quill", "Bo Ferry"),
            edition_on=DAY,
            categories=("cs.CL", "hep-th"),
            links=(
                Link("abs", "https://arxiv.org/abs/2611.00001"),
                Link("pdf", "https://arxiv.org/pdf/2611.00001"),
                Link("code", "https://github.com/harbour/lamps"),
            ),
            arxiv_id="2611.00001",
            venue="J. Lamps 3",
        ),
    )
    assert (part.cursor, part.is_last) == ('{"read_to":{"cs.CL":"2026-11-20"}}', True)
    assert outside.asked[0].path == "/list/cs.CL/new"


def test_sections_and_numbers(outside, fetch):
    outside.script.append(
        page(
            section("New", "(showing 2 of 2 entries)", entry(1), entry(2)),
            section("Cross", "for Friday, 20 November 2026 (showing 1 of 1 entries )", entry(3)),
            section("Replacement", "(showing 1 of 1 entries)", entry(4)),
            total=4,
        )
    )
    [part] = fetch()
    [said] = part.announcements
    assert (said.source, said.category, said.announced_on, said.stated) == ("arxiv-listing", "cs.CL", DAY, 3)
    assert [one.kind for one in said.papers] == ["new", "new", "cross", "replace"]
    assert [record.edition_on for record in part.items] == [DAY, DAY, None, None]


def test_a_long_list_is_read_page_by_page(outside, fetch):
    outside.script += [
        page(section("New", "(showing first 2 of 3 entries)", entry(1), entry(2)), total="1,005".replace("1,00", "")),
        page(
            section("New", "(continued, showing last 1 of 3 entries)", entry(3)),
            section("Replacement", "(showing first 1 of 2 entries)", entry(4)),
            total=5,
        ),
        page(section("Replacement", "(continued, showing last 1 of 2 entries)", entry(5)), total=5),
    ]
    [part] = fetch()
    assert [asked.path for asked in outside.asked] == [
        "/list/cs.CL/new",
        "/list/cs.CL/new?skip=2&show=2000",
        "/list/cs.CL/new?skip=4&show=2000",
    ]
    assert (len(part.items), part.announcements[0].stated) == (5, 3)


def test_a_list_that_changes_between_pages_is_begun_again(outside, fetch):
    new = section("New", "(showing 1 of 2 entries)", entry(1))
    rest = section("New", "(continued, showing 1 of 2 entries)", entry(2))
    later = "Monday, 23 November 2026"
    outside.script += [page(new, total=2), page(rest, total=2, day=later)]
    outside.script += [page(new, total=2, day=later), page(rest, total=2, day=later)]
    [part] = fetch()
    assert part.announcements[0].announced_on == date(2026, 11, 23)
    outside.script += [page(new, total=2), page(rest, total=2, day=later)] * 3
    with pytest.raises(SourceFailed, match=r"changed the list of cs\.CL while it was read"):
        fetch()


def test_entries_that_do_not_add_up(outside, fetch):
    outside.script.append(page(section("New", "(showing 1 of 2 entries)", entry(1)), total=1))
    with pytest.raises(SourceFailed, match=r"lists 1 of 1 entries of cs\.CL"):
        fetch()


def test_pages_that_end_too_soon(outside, fetch):
    outside.script.append(page(section("New", "(showing 1 of 2 entries)", entry(1)), total=2))
    outside.otherwise = lambda _: page(total=2)
    with pytest.raises(SourceFailed, match="an empty page of a longer list, 4 times"):
        fetch()


def test_a_day_without_announcements(outside, fetch):
    outside.script.append(page("<p>No updates today.</p>"))
    [part] = fetch()
    assert (part.items, part.announcements, part.is_last) == ((), (), True)


def test_a_bad_entry_is_set_aside_and_still_counted(outside, fetch):
    nameless = entry(1).replace("/abs/2611.00001", "/abs/lamp")
    untitled = entry(2).replace("On lamps &amp; bread", "")
    lone = entry(3).split("<dd>")[0]
    outside.script.append(page(section("New", "(showing 4 of 4 entries)", nameless, untitled, lone, entry(4)), total=4))
    [part] = fetch()
    assert [one.reason for one in part.items if isinstance(one, SetAside)] == [
        "no arXiv id in '/abs/lamp'",
        "2611.00002: no title",
        "2611.00003: no title",
    ]
    [said] = part.announcements
    assert (said.papers, said.stated) == ((Announced("2611.00004", "new"),), 4)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (ONE[2][:-40], "a page that breaks off"),
        (ONE[2].replace(b"<dt>", b"<p>"), "a list of 0 entries that says it shows 1"),
        (ONE[2].replace(b"showing 1 of 1", b"with one"), "a list without a heading"),
        (ONE[2].replace(b"20 November", b"31 November"), "a page without the day of its list"),
        (b"<html><body>Back soon.</body></html>", "a page without the day of its list"),
        (b"<b>" * 2_000, "a page whose elements are nested too deep"),
        (b"", "a page that breaks off"),
    ],
)
def test_a_broken_answer_is_asked_for_again_and_not_remembered(outside, fetch, body, words):
    outside.script += [(200, {"ETag": '"half"'}, body), ONE]
    assert len(fetch()[0].items) == 1
    assert "If-None-Match" not in outside.asked[1].headers
    outside.script += [(200, {}, body)] * 4
    with pytest.raises(SourceFailed, match=f"arXiv sent {words}, 4 times: what is here stays"):
        fetch()


def test_what_has_not_changed_is_not_sent_again_but_given(outside, fetch):
    outside.script += [(200, {"ETag": '"one"'}, ONE[2]), (304, {}, b"")]
    assert fetch() == fetch()
    assert outside.asked[1].headers["If-None-Match"] == '"one"'


def recent(*sections, total):
    heading = "<h1>Lamps</h1><h2>Authors and titles for recent submissions</h2>"
    paging = f"<div class='paging'>Total of {total} entries</div>"
    return 200, {}, f"<html><body>{heading}{paging}{''.join(sections)}</body></html>".encode()


def of_day(day, numbers, *entries):
    return f"<dl id='articles'><h3>{day} {numbers}</h3>{''.join(entries)}</dl>"


def own(n):
    return entry(n).replace("(cross-list from cs.LG)", "")


def read_to(day, *categories):
    return json.dumps({"read_to": dict.fromkeys(categories or ("cs.CL",), day)})


def test_the_days_between_come_from_the_recent_listings(outside, fetch):
    outside.script += [
        ONE,
        recent(
            of_day("Fri, 20 Nov 2026", "(showing 1 of 1 entries )", own(1)),
            of_day("Thu, 19 Nov 2026", "(showing 2 of 2 entries )", own(2), entry(3)),
            of_day("Wed, 18 Nov 2026", "(showing first 1 of 2 entries )", own(4)),
            total=7,
        ),
        recent(
            of_day("Wed, 18 Nov 2026", "(continued, showing last 1 of 2 entries )", own(5)),
            of_day("Tue, 17 Nov 2026", "(showing 2 of 2 entries )", own(6), own(7)),
            total=7,
        ),
    ]
    today, between = fetch(since=read_to("2026-11-17"))
    assert [asked.path for asked in outside.asked] == [
        "/list/cs.CL/new",
        "/list/cs.CL/recent?skip=0&show=2000",
        "/list/cs.CL/recent?skip=4&show=2000",
    ]
    assert (today.is_last, json.loads(today.cursor)) == (False, json.loads(read_to("2026-11-17")))
    assert (between.is_last, json.loads(between.cursor)) == (True, json.loads(read_to("2026-11-20")))
    assert [
        (said.announced_on.day, said.stated, [(p.arxiv_id, p.kind) for p in said.papers])
        for said in sorted(between.announcements, key=lambda said: said.announced_on)
    ] == [
        (18, 2, [("2611.00004", "new"), ("2611.00005", "new")]),
        (19, 2, [("2611.00002", "new"), ("2611.00003", "cross")]),
    ]
    assert [(item.source_id, item.edition_on) for item in between.items] == [
        ("2611.00002", date(2026, 11, 19)),
        ("2611.00003", None),
        ("2611.00004", date(2026, 11, 18)),
        ("2611.00005", date(2026, 11, 18)),
    ]


@pytest.mark.parametrize("since", ["", read_to("2026-11-19"), read_to("2026-11-20"), read_to("2026-11-25")])
def test_who_was_here_the_day_before_asks_for_today_alone(outside, fetch, since):
    outside.script.append(ONE)
    [part] = fetch(since=since)
    assert part.is_last
    assert json.loads(part.cursor) == json.loads(read_to("2026-11-25" if "25" in since else "2026-11-20"))


def test_a_weekend_is_no_gap_but_a_plain_day_is_asked_for(outside, fetch):
    outside.otherwise = lambda asked: (
        page(section("New", "(showing 1 of 1 entries)", entry(1)), total=1, day="Monday, 23 November 2026")
        if "/new" in asked.path
        else recent(of_day("Fri, 20 Nov 2026", "(showing 1 of 1 entries )", own(2)), total=1)
    )
    assert len(fetch(since=read_to("2026-11-20"))) == 1
    _, between = fetch(since="2026-11-20")
    assert [said.announced_on for said in between.announcements] == [DAY]


def test_recent_listings_that_fail_leave_the_gap_open_and_todays_papers_in(outside, client_for):
    outside.otherwise = lambda asked: ONE if "/new" in asked.path else (200, {}, b"<html>Back soon.</html>")
    source = ArxivListing(client_for(), f"{outside.address}/list", ("cs.CL", "cs.LG"))
    parts = []
    with pytest.raises(SourceFailed, match="a page without the days of its list, 4 times"):
        parts.extend(source.fetch_since(read_to("2026-11-17")))
    assert [part.announcements[0].category for part in parts] == ["cs.CL", "cs.LG"]
    assert json.loads(parts[-1].cursor) == {"read_to": {"cs.CL": "2026-11-17", "cs.LG": "2026-11-20"}}


def test_a_category_without_recent_papers_has_none_between(outside, fetch):
    outside.script += [ONE, recent(total=0)]
    _, between = fetch(since=read_to("2026-11-17"))
    assert (between.items, between.announcements, between.is_last) == ((), (), True)


@pytest.mark.parametrize("cursor", ["{}", "[]", '{"read_to": 3}', '{"read_to": {"cs.CL": "soon"}}', "{" * 50])
def test_a_cursor_that_cannot_be_read_is_as_none(outside, fetch, cursor):
    outside.script.append(ONE)
    assert len(fetch(since=cursor)) == 1


@pytest.mark.parametrize("listing_page", [7, 2_000])
def test_the_archives_recent_days(world, client_for, listing_page):
    archive = Archive()
    archive.invent(date(2026, 1, 5), date(2026, 3, 4), per_day=15)
    world.time = datetime(2026, 3, 4, 17, tzinfo=UTC)
    server = ArxivServer(archive, lambda: world.time, shape=Shape(listing_page=listing_page))
    try:
        source = ArxivListing(client_for(allowed=[server.host]), server.listing, ["cs.CL"])
        _, between = source.fetch_since("2026-02-20")
    finally:
        server.close()
    assert sorted(said.announced_on.day for said in between.announcements) == [2, 3, 26, 27]
    for said in between.announcements:
        truth = archive.announced(said.announced_on, "cs.CL")
        assert {one.arxiv_id: one.kind for one in said.papers} == {
            name: kind for name, kind in truth.items() if kind in ("new", "cross")
        }
        assert said.stated == len(said.papers)


def test_what_is_no_category(client_for):
    with pytest.raises(Invalid, match="no category of arXiv"):
        ArxivListing(client_for(), "http://x/", ["cs.CL/../x"])


@pytest.mark.parametrize("listing_page", [7, 2_000])
def test_the_archives_days(world, client_for, listing_page):
    archive = Archive()
    archive.invent(date(2026, 1, 5), date(2026, 3, 4), per_day=15)
    server = ArxivServer(archive, lambda: world.time, shape=Shape(listing_page=listing_page))
    try:
        source = ArxivListing(client_for(allowed=[server.host]), server.listing, ["cs.CL", "hep-th"])
        for day, shown in ((3, 3), (5, 5), (7, 6), (9, 9)):
            world.time = datetime(2026, 3, day, 17, tzinfo=UTC)
            for part in source.fetch_since(""):
                [said] = part.announcements
                assert said.announced_on == date(2026, 3, shown)
                truth = archive.announced(said.announced_on, said.category)
                assert {one.arxiv_id: one.kind for one in said.papers} == {
                    name: kind.removesuffix("-cross") for name, kind in truth.items()
                }
                assert said.stated == sum(kind in ("new", "cross") for kind in truth.values())
    finally:
        server.close()
