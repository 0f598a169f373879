"""Handlers of a reader's own account: names, sessions, tokens, everything to take along, the end."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Invalid
from broadsheet.render import account_pages, links
from broadsheet.usecases import accounts
from broadsheet.web.bodies import read_form, read_form_lists
from broadsheet.web.openid import way_to_tie
from broadsheet.web.parameters import JSON
from broadsheet.web.site import site_of
from broadsheet.web.visitors import drop_session, masthead_of, show_fresh, signed_in, visitor_of


def show_account(request: Request) -> Response:
    """Answer with the reader's account."""
    return account_page(request)


def submit_account(request: Request) -> Response:
    """Change the names of the reader."""
    form, house = read_form(request), site_of(request).house
    try:
        accounts.rename(house.database, signed_in(request), form.get("name", ""), form.get("full_name", ""))
    except Invalid as error:
        return account_page(request, str(error), status=400)
    return RedirectResponse(links.ACCOUNT, 303)


def submit_sessions(request: Request) -> Response:
    """End one session of the reader, or all others."""
    house, visitor = site_of(request).house, visitor_of(request)
    accounts.end_sessions(house.database, signed_in(request), read_form(request).get("session", ""), visitor.session_pk)
    return RedirectResponse(links.ACCOUNT, 303)


def submit_tokens(request: Request) -> Response:
    """Make a token, which is shown this once, or take one back."""
    form, house = read_form_lists(request), site_of(request).house
    if "revoke" in form:
        accounts.revoke_token(house.database, signed_in(request), form["revoke"][0])
        return RedirectResponse(links.ACCOUNT, 303)
    name, days = form.get("token_name", [""])[0], form.get("days", ["90"])[0]
    wanted = accounts.WantedToken(name, tuple(form.get("scope", [])), days)
    try:
        secret = accounts.make_token(house.database, signed_in(request), wanted, house.clock())
    except Invalid as error:
        return account_page(request, str(error), status=400)
    return account_page(request, secret=secret)


def show_export(request: Request) -> Response:
    """Answer with everything that is this reader's, as JSON."""
    house = site_of(request).house
    found = accounts.export_account(house.database, signed_in(request))
    headers = {"Content-Disposition": 'attachment; filename="broadsheet-account.json"', "Cache-Control": "no-store"}
    return Response(orjson.dumps(found, option=orjson.OPT_INDENT_2), media_type=JSON, headers=headers)


def submit_deletion(request: Request) -> Response:
    """Delete the account, where the reader typed its name to say so."""
    reader = signed_in(request)
    if read_form(request).get("confirm", "").strip() != reader.name:
        return account_page(request, f"Type {reader.name} to delete the account.", status=400)
    accounts.delete_account(site_of(request).house.database, reader, site_of(request).house.clock())
    answer = RedirectResponse(links.FRONT, 303)
    drop_session(request, answer)
    return answer


def account_page(request: Request, complaint: str = "", secret: str = "", status: int = 200) -> Response:
    """Answer with the reader's account, with a complaint, or with a token that was made just now."""
    site, reader, visitor = site_of(request), signed_in(request), visitor_of(request)
    overview = accounts.read_account(site.house.database, reader, site.house.clock())
    desk = account_pages.Desk(
        visitor.session_pk,
        complaint,
        secret,
        () if visitor.session_pk is None else tuple((n, way_to_tie(request, n)) for n in site.providers.names),
        {one.issuer: site.providers.name_of(one.issuer) for one in overview.identities},
    )
    return show_fresh(request, account_pages.show_account(masthead_of(request), overview, desk), status)
