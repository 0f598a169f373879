"""Operations of `/api/v1` that read what everybody may read, and the one that takes a paper in."""

from __future__ import annotations

from broadsheet.render import links
from broadsheet.render.api_document import Operation
from broadsheet.render.api_parameters import (
    A_STRETCH,
    DAY,
    LIMIT,
    MONTH,
    PAPER_ID,
    PK_CURSOR,
    QUERY,
    SEARCH_CURSOR,
    SINCE,
    WEEK,
)
from broadsheet.web import adding, api_v1
from broadsheet.web.access import Handler

_LISTED = (200, 304, 400, 409)  # 409: a `since` that is newer than anything here
_FOUND_OR_NOT = (200, 304, 400, 404, 409)

OPERATIONS: tuple[tuple[Operation, Handler], ...] = (
    (
        Operation(
            "GET", f"{links.API}/papers", "listPapers", "The papers that came last",
            "All papers in the order in which they came into this site, newest first.",
            "Papers", (LIMIT, PK_CURSOR, SINCE), _LISTED,
        ),
        api_v1.show_api_papers,
    ),
    (
        Operation(
            "GET", f"{links.API}/papers/{{paper_id:path}}/similar", "listSimilar", "Papers like one",
            "The papers most like one, most alike first: at most 200.",
            "Similar", (PAPER_ID, *A_STRETCH), _FOUND_OR_NOT,
        ),
        api_v1.show_api_similar,
    ),
    (
        Operation(
            "GET", f"{links.API}/papers/{{paper_id:path}}", "getPaper", "One paper",
            "A paper by any of its ids.", "Paper", (PAPER_ID,), (200, 304, 404),
        ),
        api_v1.show_api_paper,
    ),
    (
        Operation(
            "GET", f"{links.API}/search", "searchPapers", "Search",
            "The papers that a query finds, by words and by meaning, best first, with what their scores are made of.",
            "Found", (QUERY, LIMIT, SEARCH_CURSOR, SINCE), _LISTED, limit="search",
        ),
        api_v1.show_api_search,
    ),
    (
        Operation(
            "GET", f"{links.API}/trending", "listTrending", "Trending papers",
            "All papers, hottest first.", "Trending", A_STRETCH, _LISTED,
        ),
        api_v1.show_api_trending,
    ),
    (
        Operation(
            "GET", f"{links.API}/editions", "listEditions", "The days that have editions",
            "Newest first, each with the number of its papers; with `since`, the days that got papers since then, and "
            "how many.",
            "Editions", A_STRETCH, _LISTED,
        ),
        api_v1.show_api_editions,
    ),
    (
        Operation(
            "GET", f"{links.API}/editions/day/{{day}}", "getDay", "The edition of a day",
            "Its papers, best first, and whether it is complete.", "Edition", (DAY, *A_STRETCH), _FOUND_OR_NOT,
        ),
        api_v1.show_api_day,
    ),
    (
        Operation(
            "GET", f"{links.API}/editions/week/{{week}}", "getWeek", "The papers of a week",
            "Monday to Sunday, best first.", "Edition", (WEEK, *A_STRETCH), _FOUND_OR_NOT,
        ),
        api_v1.show_api_week,
    ),
    (
        Operation(
            "GET", f"{links.API}/editions/month/{{month}}", "getMonth", "The papers of a month",
            "Best first.", "Edition", (MONTH, *A_STRETCH), _FOUND_OR_NOT,
        ),
        api_v1.show_api_month,
    ),
    (
        Operation(
            "GET", f"{links.API}/categories", "listCategories", "The categories",
            "By name, each with the number of its papers; with `since`, of the papers that came since then.",
            "Categories", A_STRETCH, _LISTED,
        ),
        api_v1.show_api_categories,
    ),
    (
        Operation(
            "POST", f"{links.API}/papers", "addPaper", "Add a paper",
            "Takes in one paper: 201 where it is new, 202 where it waits for a curator, 200 where it was here. The "
            "setting `adding` says who may.",
            "Paper", (), (200, 201, 202, 404, 409, 502), "Add", ("papers",), scope="write", limit="write",
        ),
        adding.submit_paper,
    ),
)  # fmt: skip
