"""The pages: view models into templates, templates into text. Knows no HTTP and no SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from broadsheet.domain.completeness import summary_line
from broadsheet.domain.days import Period, period_of
from broadsheet.domain.listing import Beside, Edition, Listing
from broadsheet.domain.operations import Overview
from broadsheet.domain.paper import Paper
from broadsheet.domain.query import InLibrary, Query
from broadsheet.domain.readers import NOBODY, Visitor
from broadsheet.ranking import trending
from broadsheet.render import facets, heads, links
from broadsheet.render.cards import Ballot, Card, Spans, make_card

STATIC_FILES = {
    "broadsheet.css": "text/css; charset=utf-8",
    "broadsheet.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands on top of every page."""

    title: str
    motto: str
    today: date
    has_sample: bool = False
    zone: tzinfo = UTC
    may_add: bool = False
    visitor: Visitor = NOBODY
    csrf: str = ""
    unread: int = 0
    root: str = ""
    may_subscribe: bool = False
    discusses: bool = False
    here: str = "/"


@dataclass(frozen=True, slots=True)
class Pager:
    """The addresses of the stretches around this one of a list, None where there is none."""

    previous: str | None
    next: str | None
    first: int
    last: int
    count: int


def static_bytes(name: str) -> bytes:
    """Return one of STATIC_FILES."""
    return (files("broadsheet.render") / "static" / name).read_bytes()


@cache
def static_version(name: str) -> str:
    """Return a name for the file's content, so that browsers may keep it for ever."""
    return hashlib.sha256(static_bytes(name)).hexdigest()[:10]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("broadsheet.render"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(links=links, static=lambda name: links.static(name, static_version(name)))
    environment.globals.update(long_date=long_date, period_title=period_title, period_short=period_short)
    environment.filters["thousands"] = lambda number: f"{number:,}"
    return environment


def render_page(template: str, masthead: Masthead, **values: Any) -> str:
    """Return a template filled in; what it needs and is not given is a fault of ours."""
    return _environment().get_template(template).render(masthead=masthead, **values)


@cache
def find_macro(template: str, name: str) -> Callable[..., Markup]:
    """Return a macro of a template that needs nothing but what it is called with."""
    return cast("Callable[..., Markup]", getattr(_environment().get_template(template).module, name))


def long_date(day: date) -> str:
    """Return `Friday, November 7, 2025`."""
    return f"{_WEEKDAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}, {day.year}"


def period_title(period: Period) -> str:
    """Return a period as words: a long date, `Week 45, 2025`, `November 2025`."""
    if period.kind == "day":
        return long_date(period.first_on)
    if period.kind == "week":
        year, week, _ = period.first_on.isocalendar()
        return f"Week {week}, {year}"
    return f"{_MONTHS[period.first_on.month - 1]} {period.first_on.year}"


def period_short(period: Period) -> str:
    """Return a period in a few letters: `Fri, Nov 7`, `Week 45`, `November 2025`."""
    if period.kind == "day":
        day = period.first_on
        return f"{_WEEKDAYS[day.weekday()][:3]}, {_MONTHS[day.month - 1][:3]} {day.day}"
    title = period_title(period)
    return title.partition(",")[0] if period.kind == "week" else title


def show_edition(masthead: Masthead, edition: Edition, page: int = 0, *, is_front: bool = False) -> str:
    """Return the page of a day, week or month; an empty one leads to the nearest days with papers."""
    period = edition.period
    day = period.last_on if period.kind != "day" else period.first_on
    return render_page(
        "show_edition.html",
        masthead,
        edition=edition,
        cards=make_cards(edition.listing, masthead),
        completeness=summary_line(edition.completeness, masthead.zone) if edition.completeness else "",
        pager=list_pager(edition.listing, page, lambda p: links.period(period, p)),
        previous=_neighbour(edition, edition.before_on, period.previous()),
        following=_neighbour(edition, edition.after_on, period.next()),
        same_day={kind: links.period(period_of(kind, day)) for kind in ("day", "week", "month")},
        head=list_head(
            "Today’s papers" if is_front else period_title(period),
            links.FRONT if is_front else links.period(period),
            edition.listing,
            links.FRONT if is_front else links.period(period, page),
        ),
        is_front=is_front,
        is_stale=is_front and period.first_on != masthead.today,
    )


def _neighbour(edition: Edition, nearest: date | None, adjacent: Period | None) -> Period | None:
    """Return the next period worth opening: the nearest one that has papers."""
    return None if nearest is None or adjacent is None else period_of(edition.period.kind, nearest)


def show_trending(masthead: Masthead, listing: Listing, page: int = 0) -> str:
    """Return the trending page."""
    cards = make_cards(listing, masthead)
    head = list_head("Trending", links.TRENDING, listing, links.trending(page))
    return render_page(
        "show_trending.html",
        masthead,
        cards=cards,
        pager=list_pager(listing, page, links.trending),
        head=head,
        formula=trending,
    )


def show_list(masthead: Masthead, of: tuple[str, str, str], listing: Listing, since: str = "") -> str:
    """Return the page of a list (title, address, text searched for), or, with `since`, of what came since then."""
    title, address, text = of
    page = listing.offset // max(listing.limit, 1)
    through, asked = (listing.through, since) if since else (0, None)
    return render_page(
        "show_list.html",
        masthead,
        title=title,
        whole=address,
        text=text,
        when="then" if since.startswith("p") else since,
        cards=make_cards(listing, masthead),
        pager=list_pager(listing, page, lambda p: links.stretch(address, p, through, asked)),
        head=list_head(title, address, listing, links.paged(address, 0 if since else page)),
    )


def show_search(masthead: Masthead, query: Query, listing: Listing, spans: Spans, beside: Beside) -> str:
    """Return the page of results for a query, with the matched words marked and a line of why for each."""
    page = listing.offset // max(listing.limit, 1)
    return render_page(
        "show_search.html",
        masthead,
        text=query.text,
        complaint=query.complaint,
        order=facets.ORDERS[query.order],
        is_library=isinstance(query.tree, InLibrary),
        notice=beside.notice,
        count=listing.count,
        cards=make_cards(listing, masthead, spans if query.terms else None),
        pager=list_pager(listing, page, lambda p: links.search(query.text, p, listing.through)),
        suggestion=beside.suggestion,
        orders=facets.orders(query) if listing.count > 1 else (),
        conditions=facets.conditions(query),
        narrower=facets.narrower(query, beside.facets, listing.count),
        head=list_head(
            f"Papers on “{query.text}”", links.search(query.text), listing, links.search(query.text, page, 0)
        ),
    )


def show_admin(masthead: Masthead, overview: Overview, now: datetime, *, is_on: bool) -> str:
    """Return the operator's page; `is_on` says whether the worker is to fetch at all."""

    def moment(value: datetime | None) -> str:
        return f"{value.astimezone(masthead.zone):%Y-%m-%d %H:%M}" if value else ""

    return render_page(
        "show_admin.html",
        masthead,
        overview=overview,
        is_on=is_on,
        now=now,
        moment=moment,
        editions=[(one, summary_line(one, masthead.zone)) for one in overview.editions],
    )


def show_add(masthead: Masthead, pasted: str, complaint: str, refusal: str, note: str = "") -> str:
    """Return the form by which a paper is added, with what was pasted and why it failed; a refusal takes its place."""
    return render_page("show_add.html", masthead, pasted=pasted, complaint=complaint, refusal=refusal, note=note)


def show_failure(masthead: Masthead, status: int, title: str, message: str) -> str:
    """Return the page of an error: what went wrong, how to mend it, a search box."""
    return render_page("show_failure.html", masthead, status=status, title=title, message=message)


def list_head(title: str, address: str, listing: Listing, canonical: str = "") -> heads.Head:
    """Return the head of a list's page; `canonical` is its own address where that is another than its first page's."""
    return heads.list_head(title, address, [entry.paper.content.title for entry in listing.entries], canonical)


def make_cards(listing: Listing, masthead: Masthead, spans: Spans | None = None) -> Sequence[Card]:
    """Return a list as cards; a reader who is signed in finds a button to vote on each."""
    return [
        replace(
            make_card(entry.paper, masthead.today, spans, entry.rank, entry.score, entry.parts),
            is_late=entry.is_late,
            ballot=ballot(masthead, entry.paper, is_given=entry.paper.pk in listing.voted),
        )
        for entry in listing.entries
    ]


def ballot(masthead: Masthead, paper: Paper, *, is_given: bool) -> Ballot | None:
    """Return the button by which a reader votes for a paper, None for nobody."""
    if masthead.visitor.reader is None:
        return None
    anchor = f"paper-{paper.pk}"
    return Ballot(links.vote(paper.id), anchor, f"{masthead.here}#{anchor}", masthead.csrf, is_given)


def list_pager(listing: Listing, page: int, address: Any) -> Pager:
    """Return the way through a list whose pages have these addresses."""
    return Pager(
        previous=address(page - 1) if page > 0 else None,
        next=address(page + 1) if listing.has_more else None,
        first=listing.offset + 1,
        last=listing.offset + len(listing.entries),
        count=listing.count,
    )
