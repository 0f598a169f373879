"""Lists in dresses other than pages (render/dresses.py says how a list gets them)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.listing import Edition, Listing
from broadsheet.render import links
from broadsheet.render.dresses import DRESSES, Dress
from broadsheet.render.paper_list import PaperList
from broadsheet.usecases.read_papers import read_moments
from broadsheet.web.parameters import page_number, prefers_markdown
from broadsheet.web.site import Site, respond, site_of
from broadsheet.web.visitors import visitor_of

DEEPEST_PAPER = 100_000


@dataclass(frozen=True, slots=True)
class WantedList:
    """A list as an address names it: its title, its page, and how a stretch of it is read (limit, offset)."""

    title: str
    address: str
    read: Callable[[int, int], Listing | Edition]


def dress_of(request: Request) -> Dress | None:
    """Return the dress that the address ends in or Accept asks for (Markdown), None for the page; raises NotFound."""
    form = request.path_params.get("form")
    if form is not None and form not in DRESSES:
        raise NotFound(f"There is no such form of this list; the forms are {', '.join(DRESSES)}.")
    if form is None and prefers_markdown(request):
        form = "md"
    return DRESSES[form] if form else None


def answer_dressed(request: Request, dress: Dress, wanted: WantedList) -> Response:
    """Answer with a list in a dress, or 304 where the client has it already."""
    site = site_of(request)
    page = 0 if dress.is_feed else page_number(request)
    if page * dress.limit >= DEEPEST_PAPER:
        raise Invalid("p", f"Only the first {DEEPEST_PAPER:,} papers of a list are given.")
    answer = answer_kept(
        request, f"{wanted.address} {page}", dress, lambda: dress.make(_read(site, request, dress, wanted))
    )
    if not dress.is_feed:
        answer.headers["Content-Disposition"] = f'inline; filename="{_file_name(wanted)}.{dress.suffix}"'
    return answer


def answer_kept(request: Request, key: str, dress: Dress, make: Callable[[], str | bytes]) -> Response:
    """Answer with what `make` returns, worked out once for each visitor and state of the record, or with 304."""
    site, reader = site_of(request), visitor_of(request).pk
    key = f"{reader or ''} {site.place(request).root} {dress.suffix} {key}"
    body = site.cached(key, make)
    answer = respond(request, body, dress.media_type, site.dated(key, body))
    if reader is not None:
        answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _read(site: Site, request: Request, dress: Dress, wanted: WantedList) -> PaperList:
    page = 0 if dress.is_feed else page_number(request)
    found = wanted.read(dress.limit, page * dress.limit)
    listing = found.listing if isinstance(found, Edition) else found
    moments, newest_at = read_moments(site.house.database, listing)
    goes_on = listing.has_more and not dress.is_feed and (page + 1) * dress.limit < DEEPEST_PAPER
    following = links.paged(links.dressed(wanted.address, dress.suffix), page + 1)
    return PaperList(
        wanted.title,
        wanted.address,
        site.place(request),
        listing,
        moments,
        newest_at,
        found if isinstance(found, Edition) else None,
        following if goes_on else None,
    )


def _file_name(wanted: WantedList) -> str:
    words = re.findall(r"[a-z0-9]+", wanted.address.removeprefix("/papers").lower())
    return "-".join(words)[:60] or "papers"
