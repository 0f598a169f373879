"""Handlers for editions: today, any day, week or month, and trending."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.days import Period, parse_period, period_of
from broadsheet.render import links, pages
from broadsheet.render.pages import Masthead
from broadsheet.usecases.read_papers import read_edition, read_front_page, read_trending
from broadsheet.web.parameters import cache_key, page_number
from broadsheet.web.site import site_of
from broadsheet.web.visitors import show, visitor_of


def show_front_page(request: Request) -> Response:
    """Answer with today's edition, or the newest there is."""
    site, reader = site_of(request), visitor_of(request).pk

    def make(masthead: Masthead) -> str:
        settings = site.house.settings
        edition = read_front_page(site.house.database, site.house.today(), settings.papers_per_page, reader)
        return pages.show_edition(masthead, edition, is_front=True)

    return show(request, "/", make)


def show_day(request: Request) -> Response:
    """Answer with the edition of a day."""
    return _show_period(request, parse_period("day", request.path_params["name"]))


def show_week(request: Request) -> Response:
    """Answer with the papers of a week."""
    return _show_period(request, parse_period("week", request.path_params["name"]))


def show_month(request: Request) -> Response:
    """Answer with the papers of a month."""
    return _show_period(request, parse_period("month", request.path_params["name"]))


def show_today(request: Request) -> Response:
    """Lead to today's own address."""
    return _lead_to_now(request, "day")


def show_this_week(request: Request) -> Response:
    """Lead to this week's address."""
    return _lead_to_now(request, "week")


def show_this_month(request: Request) -> Response:
    """Lead to this month's address."""
    return _lead_to_now(request, "month")


def show_trending(request: Request) -> Response:
    """Answer with the hottest papers."""
    site, page, reader = site_of(request), page_number(request), visitor_of(request).pk

    def make(masthead: Masthead) -> str:
        size = site.house.settings.papers_per_page
        listing = read_trending(site.house.database, size, page * size, reader)
        return pages.show_trending(masthead, listing, page)

    return show(request, cache_key(request), make)


def _show_period(request: Request, period: Period) -> Response:
    site, page, reader = site_of(request), page_number(request), visitor_of(request).pk

    def make(masthead: Masthead) -> str:
        size = site.house.settings.papers_per_page
        edition = read_edition(site.house.database, period, size, page * size, reader)
        return pages.show_edition(masthead, edition, page)

    return show(request, cache_key(request), make)


def _lead_to_now(request: Request, kind: str) -> Response:
    return RedirectResponse(links.period(period_of(kind, site_of(request).house.today())), 302)
