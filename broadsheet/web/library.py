"""Handlers of the library: what a reader saved."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Invalid
from broadsheet.render import links
from broadsheet.usecases.save_papers import save_papers, unsave_papers
from broadsheet.web.bodies import read_form
from broadsheet.web.papers import show_search
from broadsheet.web.site import site_of
from broadsheet.web.visitors import signed_in


def show_library(request: Request) -> Response:
    """Answer with the papers that the reader saved, newest first."""
    return show_search(request, "in:library")


def submit_save(request: Request) -> Response:
    """Save a paper or take it out again, as the form's `action` says, and lead back to its page."""
    reader = signed_in(request).pk
    house, wanted = site_of(request).house, [request.path_params["paper_id"]]
    match read_form(request).get("action"):
        case "save":
            (paper,) = save_papers(house.database, wanted, reader, house.clock())
        case "unsave":
            (paper,) = unsave_papers(house.database, wanted, reader)
        case _:
            raise Invalid("action", "The action of this form is save or unsave.")
    return RedirectResponse(links.paper(paper.id), 303)
