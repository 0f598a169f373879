"""Lists in dresses other than pages (render/dresses.py says how a list gets them)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.listing import Arrived, Edition, Listing
from broadsheet.domain.since import write_until
from broadsheet.render import links, pages
from broadsheet.render.dresses import DRESSES, Dress
from broadsheet.render.pages import Masthead
from broadsheet.render.paper_list import PaperList
from broadsheet.usecases.read_papers import read_moments
from broadsheet.usecases.voting import with_votes
from broadsheet.web.cursors import arrived_of, put_until
from broadsheet.web.parameters import page_number, prefers_markdown
from broadsheet.web.site import CachedPage, Site, pack, respond, site_of
from broadsheet.web.visitors import show, visitor_of

DEEPEST_PAPER = 100_000


@dataclass(frozen=True, slots=True)
class WantedList:
    """A list as an address names it: its title, its page, and how a stretch of it is read (limit, offset, bounds).

    `is_put` says that readers put papers into it: what is new there is what was put there since. `text` is what was
    searched for, `deepest` how many papers can be read at most.
    """

    title: str
    address: str
    read: Callable[[int, int, Arrived], Listing | Edition]
    is_put: bool = False
    text: str = ""
    deepest: int = DEEPEST_PAPER


def dress_of(request: Request) -> Dress | None:
    """Return the dress that the address ends in or Accept asks for (Markdown), None for the page; raises NotFound."""
    form = request.path_params.get("form")
    if form is not None and form not in DRESSES:
        raise NotFound(f"There is no such form of this list; the forms are {', '.join(DRESSES)}.")
    if form is None and prefers_markdown(request):
        form = "md"
    return DRESSES[form] if form else None


def asks_for_news(request: Request) -> bool:
    """Say whether only those papers of a list are wanted that came since then."""
    return "since" in request.query_params


def answer_list(request: Request, dress: Dress | None, wanted: WantedList) -> Response:
    """Answer with a list in a dress, or, where it has none, with a page of what is new: where news are asked for."""
    return answer_dressed(request, dress, wanted) if dress else _show_news(request, wanted)


def answer_dressed(request: Request, dress: Dress, wanted: WantedList) -> Response:
    """Answer with a list in a dress, or 304 where the client has it already."""
    site = site_of(request)
    page = 0 if dress.is_feed else page_number(request)
    if page * dress.limit >= wanted.deepest:
        raise Invalid("p", f"Only the first {wanted.deepest:,} papers of this list are given.")
    arrived = arrived_of(request, is_put=wanted.is_put)
    key = f"{wanted.address} {page} {arrived.after} {arrived.through} {arrived.since}"

    def make() -> CachedPage:
        shown = _read(site, request, dress, wanted, arrived)
        return pack(dress.make(shown), _headers(shown))

    answer = answer_kept(request, key, dress, make)
    if not dress.is_feed:
        answer.headers["Content-Disposition"] = f'inline; filename="{_file_name(wanted)}.{dress.suffix}"'
    return answer


def answer_kept(request: Request, key: str, dress: Dress, make: Callable[[], str | bytes | CachedPage]) -> Response:
    """Answer with what `make` returns, worked out once for each visitor and state of the record, or with 304."""
    site, reader = site_of(request), visitor_of(request).pk
    key = f"{reader or ''} {site.place(request).root} {dress.suffix} {key}"
    body = site.cached(key, make)
    return respond(request, body, dress.media_type, site.dated(key, body), is_private=reader is not None)


def _show_news(request: Request, wanted: WantedList) -> Response:
    """Answer with the page of those papers of a list that came since then."""
    site, page, since = site_of(request), page_number(request), request.query_params["since"]
    arrived = arrived_of(request, is_put=wanted.is_put)

    def make(masthead: Masthead) -> str:
        size = site.house.settings.results_per_page
        found = wanted.read(size, page * size, arrived)
        listing = found.listing if isinstance(found, Edition) else found
        listing = with_votes(site.house.database, listing, visitor_of(request).pk)
        return pages.show_list(masthead, (wanted.title, wanted.address, wanted.text), listing, since)

    return show(request, f"{wanted.address} {page} {arrived.after} {arrived.through} since {since}", make)


def _read(site: Site, request: Request, dress: Dress, wanted: WantedList, arrived: Arrived) -> PaperList:
    page = 0 if dress.is_feed else page_number(request)
    found = wanted.read(dress.limit, page * dress.limit, arrived)
    listing = found.listing if isinstance(found, Edition) else found
    moments, newest_at = read_moments(site.house.database, listing)
    goes_on = listing.has_more and not dress.is_feed and (page + 1) * dress.limit < wanted.deepest
    address = links.period(found.period) if isinstance(found, Edition) else wanted.address
    here = links.dressed(address, dress.suffix)  # today's papers may be another day's on the next page
    return PaperList(
        wanted.title,
        wanted.address,
        site.place(request),
        listing,
        moments,
        newest_at,
        found if isinstance(found, Edition) else None,
        links.stretch(here, page + 1, listing.through, request.query_params.get("since")) if goes_on else None,
        _until(request, wanted, arrived, listing),
    )


def _headers(shown: PaperList) -> dict[str, str]:
    """Return where a list goes on and what to ask later, for the forms that have no place for it."""
    headers = {"Link": f'<{shown.next_page}>; rel="next"'} if shown.next_page else {}
    return headers | ({"Broadsheet-Until": shown.until} if shown.until else {})


def _until(request: Request, wanted: WantedList, arrived: Arrived, listing: Listing) -> str:
    """Return what is given back as `since`.

    Of lists into which readers put papers a first page alone says it: what is put there meanwhile is on no later one.
    """
    if not wanted.is_put:
        return write_until(replace(arrived, through=listing.through))
    return "" if listing.offset else put_until(request, listing.newest_at)


def _file_name(wanted: WantedList) -> str:
    words = re.findall(r"[a-z0-9]+", wanted.address.removeprefix("/papers").lower())
    return "-".join(words)[:60] or "papers"
