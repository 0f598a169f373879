"""Handlers by which others find what is here: the feeds, sitemaps, robots.txt, llms.txt."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.days import period_of
from broadsheet.domain.errors import NotFound
from broadsheet.render import help_pages, links, opml, sitemaps
from broadsheet.render.opml import Offers
from broadsheet.render.paper_list import Place
from broadsheet.usecases.read_papers import greatest_pk, read_categories, read_edition_days, read_ids
from broadsheet.web.parameters import whole
from broadsheet.web.site import Site, respond, site_of
from broadsheet.web.visitors import show

MOST_CATEGORIES = 200
_XML = "application/xml"


def everybodys_lists(site: Site) -> Offers:
    """Return the lists whose feeds are for everybody: headings, each with (title, address) of its lists."""
    categories = read_categories(site.house.database, MOST_CATEGORIES)
    offers: Offers = [
        ("Papers", [("Today’s papers", links.FRONT), ("Trending", links.TRENDING)]),
        ("Categories", [(name, links.category(name)) for name, _ in categories if name.strip()]),
    ]
    return [(heading, lists) for heading, lists in offers if lists]


def show_feeds(request: Request) -> Response:
    """Answer with the page of all feeds."""
    site = site_of(request)
    return show(request, "/feeds", lambda masthead: help_pages.show_feeds(masthead, everybodys_lists(site)))


def show_opml(request: Request) -> Response:
    """Answer with all feeds as OPML."""
    site, place = site_of(request), site_of(request).place(request)
    key = f"{place.root} /feeds.opml"
    body = site.cached(key, lambda: opml.opml(place, everybodys_lists(site)))
    return respond(request, body, "text/x-opml; charset=utf-8", site.dated(key, body))


def show_robots(request: Request) -> Response:
    """Answer with what robots may walk over."""
    return Response(sitemaps.robots_txt(site_of(request).place(request)), media_type="text/plain; charset=utf-8")


def show_llms(request: Request) -> Response:
    """Answer with the guide for language models."""
    site, place = site_of(request), site_of(request).place(request)

    def make() -> str:
        names = [name for name, _ in read_categories(site.house.database, MOST_CATEGORIES)]
        return sitemaps.llms_txt(place, names)

    return respond(request, site.cached(f"{place.root} /llms.txt", make), "text/plain; charset=utf-8")


def show_sitemap(request: Request) -> Response:
    """Answer with the index of the sitemap: the lists, and the papers in parts that never move."""
    site = site_of(request)
    last = -(-greatest_pk(site.house.database) // sitemaps.MOST_ADDRESSES)
    parts = ["lists", *(str(n) for n in range(1, last + 1))]
    return Response(sitemaps.sitemap_index(site.place(request), parts), media_type=_XML)


def show_sitemap_part(request: Request) -> Response:
    """Answer with a part of the sitemap: at most 50,000 addresses, some six megabytes."""
    site, place, part = site_of(request), site_of(request).place(request), request.path_params["part"]
    if part == "lists":
        text = sitemaps.BEGIN + sitemaps.sitemap_lines(place, _lists(site)) + sitemaps.END
        return Response(text, media_type=_XML)
    last = -(-greatest_pk(site.house.database) // sitemaps.MOST_ADDRESSES)
    number = whole(part)
    if number is None or not 1 <= number <= last:
        raise NotFound("There is no such part of the sitemap: /sitemap.xml names them all.")
    return Response(_papers(site, place, number), media_type=_XML)


def _papers(site: Site, place: Place, part: int) -> str:
    first = (part - 1) * sitemaps.MOST_ADDRESSES + 1
    found = read_ids(site.house.database, first, first + sitemaps.MOST_ADDRESSES - 1)
    lines = sitemaps.sitemap_lines(place, ((links.paper(paper_id), at) for paper_id, at in found))
    return sitemaps.BEGIN + lines + sitemaps.END


def _lists(site: Site) -> list[tuple[str, datetime | None]]:
    days = read_edition_days(site.house.database)
    named = [address for _, lists in everybodys_lists(site) for _, address in lists]
    periods = [links.period(period_of(kind, day)) for kind in ("day", "week", "month") for day in days]
    addresses = list(dict.fromkeys([*named, links.FEEDS, *periods]))
    return [(address, None) for address in addresses[: sitemaps.MOST_ADDRESSES]]
