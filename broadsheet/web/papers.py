"""Handlers for search and for one paper in all its forms."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.listing import Arrived, Listing
from broadsheet.domain.paper import Paper
from broadsheet.domain.query import clean_text, parse_query
from broadsheet.extraction.readable import readable
from broadsheet.render import citations, help_pages, links, pages, paper_pages, payloads, spreadsheet
from broadsheet.render.dresses import DRESSES, Dress
from broadsheet.render.pages import Masthead
from broadsheet.render.paper_list import Place
from broadsheet.usecases.read_desk import read_desk
from broadsheet.usecases.read_groups import read_my_groups
from broadsheet.usecases.read_library import read_shelf
from broadsheet.usecases.read_lists import bound_indexed, stretch_within
from broadsheet.usecases.read_papers import Start, look_beside, search_papers, similar_papers
from broadsheet.usecases.seeing import read_paper_for
from broadsheet.usecases.voting import with_votes
from broadsheet.web.discussion import talk_of
from broadsheet.web.dressing import WantedList, answer_list, asks_for_news, dress_of
from broadsheet.web.editions import show_front_page
from broadsheet.web.parameters import listed_through, page_number, prefers_markdown
from broadsheet.web.site import pack, respond, site_of
from broadsheet.web.visitors import is_looked_at, show, visitor_of
from broadsheet.wiring import House

SIMILAR_ON_PAPER = 6
SIMILAR_ON_PAGE = 20
DEEPEST_RESULT = 10_000

_FORMS: dict[str, Callable[[Paper, Place], str | bytes]] = {
    "csl.json": lambda paper, _: citations.csl_json([paper]),
    "json": lambda paper, _: orjson.dumps(payloads.paper_payload(paper)),
    "bib": lambda paper, _: citations.bibtex([paper]),
    "ris": lambda paper, _: citations.ris([paper]),
    "md": lambda paper, _: citations.markdown(paper),
    "csv": spreadsheet.paper_as_csv,
}


def show_papers(request: Request) -> Response:
    """Answer with search results where there is a `q`, else with today's edition."""
    text = request.query_params.get("q")
    if text is None:
        return show_front_page(request)
    return show_search(request, text)


def show_search(request: Request, typed: str) -> Response:
    """Answer with the papers that a query finds."""
    dress = dress_of(request)
    if dress is not None or asks_for_news(request):
        return answer_list(request, dress, _wanted_search(request, clean_text(typed), dress))
    site, page = site_of(request), page_number(request)
    text = clean_text(typed)
    size = site.house.settings.results_per_page
    check_depth(page, size)
    through, reader = listed_through(request), visitor_of(request).pk

    def make(masthead: Masthead) -> str:
        house = site.house
        start = Start(page * size, through, reader)
        answer = search_papers(house.database, house.index, text, size, house.models, start)
        beside = look_beside(house.index, answer)
        listing = with_votes(house.database, answer.listing, reader)
        return pages.show_search(masthead, answer.query, listing, answer.highlight, beside)

    key = f"/papers?q={text}&p={page}&through={through}"
    return show(request, key, make)


def check_depth(page: int, size: int) -> None:
    """Refuse a page of results that lies deeper than any is worked out; raises Invalid."""
    if page * size > DEEPEST_RESULT:
        raise Invalid("p", f"Only the first {DEEPEST_RESULT:,} results can be opened: add a word to the search.")


def _wanted_search(request: Request, text: str, dress: Dress | None) -> WantedList:
    """Return a search as a list; its feed is newest first, because a feed is read for what is new."""
    house, query = site_of(request).house, parse_query(text)
    asked = query.sorted_by("new").text if dress is not None and dress.is_feed and not query.is_empty else text

    def read(limit: int, offset: int, arrived: Arrived) -> Listing:
        check_depth(1, offset)
        start = Start(offset, arrived.through, arrived.reader, arrived.after)
        return search_papers(house.database, house.index, asked, limit, house.models, start).listing

    return WantedList(
        f"Papers on “{text}”" if text else "Search", links.search(text), read, text=text, deepest=DEEPEST_RESULT
    )


def show_search_help(request: Request) -> Response:
    """Answer with the help page of the search language."""
    return show(request, "/search-help", help_pages.show_search_help)


def show_paper(request: Request) -> Response:
    """Answer with a paper's page, or with the paper in the form that the address ends in."""
    site = site_of(request)
    paper_id = request.path_params["paper_id"]
    try:
        paper = _read(request, paper_id)
    except NotFound:
        for form in _FORMS:
            if paper_id.endswith(f".{form}"):
                return _show_form(request, paper_id.removesuffix(f".{form}"), form)
        raise
    if prefers_markdown(request):
        return _show_form(request, paper_id, "md")
    if paper.id != paper_id:
        return RedirectResponse(links.paper(paper.id), 301)

    def make(masthead: Masthead) -> str:
        reader_pk = reader.pk if reader else None
        similar = similar_papers(house.database, house.index, paper, SIMILAR_ON_PAPER, house.models, reader_pk)
        beside = paper_pages.BesidePaper(
            with_votes(house.database, similar, reader_pk),
            read_shelf(house.database, reader.pk, paper) if reader else None,
            talk_of(request, paper, page),
            read_desk(house.database, paper, reader) if reader else None,
            read_my_groups(house.database, reader.pk, paper.pk) if reader else [],
        )
        return paper_pages.show_paper(masthead, paper, beside)

    house, reader, page = site.house, visitor_of(request).reader, page_number(request)
    answer = show(request, f"/papers/{paper.id}?p={page}", make)
    if reader and is_looked_at(request):
        answer.background = BackgroundTask(site.opened.note, reader.pk, paper.pk)
    return answer


def _show_form(request: Request, paper_id: str, form: str) -> Response:
    paper = _read(request, paper_id)
    body = pack(_FORMS[form](paper, site_of(request).place(request)))
    answer = respond(request, body, DRESSES[form].media_type, is_private=visitor_of(request).reader is not None)
    if paper.hidden:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _read(request: Request, paper_id: str) -> Paper:
    return read_paper_for(site_of(request).house.database, paper_id, visitor_of(request).reader)


def show_similar(request: Request) -> Response:
    """Answer with the papers most like one."""
    site, form = site_of(request), request.path_params.get("form")
    paper_id = request.path_params["paper_id"]
    try:
        paper = _read(request, paper_id)
    except NotFound:
        # a paper may be named like that
        request.path_params["paper_id"] = f"{paper_id}/similar" + (f".{form}" if form else "")
        return show_paper(request)
    dress = dress_of(request)
    if dress is not None or asks_for_news(request):
        return answer_list(request, dress, _wanted_similar(site.house, paper))

    def make(masthead: Masthead) -> str:
        similar = similar_papers(house.database, house.index, paper, SIMILAR_ON_PAGE, house.models, reader)
        return paper_pages.show_similar(masthead, paper, with_votes(house.database, similar, reader))

    house, reader = site.house, visitor_of(request).pk
    return show(request, f"/papers/{paper.id}/similar", make)


def _wanted_similar(house: House, paper: Paper) -> WantedList:
    def read(limit: int, _offset: int, arrived: Arrived) -> Listing:
        bound = bound_indexed(house.database, house.index, arrived)
        whole = similar_papers(house.database, house.index, paper, SIMILAR_ON_PAGE, house.models, arrived.reader)
        return stretch_within(whole, bound, limit)

    return WantedList(f"Papers like {readable(paper.content.title)}", links.similar(paper.id), read)
