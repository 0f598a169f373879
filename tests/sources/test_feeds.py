"""RSS and Atom feeds from a real server: many dialects, and what is no feed."""

from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.feeds import FeedsSource, read_feed
from broadsheet.sources.reading import SetAside

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"
 xmlns:arxiv="http://arxiv.org/schemas/atom"><channel><title>Lamps</title><link>https://lamps.example/</link>
{items}</channel></rss>"""
ARXIV = """<item><title>On lamps</title><link>https://arxiv.org/abs/2601.00007</link>
<description>arXiv:2601.00007v2 Announce Type: replace-cross
Abstract: We bake &lt;b&gt;bread&lt;/b&gt;.</description><guid isPermaLink="false">oai:arXiv.org:2601.00007v2</guid>
<pubDate>Wed, 04 Mar 2026 00:00:00 -0500</pubDate><dc:creator>Ada Quill, Bo Ferry</dc:creator></item>"""
JOURNAL = """<item><title>Oil &amp;amp; &lt;i&gt;wick&lt;/i&gt;</title><link>https://j.example/content/10.1000/Lamp.9v1?rss=1</link>
<dc:identifier>doi:10.1000/Lamp.9</dc:identifier><description>&lt;script&gt;x()&lt;/script&gt;&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;
See arXiv:2601.99999</description><prism:publicationName>Journal of Lamps</prism:publicationName></item>"""
BLOG = """<item><title>Notes</title><guid>42</guid><description>words</description></item>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry>
<title type="html">A &lt;em&gt;lamp&lt;/em&gt;</title>
<id>tag:lamps.example,2026:1</id><link href="https://lamps.example/1"/><updated>2026-03-01T10:00:00Z</updated>
<author><name>Ada Quill</name></author><author><name>Bo Ferry</name></author>
<content type="html">Bright.</content></entry></feed>"""


def rss(*items):
    return RSS.format(items="\n".join(items)).encode()


@pytest.fixture
def source(outside, client_for):
    return lambda *paths: FeedsSource(client_for(), [f"{outside.address}{path}" for path in paths or ("/feed",)])


def test_an_entry_of_arxiv():
    [record] = read_feed(rss(ARXIV), "https://rss.arxiv.org/rss/cs.CL")
    assert record == Record(
        source="feed",
        source_id="2601.00007",
        title="On lamps",
        abstract="We bake bread.",
        authors=("Ada Quill", "Bo Ferry"),
        published_on=date(2026, 3, 4),
        links=(Link("abs", "https://arxiv.org/abs/2601.00007"), Link("pdf", "https://arxiv.org/pdf/2601.00007")),
        arxiv_id="2601.00007",
    )


def test_an_entry_of_a_journal_is_known_by_its_doi_and_not_by_what_it_mentions():
    [record] = read_feed(rss(JOURNAL), "https://j.example/rss")
    assert (record.title, record.abstract) == ("Oil & wick", "One. Two. See arXiv:2601.99999")
    assert (record.doi, record.arxiv_id, record.source_id) == ("10.1000/lamp.9", None, "10.1000/lamp.9")
    assert record.venue == "Journal of Lamps"
    assert record.links == (Link("abs", "https://j.example/content/10.1000/Lamp.9v1?rss=1"),)


def test_an_entry_with_a_name_of_its_own_belongs_to_its_feed():
    [one], [other] = read_feed(rss(BLOG), "https://a.example/x"), read_feed(rss(BLOG), "https://b.example/x")
    assert (one.source_id, other.source_id) == ("a.example:42", "b.example:42")


def test_atom():
    [record] = read_feed(ATOM.encode(), "https://lamps.example/atom")
    assert (record.title, record.authors, record.abstract) == ("A lamp", ("Ada Quill", "Bo Ferry"), "Bright.")
    assert (record.source_id, record.published_on) == ("tag:lamps.example,2026:1", date(2026, 3, 1))


def test_addresses_that_no_page_may_link_to():
    [record] = read_feed(rss("<item><title>x</title><link>javascript:alert(1)</link></item>"), "https://a.example/")
    assert record.links == ()


def test_bad_entries_are_set_aside():
    items = list(
        read_feed(
            rss("<item><link>https://a.example/1</link></item>", "<item><title>x</title></item>", BLOG),
            "https://a.example/",
        )
    )
    assert [type(item) for item in items] == [SetAside, SetAside, Record]


def test_entries_beyond_the_most():
    body = rss(*(f"<item><title>n {n}</title><guid>{n}</guid></item>" for n in range(2_003)))
    items = list(read_feed(body, "https://a.example/"))
    assert len(items) == 2_001
    assert items[-1].reason == "a.example: 3 entries beyond the first 2,000"


def test_huge_texts_are_cut():
    title, name, text = "lamp " * 9_000, "g" * 9_000, "word " * 90_000
    huge = f"<item><title>{title}</title><guid>{name}</guid><description>{text}</description></item>"
    [record] = read_feed(rss(huge), "https://a.example/")
    assert len(record.title) <= 2_000 and len(record.abstract) <= 50_000 and len(record.source_id) <= 300


def test_entities_are_not_expanded():
    bomb = rss(BLOG).replace(
        b"<rss", b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY s SYSTEM "file:///etc/passwd">]><rss'
    )
    bomb = bomb.replace(b"words", b"&b;&s;")
    [record] = read_feed(bomb, "https://a.example/")
    assert "haha" not in record.abstract and "root:" not in record.abstract


def test_only_what_changed_comes_again(outside, source):
    bodies = {"/a": rss(BLOG), "/b": ATOM.encode()}
    outside.otherwise = lambda asked: (200, {}, bodies[asked.path])
    slices = list(source("/a", "/b").fetch_since(""))
    assert [len(one.items) for one in slices] == [1, 1]
    assert [one.is_last for one in slices] == [False, True]
    bodies["/b"] = ATOM.replace("Bright", "Brighter").encode()
    assert [len(one.items) for one in source("/a", "/b").fetch_since(slices[-1].cursor)] == [0, 1]
    assert [len(one.items) for one in source("/a", "/b").fetch_since("nonsense")] == [1, 1]


def test_one_feed_that_fails_does_not_stop_the_others(outside, source):
    outside.otherwise = lambda asked: (404, {}, b"") if asked.path == "/a" else (200, {}, rss(BLOG))
    taken = []
    with pytest.raises(SourceFailed, match=r"A feed could not be reached \(.*/a answered 404 Not Found\)"):
        taken.extend(source("/a", "/b").fetch_since(""))
    assert [len(one.items) for one in taken] == [1]
    assert not taken[0].is_last


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"<!doctype html><html><h1>Log in</h1></html>", "no RSS or Atom"),
        (b"", "no RSS or Atom"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "no RSS or Atom"),
        (rss(BLOG)[:-30], "cut off before its end"),
        (rss(BLOG) + b" " * (8 << 20), "larger than 8 MiB"),
    ],
)
def test_what_is_no_whole_feed(outside, source, body, fault):
    outside.script.append((200, {}, body))
    outside.otherwise = lambda _: (200, {}, rss(BLOG))
    [only] = source().fetch_since("")
    assert len(only.items) == 1
    outside.otherwise = lambda _: (200, {}, body)
    with pytest.raises(SourceFailed, match=f"{fault}, 4 times"):
        list(source().fetch_since(""))


def test_a_feed_without_entries_and_one_in_utf_16(outside, source):
    outside.otherwise = lambda _: (200, {}, rss())
    [only] = source().fetch_since("")
    assert (only.items, only.is_last) == ((), True)
    wide = rss(BLOG).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    outside.otherwise = lambda _: (200, {}, wide)
    assert [item.title for one in source().fetch_since("") for item in one.items] == ["Notes"]


def test_a_busy_feed_is_waited_for_and_a_moved_one_followed(outside, source):
    outside.script += [(503, {"Retry-After": "20"}, b""), (301, {"Location": "/new"}, b"")]
    outside.otherwise = lambda _: (200, {}, rss(BLOG))
    list(source().fetch_since(""))
    assert [asked.path for asked in outside.asked] == ["/feed", "/feed", "/new"]
    assert (outside.asked[1].at - outside.asked[0].at).total_seconds() >= 20


@pytest.mark.parametrize("address", ["feed", "file:///etc/passwd", "https://", "javascript:x"])
def test_what_is_no_address(client_for, address):
    with pytest.raises(Invalid, match="no web address"):
        FeedsSource(client_for(), [address])
