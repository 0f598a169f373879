"""What is listed, as a feed: papers, and the comments of a paper. How feeds are written is in `feed_forms`."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.domain.comments import Comment
from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.cards import LINK_NAMES, byline, is_web_address
from broadsheet.render.feed_forms import Entry, Feed, write_atom, write_json_feed, write_rss
from broadsheet.render.paper_list import EPOCH, PaperList, Place, midnight, name_entry, one_line, xml_text

MOST_NAMES = 100
SUFFIXES = ("atom", "rss", "feed.json")


def atom(shown: PaperList) -> bytes:
    """Return the list as an Atom feed."""
    return write_atom(feed_of_papers(shown))


def rss(shown: PaperList) -> bytes:
    """Return the list as an RSS 2.0 feed."""
    return write_rss(feed_of_papers(shown))


def json_feed(shown: PaperList) -> bytes:
    """Return the list as a JSON Feed."""
    return write_json_feed(feed_of_papers(shown))


def feed_of_papers(shown: PaperList) -> Feed:
    """Return a list of papers as a feed."""
    title = one_line(f"{shown.title} · {shown.place.title}")
    return Feed(
        title,
        one_line(shown.place.title),
        shown.at(shown.address),
        _own(shown.place, shown.address),
        shown.updated_at,
        f"{title}: the papers, with their abstracts",
        [_paper(shown, paper) for paper in shown.papers],
    )


def feed_of_comments(place: Place, paper: Paper, comments: Sequence[Comment]) -> Feed:
    """Return comments on a paper, newest first and with what was typed, as a feed; an empty one is as old as the paper.

    An entry's text is Markdown as it was typed; its page is the comment's own.
    """
    name = one_line(paper.content.title) or "A paper"
    title = one_line(f"Comments on {name} · {place.title}")
    day = paper.content.published_on or paper.content.edition_on
    moments = [one.edited_at or one.written_at for one in comments]
    return Feed(
        title,
        one_line(place.title),
        place.root + links.paper(paper.id),
        _own(place, links.comments(paper.id)),
        max(moments, default=midnight(day) if day else EPOCH),
        f"{title}, newest first",
        [_comment(place, name, one) for one in comments],
    )


def _comment(place: Place, paper: str, one: Comment) -> Entry:
    who = one_line(one.shown_name) or "A former reader"
    return Entry(
        name_entry(place.root, "comment", one.pk, one.written_at),
        place.root + links.comment(one.pk),
        one_line(f"{who} on {paper}"),
        xml_text(one.text) or who,
        one.written_at,
        one.edited_at or one.written_at,
        [who],
    )


def _paper(shown: PaperList, paper: Paper) -> Entry:
    content, moments = paper.content, shown.moments_of(paper)
    return Entry(
        shown.entry_id(paper),
        shown.page_of(paper),
        _headline(paper),
        _text(paper),
        midnight(content.published_on) if content.published_on else moments.added_at,
        moments.changed_at,
        [name for name in map(one_line, content.authors[:MOST_NAMES]) if name],
        [name for name in map(one_line, (*content.categories, *content.keywords)) if name],
        [(LINK_NAMES.get(link.kind, "link"), xml_text(link.url)) for link in content.links if is_web_address(link.url)],
    )


def _own(place: Place, address: str) -> dict[str, str]:
    return {suffix: place.root + links.dressed(address, suffix) for suffix in SUFFIXES}


def _headline(paper: Paper) -> str:
    return one_line(paper.content.title) or xml_text(paper.id) or "A paper"


def _text(paper: Paper) -> str:
    content = paper.content
    return xml_text(readable(content.abstract or content.summary)) or one_line(byline(paper)) or _headline(paper)
