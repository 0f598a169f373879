"""Handlers of a reader's own lists: their feeds at secret addresses, and their editions by mail."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Conflict, Invalid, NotAllowed
from broadsheet.domain.library import Wanted
from broadsheet.domain.listing import Arrived, Listing
from broadsheet.domain.own_lists import GROUP, TAG, OwnFeed
from broadsheet.domain.subscriptions import parse_own_wish
from broadsheet.render import links, own_list_pages
from broadsheet.render.dresses import Dress
from broadsheet.usecases import own_feeds
from broadsheet.usecases.saved_searches import read_searches
from broadsheet.usecases.subscribe_own import subscribe_reader
from broadsheet.web.bodies import read_form
from broadsheet.web.dressing import WantedList, answer_dressed
from broadsheet.web.parameters import row_named
from broadsheet.web.site import site_of
from broadsheet.web.subscribing import CLOSED
from broadsheet.web.visitors import masthead_of, show_fresh, signed_in


def show_my_feeds(request: Request) -> Response:
    """Answer with the reader's feeds and their secret addresses."""
    return _show(request)


def submit_my_feeds(request: Request) -> Response:
    """Make a feed of an own list, give one other addresses or take it away, as the form's `action` says."""
    form, house, reader = read_form(request), site_of(request).house, signed_in(request)
    try:
        match form.get("action"):
            case "make":
                own_feeds.make_feed(house.database, reader, form.get("kind", ""), form.get("value", ""), house.clock())
            case "renew":
                own_feeds.renew_own_feed(house.database, reader, _number(form), house.clock())
            case "delete":
                own_feeds.delete_own_feed(house.database, reader, _number(form))
            case _:
                raise Invalid("action", "The action of this form is make, renew or delete.")
    except Invalid as error:
        return _show(request, str(error), 400)
    except Conflict as error:
        return _show(request, str(error), 409)
    return RedirectResponse(links.MY_FEEDS, 303)


def submit_my_mail(request: Request) -> Response:
    """Begin sending the reader an own list and lead to the preferences."""
    house, form, reader = site_of(request).house, read_form(request), signed_in(request)
    if house.settings.subscribing != "everyone":
        raise NotAllowed(CLOSED)
    wish = parse_own_wish(form.get("kind", ""), form.get("value", ""), form.get("cadence", ""), reader.pk)
    token = subscribe_reader(house.post_office(), reader, wish, house.clock())
    return RedirectResponse(links.subscriptions(token), 303, headers={"Cache-Control": "no-store"})


def feed_name(request: Request, wanted: Wanted) -> str:
    """Return the secret name of the feed of the reader's library or of one of its tags, "" where there is none."""
    site, reader = site_of(request), signed_in(request)
    database = site.house.database
    if wanted == Wanted(tag=wanted.tag) and wanted.tag:
        own = own_feeds.find_own_feed(database, reader, TAG, wanted.tag)
        return own.feed_name(site.secret()) if own else ""
    searches = read_searches(database, reader) if wanted.is_all else []
    return next((search.feed_name(site.secret()) for search in searches if search.is_library), "")


def answer_own_feed(request: Request, name: str, dress: Dress | None) -> Response:
    """Answer with the own list whose secret name this is; without a form the address leads to the list's page."""
    site = site_of(request)
    database = site.house.database
    own, title = own_feeds.open_feed(database, site.secret(), name)
    if dress is None:
        return RedirectResponse(_page_of(own), 303)

    def read(limit: int, offset: int, arrived: Arrived) -> Listing:
        return own_feeds.read_own_list(database, own, limit, offset, arrived.since)

    return answer_dressed(request, dress, WantedList(title, links.private_feed(name), read, is_put=True))


def _show(request: Request, complaint: str = "", status: int = 200) -> Response:
    site, reader = site_of(request), signed_in(request)
    database, root = site.house.database, site.place(request).root
    found = own_feeds.read_feeds(database, reader)
    named = [(own, root + links.private_feed(own.feed_name(site.secret()))) for own in found]
    searches = [(search.name, search.pk) for search in read_searches(database, reader)]
    return show_fresh(request, own_list_pages.show_my_feeds(masthead_of(request), named, searches, complaint), status)


def _page_of(own: OwnFeed) -> str:
    return links.group(own.value) if own.kind == GROUP else links.library(Wanted(tag=own.value))


def _number(form: dict[str, str]) -> int:
    return row_named(form.get("feed", ""), "There is no such feed of yours: /feeds/mine names them.")
