"""Handlers of our own API, for reading: each list in stretches, and of each only what is new where that is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.days import Period, parse_period
from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.listing import Arrived
from broadsheet.domain.query import clean_text
from broadsheet.domain.since import write_until
from broadsheet.render.api_parameters import CURSOR, LONGEST_QUERY, PERIOD_FORMS, PK_CURSOR, SEARCH_CURSOR
from broadsheet.render.payloads import edition_payload, paper_payload, ranked_payload
from broadsheet.usecases.read_lists import (
    bound_indexed,
    bound_now,
    read_arrivals,
    read_categories,
    read_days,
    stretch_within,
)
from broadsheet.usecases.read_papers import (
    Start,
    read_edition,
    read_paper,
    read_trending,
    search_papers,
    similar_papers,
)
from broadsheet.web.api_answers import limit_of
from broadsheet.web.cursors import Cursor, bounds_of, read_cursor, read_since
from broadsheet.web.parameters import JSON, text_of
from broadsheet.web.site import pack, respond, site_of
from broadsheet.web.visitors import visitor_of

MOST_SIMILAR = 200
DEEPEST = 10_000
Payload = dict[str, Any]


def show_api_papers(request: Request) -> Response:
    """Answer with the papers that came last."""
    limit, cursor = limit_of(request), read_cursor(request, PK_CURSOR)
    database = site_of(request).house.database
    arrived = bound_now(database, bounds_of(request, cursor))
    last = min(cursor.place - 1, arrived.through) if cursor.place else arrived.through
    found = read_arrivals(database, Arrived(arrived.after, last), limit) if last > arrived.after else None
    papers = found.papers if found else ()
    place = papers[-1].pk if found and found.has_more else None
    return _answer(request, {"papers": [paper_payload(paper) for paper in papers]}, place, arrived)


def show_api_paper(request: Request) -> Response:
    """Answer with one paper."""
    paper = read_paper(site_of(request).house.database, request.path_params["paper_id"])
    return respond(request, pack(orjson.dumps(paper_payload(paper))), JSON)


def show_api_similar(request: Request) -> Response:
    """Answer with the papers most like one."""
    house, paper_id = site_of(request).house, request.path_params["paper_id"]
    limit, cursor = limit_of(request), read_cursor(request, CURSOR)
    arrived = bound_indexed(house.database, house.index, bounds_of(request, cursor))
    try:
        paper = read_paper(house.database, paper_id)
    except NotFound:
        request.path_params["paper_id"] = f"{paper_id}/similar"  # a paper may be named like that
        return show_api_paper(request)
    found = similar_papers(house.database, house.index, paper, MOST_SIMILAR, house.models)
    shown = stretch_within(found, arrived, limit, cursor.place)
    payload = {"id": paper.id, "count": shown.count, "results": ranked_payload(shown.entries)}
    return _answer(request, payload, _next_place(shown.count, cursor, limit), arrived)


def show_api_search(request: Request) -> Response:
    """Answer with what a query finds."""
    house, limit, cursor = site_of(request).house, limit_of(request), read_cursor(request, SEARCH_CURSOR)
    if "q" not in request.query_params:
        raise Invalid("q", "The q is missing: say what to look for, for example q=graph networks.")
    text = clean_text(text_of(request, "q", LONGEST_QUERY))
    start = Start(cursor.place, cursor.through, visitor_of(request).pk, read_since(request))
    limit = min(limit, DEEPEST - cursor.place)
    found = search_papers(house.database, house.index, text, limit, house.models, start)
    listing = found.listing
    results = ranked_payload(listing.entries)
    payload = {
        "query": found.query.text, "mode": found.mode, "count": listing.count, "results": results,
        "notice": found.notice or found.query.complaint or None, "suggestion": found.suggestion or None,
    }  # fmt: skip
    arrived = Arrived(start.after, max(start.after, listing.through))
    return _answer(request, payload, _next_place(min(listing.count, DEEPEST), cursor, limit), arrived)


def show_api_trending(request: Request) -> Response:
    """Answer with the hottest papers."""

    def make(arrived: Arrived, cursor: Cursor, limit: int) -> tuple[Payload, int]:
        listing = read_trending(site_of(request).house.database, limit, cursor.place, arrived)
        return {"results": ranked_payload(listing.entries)}, listing.count

    return _list(request, make)


def show_api_day(request: Request) -> Response:
    """Answer with the edition of a day."""
    return _edition(request, _period("day", request.path_params["day"]))


def show_api_week(request: Request) -> Response:
    """Answer with the papers of a week."""
    return _edition(request, _period("week", request.path_params["week"]))


def show_api_month(request: Request) -> Response:
    """Answer with the papers of a month."""
    return _edition(request, _period("month", request.path_params["month"]))


def show_api_editions(request: Request) -> Response:
    """Answer with the days that have editions, newest first."""

    def payload(day: date, count: int) -> Payload:
        return {"date": day.isoformat(), "papers": count}

    database = site_of(request).house.database
    return _named(request, "editions", lambda arrived: [payload(*row) for row in read_days(database, arrived)])


def show_api_categories(request: Request) -> Response:
    """Answer with the categories that have papers, by name."""

    def payload(name: str, count: int) -> Payload:
        return {"category": name, "papers": count}

    database = site_of(request).house.database
    return _named(request, "categories", lambda arrived: [payload(*row) for row in read_categories(database, arrived)])


def _named(request: Request, key: str, rows: Callable[[Arrived], Sequence[Payload]]) -> Response:
    def make(arrived: Arrived, cursor: Cursor, limit: int) -> tuple[Payload, int]:
        all_rows = rows(arrived)
        return {key: all_rows[cursor.place : cursor.place + limit]}, len(all_rows)

    return _list(request, make, counts=False)


def _period(kind: str, text: str) -> Period:
    """Return a period; raises Invalid for what is written wrongly, NotFound for a day that no calendar has."""
    try:
        return parse_period(kind, text)
    except Invalid as error:
        if re.fullmatch(PERIOD_FORMS[kind], text, re.ASCII):
            raise NotFound(f"There is no {kind} {text} in our calendar.") from error
        raise


def _edition(request: Request, period: Period) -> Response:
    house = site_of(request).house

    def make(arrived: Arrived, cursor: Cursor, limit: int) -> tuple[Payload, int]:
        edition = read_edition(house.database, period, limit, cursor.place, arrived)
        return edition_payload(edition, house.settings.zone), edition.listing.count

    return _list(request, make)


def _list(
    request: Request, make: Callable[[Arrived, Cursor, int], tuple[Payload, int]], *, counts: bool = True
) -> Response:
    """Answer with a stretch of a list that is counted."""
    limit, cursor = limit_of(request), read_cursor(request, CURSOR)
    arrived = bound_now(site_of(request).house.database, bounds_of(request, cursor))
    payload, length = make(arrived, cursor, limit)
    if counts:
        payload["count"] = length
    return _answer(request, payload, _next_place(length, cursor, limit), arrived)


def _answer(request: Request, payload: Payload, place: int | None, arrived: Arrived) -> Response:
    """Answer with a stretch, and with what to ask next and later."""
    cursor = Cursor(place, arrived.through).write() if place is not None else None
    body = {**payload, "next": cursor, "until": write_until(arrived)}
    answer = respond(request, pack(orjson.dumps(body)), JSON, is_private=visitor_of(request).reader is not None)
    if cursor:
        others = [(name, value) for name, value in request.query_params.items() if name in ("q", "since", "limit")]
        there = urlencode([*others, ("cursor", cursor)])
        answer.headers["Link"] = f'<?{there}>; rel="next"'
    return answer


def _next_place(length: int, cursor: Cursor, limit: int) -> int | None:
    place = cursor.place + limit
    return place if place < length else None
