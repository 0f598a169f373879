"""Handlers for a reader's own ways to sign in: the e-mail address, and identities at providers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import BroadsheetError, Conflict, Invalid
from broadsheet.render import account_pages, links
from broadsheet.usecases.change_email import Wish, ask_for_change, confirm_change, read_change
from broadsheet.usecases.sign_in_elsewhere import untie_identity
from broadsheet.web.account import account_page
from broadsheet.web.bodies import read_form
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of, show_fresh, signed_in


def submit_email(request: Request) -> Response:
    """Send a link to a new address, which confirms it."""
    site, typed = site_of(request), read_form(request).get("email", "")
    house = site.house
    try:
        email = ask_for_change(
            house.database, site.secret(), Wish(signed_in(request), typed), house.post(), house.clock()
        )
    except Invalid as error:
        return account_page(request, str(error), status=400)
    return show_fresh(request, account_pages.show_email_sent(masthead_of(request), email))


def show_new_email(request: Request) -> Response:
    """Answer with the button that confirms a new address."""
    site, token = site_of(request), request.path_params["token"]
    try:
        email = read_change(site.secret(), signed_in(request), token, site.house.clock())
    except Invalid as error:
        return account_page(request, str(error), status=400)
    return show_fresh(request, account_pages.show_new_email(masthead_of(request), email, token))


def submit_new_email(request: Request) -> Response:
    """Let a reader have the address that was confirmed."""
    site = site_of(request)
    house, wish = site.house, Wish(signed_in(request), request.path_params["token"])
    try:
        confirm_change(house.database, site.secret(), wish, house.post(), house.clock())
    except (Invalid, Conflict) as error:
        return account_page(request, str(error), status=_status(error))
    return RedirectResponse(links.ACCOUNT, 303)


def submit_identities(request: Request) -> Response:
    """Let a reader no longer sign in by an identity."""
    issuer, _, subject = read_form(request).get("identity", "").partition(" ")
    try:
        untie_identity(site_of(request).house.database, signed_in(request), issuer, subject)
    except Conflict as error:
        return account_page(request, str(error), status=_status(error))
    return RedirectResponse(links.ACCOUNT, 303)


def _status(error: BroadsheetError) -> int:
    return 409 if isinstance(error, Conflict) else 400
