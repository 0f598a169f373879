"""Handlers by which readers sign in and out.

A link is opened in two steps, for the programs of mail servers open every link that they see: the page that it leads to
has a button, and only the button uses it up. What the form answers is the same for every address.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.credentials import LINK_LIFE, new_secret
from broadsheet.domain.errors import Invalid, NotAllowed
from broadsheet.domain.readers import parse_email
from broadsheet.render import account_pages, links
from broadsheet.store import sessions
from broadsheet.usecases.sign_in import Asked, Browser, SignedIn, check_link, open_link, send_link
from broadsheet.web.bodies import read_form
from broadsheet.web.parameters import local_address
from broadsheet.web.site import site_of
from broadsheet.web.visitors import (
    BROWSER,
    drop_session,
    masthead_of,
    seen_of,
    set_cookie,
    set_session,
    show_fresh,
    visitor_of,
)


def show_sign_in(request: Request) -> Response:
    """Answer with the form that asks for a link."""
    given = request.query_params
    return _form(request, lands_on=local_address(given.get("next", "")), invitation=given.get("invitation", "")[:100])


def submit_sign_in(request: Request) -> Response:
    """Send a link where the address may sign in, and answer alike in any case."""
    form = read_form(request)
    lands_on, invitation = local_address(form.get("next", "")), form.get("invitation", "")[:100]
    try:
        email = parse_email(form.get("email", ""))
    except Invalid as error:
        return _form(request, 400, lands_on=lands_on, invitation=invitation, complaint=str(error),
                     email=form.get("email", "")[:254])  # fmt: skip
    browser = request.cookies.get(BROWSER) or new_secret()
    house = site_of(request).house
    with house.database.write() as connection:
        asked = Asked(email, browser, lands_on, invitation)
        send_link(connection, asked, house.settings.registration, house.post(), house.clock())
    answer = show_fresh(request, account_pages.show_link_sent(masthead_of(request), email))
    set_cookie(request, answer, BROWSER, browser, int(LINK_LIFE.total_seconds()))
    return answer


def show_link(request: Request) -> Response:
    """Answer with the button that signs in, or with why this link does not."""
    house, secret = site_of(request).house, request.path_params["secret"]
    try:
        check_link(house.database, secret, request.cookies.get(BROWSER, ""), house.clock())
    except NotAllowed as error:
        return _form(request, 403, complaint=str(error))
    return show_fresh(request, account_pages.show_link(masthead_of(request), secret))


def submit_link(request: Request) -> Response:
    """Sign the reader in and lead to where the link was asked for."""
    house = site_of(request).house
    browser, registration = Browser(request.cookies.get(BROWSER, ""), seen_of(request)), house.settings.registration
    try:
        done = open_link(house.database, request.path_params["secret"], browser, registration, house.clock())
    except NotAllowed as error:
        return _form(request, 403, complaint=str(error))
    return begin_here(request, done)


def begin_here(request: Request, done: SignedIn) -> Response:
    """Answer with the session that has begun in place of the one that this browser had, and lead on."""
    end_own_session(request)
    answer = RedirectResponse(local_address(done.lands_on), 303, {"Cache-Control": "no-store"})
    set_session(request, answer, done.secret)
    return answer


def submit_sign_out(request: Request) -> Response:
    """End this session."""
    end_own_session(request)
    answer = RedirectResponse(links.FRONT, 303)
    drop_session(request, answer)
    return answer


def end_own_session(request: Request) -> None:
    """End the session of this browser, where it has one."""
    visitor = visitor_of(request)
    if visitor.pk is not None and visitor.session_pk is not None:
        with site_of(request).house.database.write() as connection:
            sessions.delete_session(connection, visitor.pk, visitor.session_pk)


def _form(request: Request, status: int = 200, **given: str) -> Response:
    form = account_pages.SignInForm(providers=site_of(request).providers.names, **given)
    return show_fresh(request, account_pages.show_sign_in(masthead_of(request), form), status)
