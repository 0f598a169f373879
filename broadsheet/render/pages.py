"""The pages: view models into templates, templates into text. Knows no HTTP and no SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from broadsheet.domain.completeness import summary_line
from broadsheet.domain.days import Period, period_of
from broadsheet.domain.library import Desk
from broadsheet.domain.listing import Beside, Edition, Listing
from broadsheet.domain.operations import Overview
from broadsheet.domain.paper import Paper
from broadsheet.domain.query import InLibrary, Query
from broadsheet.domain.readers import NOBODY, Visitor
from broadsheet.extraction.readable import readable
from broadsheet.render import citations, facets, links
from broadsheet.render.cards import Card, Spans, byline, card_links, make_card

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
    )
    environment.globals.update(links=links, static=lambda name: links.static(name, static_version(name)))
    environment.globals.update(long_date=long_date, period_title=period_title, period_short=period_short)
    environment.filters["thousands"] = lambda number: f"{number:,}"
    return environment


def render_page(template: str, masthead: Masthead, **values: Any) -> str:
    """Return a template filled in; what it needs and is not given is a fault of ours."""
    return _environment().get_template(template).render(masthead=masthead, **values)


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
        cards=_cards(edition.listing, masthead.today),
        completeness=summary_line(edition.completeness, masthead.zone) if edition.completeness else "",
        pager=_pager(edition.listing, page, lambda p: links.period(period, p)),
        previous=_neighbour(edition, edition.before_on, period.previous()),
        following=_neighbour(edition, edition.after_on, period.next()),
        same_day={kind: links.period(period_of(kind, day)) for kind in ("day", "week", "month")},
        is_front=is_front,
        is_stale=is_front and period.first_on != masthead.today,
    )


def _neighbour(edition: Edition, nearest: date | None, adjacent: Period | None) -> Period | None:
    """Return the next period worth opening: the nearest one that has papers."""
    return None if nearest is None or adjacent is None else period_of(edition.period.kind, nearest)


def show_trending(masthead: Masthead, listing: Listing, page: int = 0) -> str:
    """Return the trending page."""
    cards = _cards(listing, masthead.today)
    return render_page("show_trending.html", masthead, cards=cards, pager=_pager(listing, page, links.trending))


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
        cards=_cards(listing, masthead.today, spans if query.terms else None),
        pager=_pager(listing, page, lambda p: links.search(query.text, p, listing.through)),
        suggestion=beside.suggestion,
        orders=facets.orders(query) if listing.count > 1 else (),
        conditions=facets.conditions(query),
        narrower=facets.narrower(query, beside.facets, listing.count),
    )


def show_opensearch(masthead: Masthead, root: str) -> str:
    """Return the description by which browsers offer our search (OpenSearch 1.1); `root` is where we are reached."""
    return render_page("show_opensearch.html", masthead, root=root)


def show_search_help(masthead: Masthead) -> str:
    """Return the help page of the search language."""
    return render_page("show_search_help.html", masthead)


def show_paper(masthead: Masthead, paper: Paper, similar: Listing, desk: Desk | None = None) -> str:
    """Return a paper's page; `desk` is None for nobody, who has no library."""
    return render_page(
        "show_paper.html",
        masthead,
        paper=paper,
        desk=desk,
        card=make_card(paper, masthead.today),
        authors=[readable(name) for name in paper.content.authors],
        organization=readable(paper.content.organization),
        byline=byline(paper),
        venue=readable(paper.content.venue),
        published=long_date(paper.content.published_on) if paper.content.published_on else "",
        edition_on=paper.content.edition_on,
        paper_links=card_links(paper),
        abstract=readable(paper.content.abstract),
        summary=readable(paper.content.summary),
        bibtex=citations.bibtex(paper),
        sources=[(facets.SOURCE_NAMES.get(s.source, s.source), s.source_id, s.reason) for s in paper.sources],
        similar=_cards(similar, masthead.today),
    )


def show_similar(masthead: Masthead, paper: Paper, listing: Listing) -> str:
    """Return the page of papers like one."""
    cards = _cards(listing, masthead.today)
    return render_page("show_similar.html", masthead, card=make_card(paper, masthead.today), cards=cards)


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


def show_add(masthead: Masthead, pasted: str, complaint: str, refusal: str) -> str:
    """Return the form by which a paper is added, with what was pasted and why it failed; a refusal takes its place."""
    return render_page("show_add.html", masthead, pasted=pasted, complaint=complaint, refusal=refusal)


def show_failure(masthead: Masthead, status: int, title: str, message: str) -> str:
    """Return the page of an error: what went wrong, how to mend it, a search box."""
    return render_page("show_failure.html", masthead, status=status, title=title, message=message)


def _cards(listing: Listing, today: date, spans: Spans | None = None) -> Sequence[Card]:
    made = (make_card(entry.paper, today, spans, entry.rank, entry.score, entry.parts) for entry in listing.entries)
    return [replace(card, is_late=True) if e.is_late else card for card, e in zip(made, listing.entries, strict=True)]


def _pager(listing: Listing, page: int, address: Any) -> Pager:
    return Pager(
        previous=address(page - 1) if page > 0 else None,
        next=address(page + 1) if listing.has_more else None,
        first=listing.offset + 1,
        last=listing.offset + len(listing.entries),
        count=listing.count,
    )
