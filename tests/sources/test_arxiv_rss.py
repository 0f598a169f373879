"""arXiv's feeds, given by a real server with its faults."""

from __future__ import annotations

import runpy
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.arxiv_rss import ArxivRss
from broadsheet.sources.reading import SetAside

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
_SERVER = runpy.run_path(str(Path(__file__).with_name("arxiv_server.py")))
Archive, ArxivServer, Shape = (_SERVER[name] for name in ("Archive", "ArxivServer", "Shape"))

DAY = date(2026, 3, 4)
ITEM = """<item><title>On lamps
 and bread</title><link>https://arxiv.org/abs/2603.00001</link>
<description>arXiv:2603.00001v1 Announce Type: new
Abstract: We bake &amp;lt;bread&amp;gt;; see https://github.com/harbour/lamps.</description>
<guid isPermaLink="false">oai:arXiv.org:2603.00001v1</guid><category>cs.CL</category><category>math.GT</category>
<pubDate>Wed, 04 Mar 2026 00:00:00 -0500</pubDate><arxiv:announce_type>new</arxiv:announce_type>
<dc:rights>http://example.org/licence</dc:rights><arxiv:DOI>10.1000/LAMP.1</arxiv:DOI>
<arxiv:journal_reference>J. Lamps 3</arxiv:journal_reference>
<dc:creator>Ada Quill (Harbour School), Bo Ferry</dc:creator></item>"""


def feed(*items, dates="<pubDate>Wed, 04 Mar 2026 00:00:00 -0500</pubDate>"):
    spaces = 'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    inner = "".join(items)
    return 200, {}, f'<rss version="2.0" {spaces}><channel><title>x</title>{dates}{inner}</channel></rss>'.encode()


def item(n, kind="new", version=1):
    text = ITEM.replace("2603.00001v1", f"2603.{n:05d}v{version}").replace(">new<", f">{kind}<")
    return text.replace("/2603.00001<", f"/2603.{n:05d}<")


@pytest.fixture
def fetch(outside, client_for):
    """Fetch from the scripted server."""

    def run(*categories, cursor=""):
        return list(ArxivRss(client_for(), f"{outside.address}/rss/", categories or ("cs.CL",)).fetch_since(cursor))

    return run


def test_a_record(outside, fetch):
    outside.script.append(feed(ITEM))
    [part] = fetch()
    assert part.items == (
        Record(
            source="arxiv-rss",
            source_id="2603.00001",
            title="On lamps and bread",
            abstract="We bake &lt;bread&gt;; see https://github.com/harbour/lamps.",
            authors=("Ada Quill", "Bo Ferry"),
            edition_on=DAY,
            categories=("cs.CL", "math.GT"),
            links=(
                Link("abs", "https://arxiv.org/abs/2603.00001"),
                Link("pdf", "https://arxiv.org/pdf/2603.00001"),
                Link("code", "https://github.com/harbour/lamps"),
            ),
            arxiv_id="2603.00001",
            doi="10.1000/lamp.1",
            venue="J. Lamps 3",
        ),
    )
    assert (part.cursor, part.is_last) == ("2026-03-04", True)


def test_kinds(outside, fetch):
    outside.script.append(
        feed(item(1), item(2, "cross"), item(3, "replace", 2), item(4, "replace-cross", 12), item(1, "replace", 2))
    )
    [part] = fetch()
    kinds = (Announced("2603.00001", "new"), Announced("2603.00002", "cross"), Announced("2603.00003", "replace"))
    papers = (*kinds, Announced("2603.00004", "replace"))
    assert part.announcements == (Announcement("arxiv-rss", "cs.CL", DAY, papers, 2),)
    assert [record.edition_on for record in part.items] == [DAY, None, None, None, None]


@pytest.mark.parametrize(
    ("description", "abstract"),
    [
        ("arXiv:2603.00001v2 Announce Type: replace-cross \nAbstract: We bake.", "We bake."),
        ("&lt;p&gt;Abstract: We bake.", "We bake."),
        ("We bake. Abstract: nouns.", "We bake. Abstract: nouns."),
        ("", ""),
    ],
)
def test_the_abstract_without_what_stands_before_it(outside, fetch, description, abstract):
    before, after = ITEM.split("<description>")[0], ITEM.split("</description>")[1]
    outside.script.append(feed(f"{before}<description>{description}</description>{after}"))
    assert fetch()[0].items[0].abstract == abstract


def test_a_request_and_a_slice_for_each_category(outside, fetch):
    outside.script += [feed(item(1)), feed(item(1, "cross"), item(2))]
    parts = fetch("cs.CL", "hep-th")
    assert [asked.path for asked in outside.asked] == ["/rss/cs.CL", "/rss/hep-th"]
    assert [part.announcements[0].category for part in parts] == ["cs.CL", "hep-th"]
    assert [part.is_last for part in parts] == [False, True]
    assert (outside.asked[1].at - outside.asked[0].at).total_seconds() == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ("<pubDate>Wed, 04 Mar 2026 00:00:00 -0500</pubDate>", DAY),
        ("<pubDate>Wed, 04 Mar 2026 05:00:14 +0000</pubDate>", DAY),
        ("<pubDate>Wed, 04 Mar 2026 04:59:00 +0000</pubDate>", date(2026, 3, 3)),
        ("<pubDate>soon</pubDate><lastBuildDate>Wed, 04 Mar 2026 05:00:14 GMT</lastBuildDate>", DAY),
    ],
)
def test_the_day_is_that_of_new_york(outside, fetch, dates, day):
    outside.script.append(feed(ITEM, dates=dates))
    [part] = fetch()
    assert (part.announcements[0].announced_on, part.items[0].edition_on) == (day, day)


def test_an_empty_feed_announces_nothing(outside, fetch):
    outside.script.append(feed())
    [part] = fetch()
    assert (part.items, part.announcements, part.is_last) == ((), (), True)


def test_a_full_feed_cannot_know_its_number(outside, fetch):
    outside.script.append(feed(*(item(n) for n in range(2_000))))
    [part] = fetch()
    [announcement] = part.announcements
    assert (len(announcement.papers), announcement.stated) == (2_000, None)


def test_a_bad_item_is_set_aside_and_counted(outside, fetch):
    nameless = item(1).replace("oai:arXiv.org:2603.00001v1", "x").replace("/abs/2603.00001<", "/abs/x<")
    untitled = item(2).replace("<title>On lamps\n and bread</title>", "")
    outside.script.append(feed(nameless, untitled, item(3, "sold"), item(4), "<item/>"))
    [part] = fetch()
    assert [one.reason for one in part.items if isinstance(one, SetAside)] == [
        "no arXiv id in 'x'",
        "2603.00002: no title",
        "2603.00003: no known kind of announcement",
        "no arXiv id in ''",
    ]
    [announcement] = part.announcements
    assert (announcement.papers, announcement.stated) == ((Announced("2603.00004", "new"),), 5)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (feed(ITEM)[2][:-20], "broken XML"),
        (b"<html><body>Back soon.</body></html>", "something that is no RSS feed"),
        (b'<rss version="2.0"/>', "something that is no RSS feed"),
        (feed(ITEM, dates="")[2], "a feed without its day"),
    ],
)
def test_a_broken_answer_is_asked_for_again_and_not_remembered(outside, fetch, body, words):
    outside.script += [(200, {"ETag": '"half"'}, body), feed(ITEM)]
    assert len(fetch()[0].items) == 1
    assert "If-None-Match" not in outside.asked[1].headers
    outside.script += [(200, {}, body)] * 4
    with pytest.raises(SourceFailed, match=f"arXiv sent {words}, 4 times: what is here stays"):
        fetch()


def test_entities_are_refused(outside, fetch):
    outside.script.append((200, {}, b'<!DOCTYPE x [<!ENTITY a "ha">]>' + feed(ITEM)[2]))
    with pytest.raises(SourceFailed, match="not safe to read"):
        fetch()


def test_what_has_not_changed_is_not_sent_again_but_given(outside, fetch):
    outside.script += [(200, {"ETag": '"one"'}, feed(ITEM)[2]), (304, {}, b"")]
    first = fetch()
    assert fetch(cursor=first[-1].cursor) == first
    assert outside.asked[1].headers["If-None-Match"] == '"one"'


def test_what_is_no_category(client_for):
    with pytest.raises(Invalid, match="no category of arXiv"):
        ArxivRss(client_for(), "http://x/", ["../x"])


def test_the_archives_days(world, client_for):
    archive = Archive()
    archive.invent(date(2026, 1, 5), date(2026, 3, 4), per_day=15)
    server = ArxivServer(archive, lambda: world.time)
    try:
        source = ArxivRss(client_for(allowed=[server.host]), server.rss, ["cs.CL", "cs.LG"])
        for day in range(2, 9):
            world.time = datetime(2026, 3, day, 17, tzinfo=UTC)
            for part in source.fetch_since(""):
                if date(2026, 3, day).weekday() > 4:
                    assert part.announcements == ()
                    continue
                [said] = part.announcements
                truth = archive.announced(date(2026, 3, day), said.category)
                assert {one.arxiv_id: one.kind for one in said.papers} == {
                    name: kind.removesuffix("-cross") for name, kind in truth.items()
                }
                assert said.stated == sum(kind in ("new", "cross") for kind in truth.values())
    finally:
        server.close()
