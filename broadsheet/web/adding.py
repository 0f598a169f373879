"""Handlers by which a paper is added by hand: a form for people, JSON for programs.

The setting `adding` says who may; what somebody who is no curator brings waits for one, once anybody has an account
and unless the setting `submissions` says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from broadsheet.domain.errors import BroadsheetError, Conflict, Invalid, NotAllowed, NotFound, SourceFailed
from broadsheet.render import curating_pages, links, pages, payloads
from broadsheet.usecases.add_paper import Added, Finder, add_paper
from broadsheet.usecases.submit_papers import Wish
from broadsheet.usecases.submit_papers import submit_paper as submit_paper_of
from broadsheet.web.bodies import is_local, read_form, read_json
from broadsheet.web.curating import today_of
from broadsheet.web.site import Site, site_of
from broadsheet.web.visitors import masthead_of, show_fresh, visitor_of
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


def show_submit(request: Request) -> Response:
    """Lead to the form, under the name by which some look for it."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    return RedirectResponse(links.ADD + (f"?{query}" if query else ""), 302)


def submit_add(request: Request) -> Response:
    """Add the paper and lead to its page, or show the form again with the reason."""
    check_may_add(request)
    form = read_form(request)
    text, note = form.get("text", ""), form.get("note", "")
    try:
        done = _add(request, text, note)
    except (Invalid, NotFound, Conflict, SourceFailed) as error:
        return _page(request, _status_of(error), text, str(error), "", note)
    if done.paper.hidden and visitor_of(request).reader is None:
        return show_fresh(request, curating_pages.show_thanks(masthead_of(request)), 202)
    return RedirectResponse(links.paper(done.paper.id), 303)


def submit_paper(request: Request) -> Response:
    """Add the paper that a program names: 201 where it is new, 200 where it was here, 202 where it waits."""
    check_may_add(request)
    sent = read_json(request)
    text, note = sent.get("text"), sent.get("note", "")
    if not isinstance(text, str) or not isinstance(note, str):
        raise Invalid("text", 'There is no text: send an object such as {"text": "2401.00001"}.')
    done = _add(request, text, note)
    headers = {"Location": links.paper(done.paper.id), "Cache-Control": "no-store"}
    status = 202 if done.paper.hidden else 201 if done.is_new else 200
    return JSONResponse(payloads.paper_payload(done.paper), status, headers)


def _add(request: Request, text: str, note: str) -> Added:
    site = site_of(request)
    house, wish = site.house, Wish(text, note, visitor_of(request).reader, _must_wait(request))
    with _one_at_a_time(site):
        return submit_paper_of(house.database, house.index, wish, make_finder(house), lambda: today_of(site))


def bring_in(request: Request, text: str, finder: Finder) -> Added:
    """Add the paper that a text names, as `finder` makes it; raises Conflict when others take too long."""
    site = site_of(request)
    with _one_at_a_time(site):
        return add_paper(site.house.database, site.house.index, text, finder, site.house.clock)


@contextmanager
def _one_at_a_time(site: Site) -> Iterator[None]:
    if not site.adding.acquire(timeout=WAIT_SECONDS):
        raise Conflict("Another paper is being added: try again in a moment.")
    try:
        yield
    finally:
        site.adding.release()


def _must_wait(request: Request) -> bool:
    """Say whether what this client brings waits for a curator; nothing does while nobody has an account."""
    site, visitor = site_of(request), visitor_of(request)
    is_asked = site.house.settings.submissions == "curators approve" and site.has_readers()
    return is_asked and not visitor.is_at_least("curator")


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


def _page(request: Request, status: int, pasted: str, complaint: str, refusal: str, note: str = "") -> Response:
    text = pages.show_add(masthead_of(request), pasted, complaint, refusal, note)
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})
