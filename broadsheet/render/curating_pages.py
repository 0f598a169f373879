"""The pages of votes, submissions, claims and the public log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from broadsheet.domain.deeds import Deed
from broadsheet.domain.listing import Listing
from broadsheet.domain.submissions import Claim, Submission
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.news import News, going_on
from broadsheet.render.pages import Masthead, Pager, list_pager, make_cards, render_page


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page of a list: its number from 0, how much it may hold, how long the list is, how much of it is shown."""

    page: int
    size: int
    count: int
    shown: int


def show_votes(masthead: Masthead, listing: Listing, page: int) -> str:
    """Return the papers that a reader voted for."""
    pager = list_pager(listing, page, links.votes)
    return render_page("show_votes.html", masthead, cards=make_cards(listing, masthead), pager=pager)


def show_submissions(
    masthead: Masthead, found: Sequence[Submission], stretch: Stretch, news: News, *, is_own: bool
) -> str:
    """Return what a reader brought, or what waits for curators."""
    return render_page(
        "show_submissions.html",
        masthead,
        found=[replace(one, title=readable(one.title)) for one in found],
        is_own=is_own,
        news=news,
        pager=_pager(stretch, lambda page: going_on(links.submissions(page, is_own=is_own), news)),
        moment=_moment(masthead),
    )


def show_claims(masthead: Masthead, found: Sequence[Claim], stretch: Stretch, news: News, *, is_own: bool) -> str:
    """Return a reader's claims to be an author, or those that wait for curators."""
    return render_page(
        "show_claims.html",
        masthead,
        found=[replace(one, title=readable(one.title)) for one in found],
        is_own=is_own,
        news=news,
        pager=_pager(stretch, lambda page: going_on(links.claims(page, is_own=is_own), news)),
        moment=_moment(masthead),
    )


def show_thanks(masthead: Masthead) -> str:
    """Return what is said to somebody without an account who submitted a paper that waits."""
    return render_page("show_thanks.html", masthead)


def show_log(masthead: Masthead, found: Sequence[Deed], before: int, older: str, news: News) -> str:
    """Return what curators did, newest first, from below a deed on (0 for all); `older` is where the list goes on."""
    return render_page(
        "show_log.html",
        masthead,
        found=found,
        news=news,
        newest=going_on(links.LOG, news) if before else None,
        older=older,
        moment=_moment(masthead),
    )


def _moment(masthead: Masthead) -> Callable[[datetime], str]:
    return lambda value: f"{value.astimezone(masthead.zone):%Y-%m-%d %H:%M}"


def _pager(stretch: Stretch, address: Callable[[int], str]) -> Pager:
    first = stretch.page * stretch.size
    return Pager(
        previous=address(stretch.page - 1) if stretch.page > 0 else None,
        next=address(stretch.page + 1) if first + stretch.size < stretch.count else None,
        first=first + 1,
        last=first + stretch.shown,
        count=stretch.count,
    )
