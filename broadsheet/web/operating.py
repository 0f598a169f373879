"""Handlers for operators: readers and their roles, invitations, the log. Each deed is written into the log."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Conflict, Invalid
from broadsheet.render import links, operator_pages
from broadsheet.render.community_payloads import deed_payload
from broadsheet.render.news import going_on
from broadsheet.render.tables import Table
from broadsheet.store import readers, sessions
from broadsheet.usecases import accounts, sign_in
from broadsheet.usecases.read_audit import read_audit
from broadsheet.web.bodies import read_form
from broadsheet.web.parameters import prefers_markdown, whole
from broadsheet.web.site import site_of
from broadsheet.web.tables import answer_table, news_of
from broadsheet.web.visitors import masthead_of, show_fresh, signed_in

PAGE = 50


def show_readers(request: Request) -> Response:
    """Answer with the list of readers."""
    return _readers_page(request)


def submit_readers(request: Request) -> Response:
    """Make an account, and show the link that signs its reader in this once."""
    form, house = read_form(request), site_of(request).house
    wanted = accounts.WantedReader(form.get("name", ""), form.get("email", ""), form.get("role", "reader"))
    try:
        made, secret = accounts.add_reader(house.database, signed_in(request), wanted, house.clock())
    except Invalid as error:
        return _readers_page(request, complaint=str(error), status=400)
    return _readers_page(request, (made.name, house.root() + links.sign_in_link(secret)))


def submit_reader(request: Request) -> Response:
    """Change a reader's role, close or open the account, or make a link that signs its reader in."""
    form, house, name = read_form(request), site_of(request).house, request.path_params["name"]
    by, now, deed = signed_in(request), house.clock(), form.get("deed", "")
    try:
        if deed == "link":
            secret = accounts.link_for(house.database, by, name, now)
            return _readers_page(request, (name, house.root() + links.sign_in_link(secret)))
        if deed in ("block", "unblock"):
            accounts.change_reader(house.database, by, name, now, is_blocked=deed == "block")
        else:
            accounts.change_reader(house.database, by, name, now, role=form.get("role", ""))
    except (Invalid, Conflict) as error:
        return _readers_page(request, complaint=str(error), status=400 if isinstance(error, Invalid) else 409)
    return RedirectResponse(links.READERS, 303)


def show_invite(request: Request) -> Response:
    """Answer with the invitations."""
    return _invite_page(request)


def submit_invite(request: Request) -> Response:
    """Make an invitation and show its address this once."""
    house = site_of(request).house
    note = read_form(request).get("note", "")
    try:
        secret = sign_in.invite(house.database, signed_in(request).pk, note, house.clock())
    except Invalid as error:
        return _invite_page(request, complaint=str(error), status=400)
    return _invite_page(request, house.root() + links.invitation(secret))


def show_audit(request: Request) -> Response:
    """Answer with what operators did."""
    before, news = whole(request.query_params.get("before", "")) or 0, news_of(request, links.AUDIT)
    found = read_audit(site_of(request).house.database, before, PAGE, news.at)
    older = going_on(links.audit(found.entries[-1][0].pk), news) if found.has_more else ""
    if prefers_markdown(request):
        rows = [deed_payload(deed) | {"subject": subject} for deed, subject in found.entries]
        return answer_table(request, Table("What operators did", links.AUDIT, rows, older, found.newest_at))
    return show_fresh(request, operator_pages.show_audit(masthead_of(request), found.entries, older, news))


def _readers_page(
    request: Request, link: tuple[str, str] | None = None, complaint: str = "", status: int = 200
) -> Response:
    after = request.query_params.get("after", "")[:39]
    with site_of(request).house.database.read() as connection:
        found = readers.list_readers(connection, after, PAGE + 1)
    next_page = links.readers(found[PAGE - 1].name) if len(found) > PAGE else ""
    text = operator_pages.show_readers(masthead_of(request), found[:PAGE], next_page, link, complaint)
    return show_fresh(request, text, status)


def _invite_page(request: Request, address: str = "", complaint: str = "", status: int = 200) -> Response:
    page = whole(request.query_params.get("p", "0")) or 0
    with site_of(request).house.database.read() as connection:
        found = sessions.list_invitations(connection, page * PAGE, PAGE + 1)
    next_page = links.invitations(page + 1) if len(found) > PAGE else ""
    text = operator_pages.show_invite(masthead_of(request), found[:PAGE], next_page, address, complaint)
    return show_fresh(request, text, status)
