"""The pages of saved searches and of webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from broadsheet.domain.saved_searches import NewFor, SavedSearch, Trial, exactly
from broadsheet.domain.subscriptions import CADENCES
from broadsheet.domain.webhooks import EVENTS, MESSENGERS, Delivery, Webhook
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.dresses import FEEDS
from broadsheet.render.news import News
from broadsheet.render.pages import Masthead, render_page


def show_searches(masthead: Masthead, found: Sequence[NewFor], news: News, complaint: str = "") -> str:
    """Return a reader's saved searches, each with what is new."""
    values = {"found": found, "has_library": any(one.search.is_library for one in found)}
    return render_page("show_searches.html", masthead, complaint=complaint, news=news, **values)


def show_saved_search(masthead: Masthead, search: SavedSearch, feed: str, trial: Trial, complaint: str = "") -> str:
    """Return a saved search with its feeds and what it would have sent; `feed` is the secret address in full."""
    return render_page(
        "show_saved_search.html",
        masthead,
        search=search,
        feeds=[(dress.name, links.dressed(feed, dress.suffix)) for dress in FEEDS],
        trial=trial,
        title_of=lambda paper: readable(paper.content.title) or "A paper",
        cadences=CADENCES,
        complaint=complaint,
    )


def newest_first(search: SavedSearch) -> str:
    """Return the page of a search as it is told of: with all its words, newest first."""
    return links.LIBRARY if search.is_library else links.search(exactly(search.text).text)


def show_webhooks(
    masthead: Masthead,
    found: Sequence[Webhook],
    log: Sequence[Delivery],
    keys: Mapping[int, str],
    complaint: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    """Return the operator's page of webhooks; `keys` are the keys that they sign with, by pk, `typed` is to mend."""

    def moment(value: datetime) -> str:
        return f"{value.astimezone(masthead.zone):%Y-%m-%d %H:%M}"

    return render_page(
        "show_webhooks.html",
        masthead,
        found=found,
        names={one.pk: one.name for one in found},
        log=log,
        keys=keys,
        events=EVENTS,
        services=sorted(set(MESSENGERS.values())),
        complaint=complaint,
        typed=typed or {},
        moment=moment,
    )
