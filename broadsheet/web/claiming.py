"""Handlers by which authors claim their papers, and curators decide about it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import NotFound
from broadsheet.render import curating_pages, links
from broadsheet.render.curating_pages import Stretch
from broadsheet.usecases.claim_papers import claim_paper, read_claims, settle_claim
from broadsheet.web.bodies import read_form
from broadsheet.web.curating import is_own_list
from broadsheet.web.parameters import page_number, row_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of, show_fresh, signed_in


def submit_claim(request: Request) -> Response:
    """Let the reader say which of a paper's authors they are, and lead to its page."""
    house, form, reader = site_of(request).house, read_form(request), signed_in(request)
    paper_id, author, note = request.path_params["paper_id"], form.get("author", ""), form.get("note", "")
    paper = claim_paper(house.database, paper_id, reader, author, note, now=house.clock())
    return RedirectResponse(links.paper(paper.id), 303)


def show_claims(request: Request) -> Response:
    """Answer with the reader's own claims, or for curators with all that wait."""
    house, page, is_own = site_of(request).house, page_number(request), is_own_list(request)
    size = house.settings.results_per_page
    found, count = read_claims(house.database, signed_in(request), size, page * size, is_own=is_own)
    stretch = Stretch(page, size, count, len(found))
    return show_fresh(request, curating_pages.show_claims(masthead_of(request), found, stretch, is_own=is_own))


def submit_decision(request: Request) -> Response:
    """Confirm or decline a claim, and lead back to those that wait."""
    house, form, pk = site_of(request).house, read_form(request), row_of(request)
    action, reason = form.get("action"), form.get("reason", "")
    if action not in ("confirm", "decline"):
        raise NotFound("There is no such decision: confirm or decline.")
    settle_claim(house.database, pk, signed_in(request), reason, house.clock(), is_confirmed=action == "confirm")
    return RedirectResponse(links.claims(is_own=False), 303)
