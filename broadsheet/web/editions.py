"""Handlers for editions: today, any day, week or month, and trending."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.days import Period, parse_period, period_of
from broadsheet.domain.listing import Arrived, Edition, Listing
from broadsheet.render import links, pages
from broadsheet.render.dresses import take_dress
from broadsheet.render.pages import Masthead
from broadsheet.usecases.read_lists import bound_now
from broadsheet.usecases.read_papers import read_edition, read_front_page, read_trending
from broadsheet.usecases.voting import with_votes
from broadsheet.web.dressing import WantedList, answer_list, asks_for_news, dress_of
from broadsheet.web.parameters import cache_key, page_number
from broadsheet.web.site import Site, site_of
from broadsheet.web.visitors import show, visitor_of


def show_front_page(request: Request) -> Response:
    """Answer with today's edition, or the newest there is."""
    site, dress, seen = site_of(request), dress_of(request), _seen_by(request)
    if dress is not None or asks_for_news(request):
        today, database = site.house.today(), site.house.database

        def read(limit: int, offset: int, arrived: Arrived) -> Edition:
            return read_front_page(database, today, limit, offset, bound_now(database, arrived))

        return answer_list(request, dress, WantedList("Today’s papers", links.FRONT, read))

    def make(masthead: Masthead) -> str:
        settings = site.house.settings
        edition = read_front_page(site.house.database, site.house.today(), settings.papers_per_page, 0, seen)
        return pages.show_edition(masthead, _with_votes(request, edition), is_front=True)

    return show(request, "/", make)


def show_day(request: Request) -> Response:
    """Answer with the edition of a day."""
    return _show_period(request, "day")


def show_week(request: Request) -> Response:
    """Answer with the papers of a week."""
    return _show_period(request, "week")


def show_month(request: Request) -> Response:
    """Answer with the papers of a month."""
    return _show_period(request, "month")


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
    site, dress, seen = site_of(request), dress_of(request), _seen_by(request)
    if dress is not None or asks_for_news(request):
        database, with_parts = site.house.database, dress is None or not dress.is_feed

        def read(limit: int, offset: int, arrived: Arrived) -> Listing:
            return read_trending(database, limit, offset, bound_now(database, arrived), with_parts=with_parts)

        return answer_list(request, dress, WantedList("Trending", links.TRENDING, read))
    page = page_number(request)

    def make(masthead: Masthead) -> str:
        size = site.house.settings.papers_per_page
        listing = read_trending(site.house.database, size, page * size, seen)
        listing = with_votes(site.house.database, listing, visitor_of(request).pk)
        return pages.show_trending(masthead, listing, page)

    return show(request, cache_key(request), make)


def _show_period(request: Request, kind: str) -> Response:
    site, seen = site_of(request), _seen_by(request)
    name, dress = take_dress(request.path_params["name"])
    period = parse_period(kind, name)
    dress = dress or dress_of(request)
    if dress is not None or asks_for_news(request):
        return answer_list(request, dress, _wanted(site, period))
    page = page_number(request)

    def make(masthead: Masthead) -> str:
        size = site.house.settings.papers_per_page
        edition = read_edition(site.house.database, period, size, page * size, seen)
        return pages.show_edition(masthead, _with_votes(request, edition), page)

    return show(request, cache_key(request), make)


def _wanted(site: Site, period: Period) -> WantedList:
    database = site.house.database

    def read(limit: int, offset: int, arrived: Arrived) -> Edition:
        return read_edition(database, period, limit, offset, bound_now(database, arrived))

    return WantedList(pages.period_title(period), links.period(period), read)


def _seen_by(request: Request) -> Arrived:
    """Return all papers but those that the visitor does not want to see."""
    return Arrived(reader=visitor_of(request).pk)


def _with_votes(request: Request, edition: Edition) -> Edition:
    listing = with_votes(site_of(request).house.database, edition.listing, visitor_of(request).pk)
    return replace(edition, listing=listing)


def _lead_to_now(request: Request, kind: str) -> Response:
    there = links.period(period_of(kind, site_of(request).house.today()))
    return RedirectResponse(links.stretch(there, 0, 0, request.query_params.get("since")), 302)
