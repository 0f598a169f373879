"""Operations of `/api/v1` on saved searches."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.saved_searches import SavedSearch
from broadsheet.render import links
from broadsheet.render.api_document import Operation
from broadsheet.render.api_parameters import PUT_SINCE, ROW
from broadsheet.render.community_payloads import search_payload
from broadsheet.usecases import saved_searches
from broadsheet.web.access import READER, Handler
from broadsheet.web.api_answers import done, fields_of, give
from broadsheet.web.cursors import put_until, read_put_since
from broadsheet.web.parameters import row_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import signed_in


def show_api_searches(request: Request) -> Response:
    """Answer with the reader's searches by name, and what is new for each."""
    house = site_of(request).house
    found = saved_searches.list_new(house.database, house.index, signed_in(request), read_put_since(request))
    listed = [_payload(request, one.search, one.count) for one in found.entries]
    return give(request, {"searches": listed, "until": put_until(request, found.newest_at)})


def submit_api_searches(request: Request) -> Response:
    """Save a search; one that is saved already is given as it is."""
    house, sent = site_of(request).house, fields_of(request, "NewSearch")
    made = saved_searches.save_search(house.database, house.index, signed_in(request), sent["query"], house.clock())
    return done(_payload(request, made), 201, links.saved_search(made.pk))


def show_api_search(request: Request) -> Response:
    """Answer with one search."""
    search = saved_searches.read_search(site_of(request).house.database, signed_in(request), row_of(request))
    return give(request, _payload(request, search))


def submit_api_search(request: Request) -> Response:
    """Change one search as `action` says, and answer with it as it is then, or as it was when it was deleted."""
    house, reader, pk = site_of(request).house, signed_in(request), row_of(request)
    sent = fields_of(request, "SearchDeed")
    search = saved_searches.read_search(house.database, reader, pk)
    match sent["action"]:
        case "look":
            saved_searches.look_at_search(house.database, house.index, reader, pk)
        case "rename":
            saved_searches.rename_search(house.database, reader, pk, sent["name"])
        case "renew":
            saved_searches.renew_feed(house.database, reader, pk, house.clock())
        case "announce" | "hush" as action:
            is_on = action == "announce"
            saved_searches.announce_search(house.database, house.index, reader, pk, is_announced=is_on)
        case _:
            saved_searches.delete_search(house.database, reader, pk)
            return done(_payload(request, search))
    return done(_payload(request, saved_searches.read_search(house.database, reader, pk)))


def _payload(request: Request, search: SavedSearch, new: int | None = None) -> dict[str, Any]:
    site = site_of(request)
    feed = site.place(request).root + links.private_feed(search.feed_name(site.secret()))
    return search_payload(search, feed, new)


_ALL = f"{links.API}/searches"
_reads = partial(Operation, tags=("searches",), who=READER)
_writes = partial(Operation, tags=("searches",), who=READER, scope="library", limit="write")

OPERATIONS: tuple[tuple[Operation, Handler], ...] = (
    (
        _reads(
            "GET", _ALL, "listSearches", "Saved searches",
            "By name, each with how many papers came since its reader looked: all of them, at most 100.",
            "Searches", (PUT_SINCE,), (200, 304, 400), limit="search",
        ),
        show_api_searches,
    ),
    (
        _writes(
            "POST", _ALL, "saveSearch", "Save a search", "Under its own words.", "Search", (), (201, 409), "NewSearch"
        ),
        submit_api_searches,
    ),
    (
        _reads("GET", f"{_ALL}/{{pk}}", "getSearch", "One saved search", "One.", "Search", (ROW,), (200, 304, 404)),
        show_api_search,
    ),
    (
        _writes(
            "POST", f"{_ALL}/{{pk}}", "changeSearch", "Change a saved search",
            "`look` counts as new what comes from now on, `renew` gives its feed another secret address, `announce` "
            "and `hush` say whether this site's webhooks hear of it. One that is deleted is given for the last time.",
            "Search", (ROW,), (200, 404), "SearchDeed",
        ),
        submit_api_search,
    ),
)  # fmt: skip
