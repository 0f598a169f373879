"""Lists of what readers and curators do, beside their pages: as Markdown, and only what is new where that is asked."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.render.dresses import DRESSES
from broadsheet.render.news import News
from broadsheet.render.tables import Table, table_markdown
from broadsheet.web.cursors import given_since, put_until, read_put_since
from broadsheet.web.site import pack, respond, site_of
from broadsheet.web.visitors import visitor_of

_GOES_ON = ("p", "before", "after")  # what the address of a later page says


def news_of(request: Request, whole: str) -> News:
    """Return what of the list at the address `whole` is asked for; raises Invalid. What was sent leads to all of it."""
    if request.method == "POST":
        return News(whole)
    return News(whole, given_since(request), read_put_since(request))


def answer_table(request: Request, table: Table) -> Response:
    """Answer with a list as Markdown, whose first page says what to ask later."""
    is_first = all(request.query_params.get(name, "") in ("", "0") for name in _GOES_ON)
    until = put_until(request, table.newest_at) if is_first else ""
    page = pack(table_markdown(table, site_of(request).place(request).root, until))
    return respond(request, page, DRESSES["md"].media_type, is_private=visitor_of(request).reader is not None)
