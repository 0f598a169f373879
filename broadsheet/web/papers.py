"""Handlers for search and for one paper in all its forms."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.paper import Paper
from broadsheet.domain.query import clean_text
from broadsheet.render import citations, links, pages, payloads
from broadsheet.render.pages import Masthead
from broadsheet.usecases.read_library import read_desk
from broadsheet.usecases.read_papers import Start, look_beside, read_paper, search_papers, similar_papers
from broadsheet.web.editions import show_front_page
from broadsheet.web.parameters import listed_through, page_number
from broadsheet.web.site import site_of
from broadsheet.web.visitors import is_looked_at, show, visitor_of

SIMILAR_ON_PAPER = 6
SIMILAR_ON_PAGE = 20
DEEPEST_RESULT = 10_000

_FORMS: dict[str, tuple[str, Callable[[Paper], str | bytes]]] = {
    "csl.json": ("application/vnd.citationstyles.csl+json", citations.csl_json),
    "json": ("application/json", lambda paper: orjson.dumps(payloads.paper_payload(paper))),
    "bib": ("application/x-bibtex; charset=utf-8", citations.bibtex),
    "ris": ("application/x-research-info-systems; charset=utf-8", citations.ris),
    "md": ("text/markdown; charset=utf-8", citations.markdown),
}


def show_papers(request: Request) -> Response:
    """Answer with search results where there is a `q`, else with today's edition."""
    text = request.query_params.get("q")
    if text is None:
        return show_front_page(request)
    return show_search(request, text)


def show_search(request: Request, typed: str) -> Response:
    """Answer with the papers that a query finds."""
    site, page = site_of(request), page_number(request)
    text = clean_text(typed)
    size = site.house.settings.results_per_page
    if page * size > DEEPEST_RESULT:
        raise Invalid("p", f"Only the first {DEEPEST_RESULT:,} results can be opened: add a word to the search.")

    through, reader = listed_through(request), visitor_of(request).pk

    def make(masthead: Masthead) -> str:
        house = site.house
        start = Start(page * size, through, reader)
        answer = search_papers(house.database, house.index, text, size, house.models, start)
        beside = look_beside(house.index, answer)
        return pages.show_search(masthead, answer.query, answer.listing, answer.highlight, beside)

    key = f"/papers?q={text}&p={page}&through={through}"
    return show(request, key, make)


def show_search_help(request: Request) -> Response:
    """Answer with the help page of the search language."""
    return show(request, "/search-help", pages.show_search_help)


def show_paper(request: Request) -> Response:
    """Answer with a paper's page, or with the paper in the form that the address ends in."""
    site = site_of(request)
    paper_id = request.path_params["paper_id"]
    try:
        paper = read_paper(site.house.database, paper_id)
    except NotFound:
        for form in _FORMS:
            if paper_id.endswith(f".{form}"):
                return _show_form(request, paper_id.removesuffix(f".{form}"), form)
        raise
    if paper.id != paper_id:
        return RedirectResponse(links.paper(paper.id), 301)

    def make(masthead: Masthead) -> str:
        similar = similar_papers(house.database, house.index, paper, SIMILAR_ON_PAPER, house.models, reader)
        desk = read_desk(house.database, reader, paper) if reader else None
        return pages.show_paper(masthead, paper, similar, desk)

    house, reader = site.house, visitor_of(request).pk
    answer = show(request, f"/papers/{paper.id}", make)
    if reader and is_looked_at(request):
        answer.background = BackgroundTask(site.opened.note, reader, paper.pk)
    return answer


def _show_form(request: Request, paper_id: str, form: str) -> Response:
    paper = read_paper(site_of(request).house.database, paper_id)
    media_type, make = _FORMS[form]
    return Response(make(paper), media_type=media_type)


def show_similar(request: Request) -> Response:
    """Answer with the papers most like one."""
    site = site_of(request)
    paper_id = request.path_params["paper_id"]
    try:
        paper = read_paper(site.house.database, paper_id)
    except NotFound:
        request.path_params["paper_id"] = f"{paper_id}/similar"  # a paper may be named like that
        return show_paper(request)

    def make(masthead: Masthead) -> str:
        similar = similar_papers(house.database, house.index, paper, SIMILAR_ON_PAGE, house.models, reader)
        return pages.show_similar(masthead, paper, similar)

    house, reader = site.house, visitor_of(request).pk
    return show(request, f"/papers/{paper.id}/similar", make)
