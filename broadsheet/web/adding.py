"""Handlers by which a paper is added by hand: a form for people, JSON for programs.

While there are no accounts, the setting `adding` says who may.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from broadsheet.domain.errors import BroadsheetError, Conflict, Invalid, NotAllowed, NotFound, SourceFailed
from broadsheet.render import links, pages, payloads
from broadsheet.usecases.add_paper import Added, Finder, add_paper
from broadsheet.web.bodies import is_local, read_form, read_json
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of, visitor_of
from broadsheet.wiring import make_finder

WAIT_SECONDS = 5.0
_SHOWN = ((Invalid, 400), (NotFound, 404), (Conflict, 409), (SourceFailed, 502))
_REFUSALS = {
    "nobody": "Papers cannot be added here: the setting adding is nobody.",
    "this machine": "Papers are added by readers, or only on the machine that runs this site: sign in first.",
}


def show_add(request: Request) -> Response:
    """Answer with the form; what stands in the address's `text` stands in it already; or say who may add."""
    pasted = request.query_params.get("text", "")[:2_000]
    return _page(request, 200, pasted, "", _refusal(request))


def submit_add(request: Request) -> Response:
    """Add the paper and lead to its page, or show the form again with the reason."""
    check_may_add(request)
    text = read_form(request).get("text", "")
    try:
        done = _add(request, text)
    except (Invalid, NotFound, Conflict, SourceFailed) as error:
        return _page(request, _status_of(error), text, str(error), "")
    return RedirectResponse(links.paper(done.paper.id), 303)


def submit_paper(request: Request) -> Response:
    """Add the paper that a program names: 201 where it is new, 200 where it was here."""
    check_may_add(request)
    text = read_json(request).get("text")
    if not isinstance(text, str):
        raise Invalid("text", 'There is no text: send an object such as {"text": "2401.00001"}.')
    done = _add(request, text)
    headers = {"Location": links.paper(done.paper.id), "Cache-Control": "no-store"}
    return JSONResponse(payloads.paper_payload(done.paper), 201 if done.is_new else 200, headers)


def _add(request: Request, text: str) -> Added:
    return bring_in(request, text, make_finder(site_of(request).house))


def bring_in(request: Request, text: str, finder: Finder) -> Added:
    """Add the paper that a text names, one at a time for the whole site; raises Conflict when others take too long."""
    site = site_of(request)
    if not site.adding.acquire(timeout=WAIT_SECONDS):
        raise Conflict("Another paper is being added: try again in a moment.")
    try:
        house = site.house
        return add_paper(house.database, house.index, text, finder, house.clock)
    finally:
        site.adding.release()


def _refusal(request: Request) -> str:
    """Return why this client may not add papers, "" where it may."""
    chosen = site_of(request).house.settings.adding
    if chosen == "everyone" or (chosen == "this machine" and (is_local(request) or visitor_of(request).reader)):
        return ""
    return _REFUSALS[chosen]


def check_may_add(request: Request) -> None:
    """Raise NotAllowed where this client may not add papers that are not here."""
    refusal = _refusal(request)
    if refusal:
        raise NotAllowed(refusal)


def _status_of(error: BroadsheetError) -> int:
    return next(status for kind, status in _SHOWN if isinstance(error, kind))


def _page(request: Request, status: int, pasted: str, complaint: str, refusal: str) -> Response:
    text = pages.show_add(masthead_of(request), pasted, complaint, refusal)
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})
