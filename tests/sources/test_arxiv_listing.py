"""arXiv's pages of new listings, given by a real server with its faults."""

from __future__ import annotations

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

    def run(*categories):
        return list(ArxivListing(client_for(), f"{outside.address}/list", categories or ("cs.CL",)).fetch_since(""))

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
    assert (part.cursor, part.is_last) == ("2026-11-20", True)
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
