"""Handlers of saved searches: the list with what is new, one with its trial, their feeds at secret addresses."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Conflict, Invalid
from broadsheet.domain.listing import Arrived, Listing
from broadsheet.domain.own_lists import MARK
from broadsheet.render import alert_pages, links, opml
from broadsheet.render.dresses import Dress, take_dress
from broadsheet.render.tables import Table, search_row
from broadsheet.usecases import saved_searches
from broadsheet.usecases.digest_lists import DigestLists
from broadsheet.usecases.own_feeds import read_feeds
from broadsheet.web.bodies import read_form
from broadsheet.web.dressing import WantedList, answer_dressed
from broadsheet.web.own_lists import answer_own_feed
from broadsheet.web.parameters import prefers_markdown, row_named
from broadsheet.web.site import site_of
from broadsheet.web.tables import answer_table, news_of
from broadsheet.web.visitors import masthead_of, show_fresh, signed_in

_ACTIONS = "The action of this form is rename, renew, announce, hush or delete."


def show_searches(request: Request) -> Response:
    """Answer with the reader's searches and what is new for each."""
    return _list(request)


def submit_searches(request: Request) -> Response:
    """Save the search that the form names, or open one and count what is new from now on."""
    form, house, reader = read_form(request), site_of(request).house, signed_in(request)
    if "look" in form:
        looked = saved_searches.look_at_search(house.database, house.index, reader, _number(form["look"]))
        return RedirectResponse(alert_pages.newest_first(looked), 303)
    try:
        made = saved_searches.save_search(house.database, house.index, reader, form.get("query", ""), house.clock())
    except Invalid as error:
        return _list(request, str(error), 400)
    except Conflict as error:
        return _list(request, str(error), 409)
    return RedirectResponse(links.saved_search(made.pk), 303)


def show_saved_search(request: Request) -> Response:
    """Answer with one search: its feeds, and what it would have sent."""
    return _one(request)


def submit_saved_search(request: Request) -> Response:
    """Change one search as the form's `action` says: rename, renew, announce, hush or delete."""
    form, house, reader, pk = read_form(request), site_of(request).house, signed_in(request), _asked(request)
    saved_searches.read_search(house.database, reader, pk)
    action = form.get("action", "")
    try:
        match action:
            case "rename":
                saved_searches.rename_search(house.database, reader, pk, form.get("name", ""))
            case "renew":
                saved_searches.renew_feed(house.database, reader, pk, house.clock())
            case "announce" | "hush":
                is_on = action == "announce"
                saved_searches.announce_search(house.database, house.index, reader, pk, is_announced=is_on)
            case "delete":
                saved_searches.delete_search(house.database, reader, pk)
                return RedirectResponse(links.SEARCHES, 303)
            case _:
                raise Invalid("action", _ACTIONS)
    except Invalid as error:
        return _one(request, str(error), 400)
    return RedirectResponse(links.saved_search(pk), 303)


def show_private_feed(request: Request) -> Response:
    """Answer with the feed whose secret address this is; without a form the address leads to the search itself."""
    name, dress = take_dress(request.path_params["name"])
    answer = (answer_own_feed if name.startswith(MARK) else _feed_of_search)(request, name, dress)
    if dress is not None:
        answer.headers["Cache-Control"] = "private, no-cache"
        if "Content-Disposition" in answer.headers:
            answer.headers["Content-Disposition"] = f'inline; filename="papers.{dress.suffix}"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _feed_of_search(request: Request, name: str, dress: Dress | None) -> Response:
    site = site_of(request)
    house = site.house
    search = saved_searches.find_feed(house.database, site.secret(), name)
    if dress is None:
        return RedirectResponse(alert_pages.newest_first(search), 303)

    def read(limit: int, offset: int, arrived: Arrived) -> Listing:
        return saved_searches.read_found(house.database, house.index, search, (limit, offset), arrived)

    wanted = WantedList(search.name, links.private_feed(name), read, is_put=search.is_library)
    return answer_dressed(request, dress, wanted)


def show_my_opml(request: Request) -> Response:
    """Answer with the reader's feeds: everybody's papers, and the reader's own lists at their secret addresses."""
    site, reader = site_of(request), signed_in(request)
    mine = saved_searches.read_searches(site.house.database, reader)
    own = [(one.name, links.private_feed(one.feed_name(site.secret()))) for one in mine]
    lists = read_feeds(site.house.database, reader)
    private = [(one.title, links.private_feed(one.feed_name(site.secret()))) for one in lists]
    offers = [
        ("Papers", [("Today’s papers", links.FRONT), ("Trending", links.TRENDING)]),
        ("My searches", own),
        ("My groups and tags", private),
    ]
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="my-feeds.opml"'}
    text = opml.opml(site.place(request), [(heading, lists) for heading, lists in offers if lists])
    return Response(text, media_type="text/x-opml; charset=utf-8", headers=headers)


def _list(request: Request, complaint: str = "", status: int = 200) -> Response:
    house, news = site_of(request).house, news_of(request, links.SEARCHES)
    found = saved_searches.list_new(house.database, house.index, signed_in(request), news.at)
    if prefers_markdown(request) and not complaint:
        rows = [search_row(one) for one in found.entries]
        return answer_table(request, Table("Saved searches", links.SEARCHES, rows, "", found.newest_at))
    return show_fresh(request, alert_pages.show_searches(masthead_of(request), found.entries, news, complaint), status)


def _one(request: Request, complaint: str = "", status: int = 200) -> Response:
    site = site_of(request)
    house = site.house
    search = saved_searches.read_search(house.database, signed_in(request), _asked(request))
    trial = saved_searches.try_search(DigestLists(house.shelf(), house.post_office().imprint, house.today()), search)
    feed = site.place(request).root + links.private_feed(search.feed_name(site.secret()))
    return show_fresh(
        request, alert_pages.show_saved_search(masthead_of(request), search, feed, trial, complaint), status
    )


def _asked(request: Request) -> int:
    return _number(request.path_params["pk"])


def _number(text: str) -> int:
    return row_named(text, "There is no such saved search of yours: /searches names them.")
