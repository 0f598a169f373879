"""Handlers for the lists that are searches with an address of their own: a category's papers, an author's papers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.errors import Invalid
from broadsheet.domain.listing import WHENEVER, Arrived, Edition, Listing
from broadsheet.domain.query import Category, Node, Phrase, clean_text, format_query
from broadsheet.render import links, pages
from broadsheet.render.dresses import Dress, take_dress
from broadsheet.render.pages import Masthead
from broadsheet.usecases.read_papers import Start, search_papers
from broadsheet.web.dressing import WantedList, answer_list, asks_for_news, dress_of
from broadsheet.web.parameters import cache_key, page_number
from broadsheet.web.site import Site, site_of
from broadsheet.web.visitors import show

DEEPEST_RESULT = 10_000


def show_category(request: Request) -> Response:
    """Answer with the papers of a category, newest first."""
    given, dress = take_dress(request.path_params["name"])
    name = _name(given)
    wanted = _wanted(site_of(request), name, links.category(name), Category(name))
    return _show(request, dress or dress_of(request), wanted)


def show_author(request: Request) -> Response:
    """Answer with the papers that somebody of this name wrote, newest first."""
    given, dress = take_dress(request.path_params["name"])
    name = _name(given)
    wanted = _wanted(site_of(request), f"Papers by {name}", links.author(name), Phrase(name, "au"))
    return _show(request, dress or dress_of(request), wanted)


def _name(given: str) -> str:
    name = clean_text(given.replace('"', " "))
    if not name:
        raise Invalid("name", "Say whose papers: a name stands at the end of the address.")
    return name


def _wanted(site: Site, title: str, address: str, condition: Node) -> WantedList:
    text = f"{format_query(condition)} sort:new"

    def read(limit: int, offset: int, arrived: Arrived) -> Listing:
        if offset >= DEEPEST_RESULT:
            raise Invalid("p", f"Only the first {DEEPEST_RESULT:,} papers of this list can be opened.")
        house = site.house
        start = Start(offset, arrived.through, None, arrived.after)
        return search_papers(house.database, house.index, text, limit, None, start).listing

    return WantedList(title, address, read, deepest=DEEPEST_RESULT)


def _show(request: Request, dress: Dress | None, wanted: WantedList) -> Response:
    if dress is not None or asks_for_news(request):
        return answer_list(request, dress, wanted)
    site, page = site_of(request), page_number(request)

    def make(masthead: Masthead) -> str:
        size = site.house.settings.results_per_page
        found = wanted.read(size, page * size, WHENEVER)
        listing = found.listing if isinstance(found, Edition) else found
        return pages.show_list(masthead, (wanted.title, wanted.address, wanted.text), listing)

    return show(request, cache_key(request), make)
