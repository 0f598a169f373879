"""Handlers by which the Hub's clients read the papers here: `huggingface_hub` and `hf papers` with HF_ENDPOINT.

As the Hub does, unknown parameters are ignored; unlike the Hub, a limit out of range is an error and not cut down.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.days import Period, parse_period
from broadsheet.domain.errors import Invalid
from broadsheet.render import hub_payloads, links
from broadsheet.store.daily import Daily
from broadsheet.usecases.read_lists import read_published
from broadsheet.usecases.read_papers import Start, read_paper, search_papers
from broadsheet.web.parameters import JSON, chosen, page_number, text_of, whole_number
from broadsheet.web.site import CachedPage, pack, respond, site_of

MOST_DAILY = 100
MOST_FOUND = 120
USUAL_DAILY = 50
USUAL_FOUND = 20
LONGEST_QUERY = 250
LONGEST_NAME = 100
SORTS = ("publishedAt", "trending")
_KINDS = {"date": "day", "week": "week", "month": "month"}
_CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,15})")


def show_hub_daily(request: Request) -> Response:
    """Answer with daily papers: of a day, week or month, or of all days; none on a page behind the end."""
    limit = whole_number(request, "limit", 1, MOST_DAILY, USUAL_DAILY)
    page, period = page_number(request), _period(request)
    is_trending = chosen(request, "sort", SORTS) == "trending"
    daily = Daily(period, is_trending, text_of(request, "submitter", LONGEST_NAME))
    lists = site_of(request).daily_lists
    entered_on = period.first_on if period and period.kind == "day" else None

    def make() -> bytes:
        found = lists.read(daily, limit, page * limit)
        return orjson.dumps([hub_payloads.list_item(paper, entered_on) for paper in found])

    return respond(request, _cached(request, make, (daily, limit, page)), JSON)


def show_hub_search(request: Request) -> Response:
    """Answer with what a query finds, the matched words marked; without a query with the newest daily papers."""
    limit = whole_number(request, "limit", 1, MOST_FOUND, USUAL_FOUND)
    text = text_of(request, "q", LONGEST_QUERY)
    site = site_of(request)
    house = site.house

    def make() -> bytes:
        if not text.strip():
            newest = site.daily_lists.read(Daily(), limit)
            return orjson.dumps([hub_payloads.search_item(paper, lambda _: ()) for paper in newest])
        answer = search_papers(house.database, house.index, text, limit, house.models, Start(is_counted=False))
        entries = answer.listing.entries
        return orjson.dumps([hub_payloads.search_item(entry.paper, answer.highlight) for entry in entries])

    return respond(request, _cached(request, make, (text, limit)), JSON)


def show_hub_paper(request: Request) -> Response:
    """Answer with one paper."""
    paper = read_paper(site_of(request).house.database, request.path_params["paper_id"])
    return respond(request, pack(orjson.dumps(hub_payloads.flat_item(paper))), JSON)


def show_hub_papers(request: Request) -> Response:
    """Answer with all papers by the day of their publication, newest first; `Link` leads on."""
    limit = whole_number(request, "limit", 1, MOST_DAILY, USUAL_DAILY)
    found = read_published(site_of(request).house.database, _cursor(request), limit)
    answer = respond(request, pack(orjson.dumps([hub_payloads.flat_item(paper) for paper in found.papers])), JSON)
    if found.has_more:
        last = found.papers[-1]
        there = urlencode({"cursor": f"{last.content.published_on}.{last.pk}", "limit": limit})
        answer.headers["Link"] = f'<{str(request.base_url).rstrip("/")}{links.HUB_PAPERS}?{there}>; rel="next"'
    return answer


def _cached(request: Request, make: Callable[[], bytes], asked: tuple[Any, ...]) -> CachedPage:
    return site_of(request).cached(f"{request.scope['path']} {asked}", make)


def _period(request: Request) -> Period | None:
    """Return the narrowest period that is named."""
    found = None
    for name, kind in reversed(_KINDS.items()):
        text = request.query_params.get(name)
        if text is not None:
            try:
                found = parse_period(kind, text)
            except Invalid as error:
                raise Invalid(name, f"The {name} is wrong. {error.message}") from error
    return found


def _cursor(request: Request) -> tuple[date, int] | None:
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        match = _CURSOR.fullmatch(text)
        if match is None:
            raise ValueError(text)
        return date.fromisoformat(match[1]), int(match[2])
    except ValueError as error:
        raise Invalid("cursor", "The cursor is copied from the Link to the next page: leave it out.") from error
