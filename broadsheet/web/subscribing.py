"""Handlers of subscriptions by mail: ask, confirm, change, end.

A link from a letter changes nothing when it is opened, since programs that look for harm in mail open it too: each
leads to a page with a button. Its token is all the authority there is; no cookie has any part in it.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from broadsheet.domain.errors import Invalid, NotAllowed, TooMany
from broadsheet.domain.subscriptions import Subscriber, Wish, parse_cadence, parse_hours, parse_wish
from broadsheet.mail.addresses import parse_address
from broadsheet.render import links, subscription_pages
from broadsheet.usecases import subscribe
from broadsheet.usecases.post_office import PostOffice
from broadsheet.web.bodies import read_form
from broadsheet.web.limits import Limit
from broadsheet.web.site import Site, site_of
from broadsheet.web.visitors import client_address

_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
CLOSED = "Subscribing is not open here: the setting subscribing says nobody."
# How many letters one client may cause by typing addresses.
LETTERS = Limit("letters", 20, 3_600.0)
_ANY = {"kind": "trending", "value": "", "cadence": "daily"}


def show_subscribe(request: Request) -> Response:
    """Answer with the form; what stands in the address stands in it already."""
    fields = {name: request.query_params.get(name, usual)[:2_000] for name, usual in _ANY.items()}
    return _form(_open(request), fields, 200)


def submit_subscribe(request: Request) -> Response:
    """Send the letter that asks for confirmation; the answer is the same whoever has subscribed."""
    site = _open(request)
    fields = {**_ANY, "email": "", **read_form(request)}
    now = site.house.clock()
    try:
        wish = parse_wish(fields["kind"], fields["value"], fields["cadence"])
        office = site.house.post_office()
        if _may_cause_letter(request):
            subscribe.ask_to_subscribe(office, fields["email"], wish, now)
        else:
            parse_address(fields["email"])
    except Invalid as error:
        return _form(site, fields, 400, str(error))
    return _page(subscription_pages.show_subscribe(site.masthead(), fields, is_sent=True))


def show_confirmation(request: Request) -> Response:
    """Answer with the button that confirms."""
    site, office = _at(request)
    token = request.path_params["token"]
    address, wish = subscribe.read_wish(office, token, site.house.clock())
    return _page(subscription_pages.show_confirmation(site.masthead(), token, address, wish))


def submit_confirmation(request: Request) -> Response:
    """Begin the subscription and lead to its preferences."""
    site, office = _at(request)
    read_form(request)
    token = subscribe.confirm(office, request.path_params["token"], site.house.clock())
    return RedirectResponse(links.subscriptions(token), 303, headers=_PRIVATE)


def show_subscriptions(request: Request) -> Response:
    """Answer with what somebody gets by mail, and when."""
    site, office = _at(request)
    one = subscribe.read_subscriber(office, request.path_params["token"], site.house.clock())
    return _preferences(site, request.path_params["token"], one)


def submit_subscriptions(request: Request) -> Response:
    """Change what the form's `action` says: save, add, resume or forget; then show what is so now."""
    site, office = _at(request)
    token, fields, now = request.path_params["token"], read_form(request), site.house.clock()
    one = subscribe.read_subscriber(office, token, now)
    try:
        is_known = _act(office, token, fields, one, site)
    except Invalid as error:
        return _preferences(site, token, one, 400, str(error))
    if not is_known:
        return _page(subscription_pages.show_unsubscribe(site.masthead(), one.address, "forgotten"))
    return RedirectResponse(links.subscriptions(token), 303, headers=_PRIVATE)


def show_unsubscribe(request: Request) -> Response:
    """Answer with the button that ends all mail."""
    site, office = _at(request)
    address = subscribe.read_leaving(office, request.path_params["token"], site.house.clock())
    return _page(subscription_pages.show_unsubscribe(site.masthead(), address, "asked"))


def submit_unsubscribe(request: Request) -> Response:
    """End all mail at once (RFC 8058): mail services send this in their reader's name, without signing in.

    Its body is not read: the token says everything.
    """
    site, office = _at(request)
    subscribe.unsubscribe(office, request.path_params["token"], site.house.clock())
    return _page(subscription_pages.show_unsubscribe(site.masthead(), "", "ended"))


def _act(office: PostOffice, token: str, fields: dict[str, str], one: Subscriber, site: Site) -> bool:
    """Do what the form says; return whether the subscriber is still known."""
    now = site.house.clock()
    actions: dict[str, Callable[[], None]] = {
        "add": lambda: subscribe.add_wish(office, token, _wish(fields), now),
        "resume": lambda: subscribe.resume(office, token, now),
        "forget": lambda: subscribe.forget(office, token, now),
        "save": lambda: subscribe.change_preferences(
            office, token, parse_hours(fields.get("hour", ""), fields.get("zone", "")[:100]), _kept(fields, one), now
        ),
    }
    action = fields.get("action", "")
    if action not in actions:
        raise Invalid("action", "The action of this form is save, add, resume or forget.")
    actions[action]()
    return action != "forget"


def _wish(fields: dict[str, str]) -> Wish:
    return parse_wish(fields.get("kind", ""), fields.get("value", ""), fields.get("cadence", ""))


def _kept(fields: dict[str, str], one: Subscriber) -> list[tuple[int, str]]:
    """Return the subscriptions that the form keeps, with how often each comes."""
    chosen = ((it, fields.get(f"cadence-{it.pk}", "")) for it in one.subscriptions)
    kept = [(it, cadence) for it, cadence in chosen if cadence and cadence != "never"]
    return [(it.pk, parse_cadence(cadence)) for it, cadence in kept]


def _may_cause_letter(request: Request) -> bool:
    """Say whether this client may cause one more letter by typing addresses; who may not is not told."""
    try:
        site = site_of(request)
        site.limits.take(LETTERS, client_address(request), site.house.clock().timestamp())
    except TooMany:
        return False
    return True


def _open(request: Request) -> Site:
    site = site_of(request)
    if site.house.settings.subscribing != "everyone":
        raise NotAllowed(CLOSED)
    return site


def _at(request: Request) -> tuple[Site, PostOffice]:
    site = site_of(request)
    return site, site.house.post_office()


def _form(site: Site, fields: dict[str, str], status: int, complaint: str = "") -> Response:
    return _page(subscription_pages.show_subscribe(site.masthead(), fields, complaint), status)


def _preferences(site: Site, token: str, one: Subscriber, status: int = 200, complaint: str = "") -> Response:
    return _page(subscription_pages.show_subscriptions(site.masthead(), token, one, complaint), status)


def _page(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, headers=_PRIVATE)
