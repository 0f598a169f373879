"""Lists and papers as Markdown, for who asks a page for it (`Accept: text/markdown`): agents and the Hub's clients."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.days import Period, parse_period
from broadsheet.domain.errors import NotFound
from broadsheet.domain.listing import Edition
from broadsheet.domain.query import clean_text
from broadsheet.extraction.readable import readable
from broadsheet.render.citations import markdown
from broadsheet.render.listings import edition_markdown, listing_markdown
from broadsheet.usecases.read_papers import (
    Start,
    read_edition,
    read_front_page,
    read_paper,
    read_trending,
    search_papers,
    similar_papers,
)
from broadsheet.web import editions, papers
from broadsheet.web.parameters import MARKDOWN, listed_through, page_number, prefers_markdown
from broadsheet.web.site import pack, respond, site_of

Handler = Callable[[Request], Response]
Writer = Callable[[Request], str]


def or_markdown(handler: Handler) -> Handler:
    """Return a handler that answers with Markdown where a request would rather have that, and there is such a form."""
    write = _WRITERS.get(handler)
    if write is None:
        return handler

    @wraps(handler)
    def show(request: Request) -> Response:
        answer = None
        if prefers_markdown(request):
            with suppress(NotFound):  # it may be a form of a paper, which the handler knows
                answer = respond(request, pack(write(request)), f"{MARKDOWN}; charset=utf-8")
        answer = answer or handler(request)
        answer.headers["Vary"] = "Accept, Accept-Encoding"
        return answer

    return show


def _front(request: Request) -> str:
    house = site_of(request).house
    return _written(request, read_front_page(house.database, house.today(), house.settings.papers_per_page))


def _period(kind: str) -> Writer:
    def write(request: Request) -> str:
        house, size = site_of(request).house, site_of(request).house.settings.papers_per_page
        period: Period = parse_period(kind, request.path_params["name"])
        return _written(request, read_edition(house.database, period, size, page_number(request) * size))

    return write


def _trending(request: Request) -> str:
    house, size = site_of(request).house, site_of(request).house.settings.papers_per_page
    return listing_markdown("Trending", read_trending(house.database, size, page_number(request) * size))


def _search(request: Request) -> str:
    typed = request.query_params.get("q")
    if typed is None:
        return _front(request)
    house, page, text = site_of(request).house, page_number(request), clean_text(typed)
    size = house.settings.results_per_page
    papers.check_depth(page, size)
    start = Start(page * size, listed_through(request))
    found = search_papers(house.database, house.index, text, size, house.models, start)
    return listing_markdown(f"Search: {text}", found.listing)


def _similar(request: Request) -> str:
    house = site_of(request).house
    paper = read_paper(house.database, request.path_params["paper_id"])
    found = similar_papers(house.database, house.index, paper, papers.SIMILAR_ON_PAGE, house.models)
    return listing_markdown(f"Papers like: {readable(paper.content.title)}", found)


def _paper(request: Request) -> str:
    return markdown(read_paper(site_of(request).house.database, request.path_params["paper_id"]))


def _written(request: Request, edition: Edition) -> str:
    return edition_markdown(edition, site_of(request).house.settings.zone)


_WRITERS: dict[Handler, Writer] = {
    editions.show_front_page: _front,
    editions.show_day: _period("day"),
    editions.show_week: _period("week"),
    editions.show_month: _period("month"),
    editions.show_trending: _trending,
    papers.show_papers: _search,
    papers.show_similar: _similar,
    papers.show_paper: _paper,
}
