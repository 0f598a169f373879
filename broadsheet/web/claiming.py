"""Handlers by which authors claim their papers, and curators decide about it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import NotFound
from broadsheet.domain.listing import Part
from broadsheet.render import curating_pages, links
from broadsheet.render.community_payloads import claim_payload
from broadsheet.render.curating_pages import Stretch
from broadsheet.render.pages import going_on
from broadsheet.usecases.claim_papers import claim_paper, read_claims, settle_claim
from broadsheet.web.bodies import read_form
from broadsheet.web.curating import is_own_list
from broadsheet.web.cursors import read_put_since
from broadsheet.web.parameters import page_number, prefers_markdown, row_of
from broadsheet.web.site import site_of
from broadsheet.web.tables import answer_table, news_of
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
    part = Part(size, page * size, read_put_since(request))
    found, whole = read_claims(house.database, signed_in(request), part, is_own=is_own), links.claims(is_own=is_own)
    news, stretch = news_of(request, whole), Stretch(page, size, found.count, len(found.entries))
    if prefers_markdown(request):
        rows = [claim_payload(one) for one in found.entries]
        next_page = going_on(links.claims(page + 1, is_own=is_own), news) if stretch.has_more else ""
        return answer_table(request, "Claims", whole, rows, next_page, found.newest_at)
    text = curating_pages.show_claims(masthead_of(request), found.entries, stretch, news, is_own=is_own)
    return show_fresh(request, text)


def submit_decision(request: Request) -> Response:
    """Confirm or decline a claim, and lead back to those that wait."""
    house, form, pk = site_of(request).house, read_form(request), row_of(request)
    action, reason = form.get("action"), form.get("reason", "")
    if action not in ("confirm", "decline"):
        raise NotFound("There is no such decision: confirm or decline.")
    settle_claim(house.database, pk, signed_in(request), reason, house.clock(), is_confirmed=action == "confirm")
    return RedirectResponse(links.claims(is_own=False), 303)
