"""The page of a reader's feeds at secret addresses, and their part of the heads of own lists."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.domain.own_lists import OwnFeed
from broadsheet.render import links
from broadsheet.render.dresses import FEEDS
from broadsheet.render.heads import Head, feed_alternates
from broadsheet.render.pages import Masthead, render_page


def show_my_feeds(
    masthead: Masthead, found: Sequence[tuple[OwnFeed, str]], searches: Sequence[tuple[str, int]], complaint: str = ""
) -> str:
    """Return a reader's feeds, each with its secret address in full; `searches` are names and pks of saved ones."""
    feeds = [(own, [(dress.name, links.dressed(at, dress.suffix)) for dress in FEEDS]) for own, at in found]
    return render_page("show_my_feeds.html", masthead, feeds=feeds, searches=searches, complaint=complaint)


def own_head(title: str, address: str, feed_name: str) -> Head:
    """Return the head of an own list's page, which names its feeds at their secret address."""
    return Head(address, title, alternates=feed_alternates(links.private_feed(feed_name), "private feed"))
