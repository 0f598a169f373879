"""Handlers of votes: given and taken back by a form, and the papers that a reader voted for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Invalid
from broadsheet.domain.listing import Arrived, Listing
from broadsheet.render import curating_pages, links
from broadsheet.render.pages import Masthead
from broadsheet.usecases.voting import read_votes, vote
from broadsheet.web.bodies import read_form
from broadsheet.web.dressing import WantedList, answer_list, asks_for_news, dress_of
from broadsheet.web.parameters import cache_key, local_address, page_number
from broadsheet.web.site import site_of
from broadsheet.web.visitors import show, signed_in


def submit_vote(request: Request) -> Response:
    """Give a vote or take it back, and lead to where it was given: the form's `next`, else the paper's page."""
    form, house = read_form(request), site_of(request).house
    action = form.get("action")
    paper_id = request.path_params["paper_id"]
    if action not in ("vote", "unvote"):
        raise Invalid("action", "The action of this form is vote or unvote.")
    paper = vote(house.database, paper_id, signed_in(request), house.clock(), is_for=action == "vote")
    return RedirectResponse(local_address(form["next"]) if form.get("next") else links.paper(paper.id), 303)


def show_votes(request: Request) -> Response:
    """Answer with the papers that the reader voted for, the newest vote first."""
    site, page, reader, dress = site_of(request), page_number(request), signed_in(request), dress_of(request)
    if dress is not None or asks_for_news(request):

        def read(limit: int, offset: int, arrived: Arrived) -> Listing:
            return read_votes(site.house.database, reader.pk, limit, offset, arrived.since)

        return answer_list(request, dress, WantedList("Your votes", links.votes(), read, is_put=True))

    def make(masthead: Masthead) -> str:
        size = site.house.settings.results_per_page
        return curating_pages.show_votes(masthead, read_votes(site.house.database, reader.pk, size, page * size), page)

    return show(request, cache_key(request), make)
