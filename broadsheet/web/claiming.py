"""Handlers by which authors claim their papers, and curators decide about it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import NotFound
from broadsheet.render import curating_pages, links
from broadsheet.render.community_payloads import claim_payload
from broadsheet.usecases.claim_papers import claim_paper, read_claims, settle_claim
from broadsheet.web.bodies import read_form
from broadsheet.web.curating import Desk, show_desk
from broadsheet.web.parameters import row_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import signed_in


def submit_claim(request: Request) -> Response:
    """Let the reader say which of a paper's authors they are, and lead to its page."""
    house, form, reader = site_of(request).house, read_form(request), signed_in(request)
    paper_id, author, note = request.path_params["paper_id"], form.get("author", ""), form.get("note", "")
    paper = claim_paper(house.database, paper_id, reader, author, note, now=house.clock())
    return RedirectResponse(links.paper(paper.id), 303)


def show_claims(request: Request) -> Response:
    """Answer with the reader's own claims, or for curators with all that wait."""
    return show_desk(request, _CLAIMS)


_CLAIMS = Desk("Claims", links.claims, read_claims, claim_payload, curating_pages.show_claims)


def submit_decision(request: Request) -> Response:
    """Confirm or decline a claim, and lead back to those that wait."""
    house, form, pk = site_of(request).house, read_form(request), row_of(request)
    action, reason = form.get("action"), form.get("reason", "")
    if action not in ("confirm", "decline"):
        raise NotFound("There is no such decision: confirm or decline.")
    settle_claim(house.database, pk, signed_in(request), reason, house.clock(), is_confirmed=action == "confirm")
    return RedirectResponse(links.claims(is_own=False), 303)
