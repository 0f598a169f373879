"""Lists of what readers and curators do, beside their pages: as Markdown, and only what is new where that is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.render import links
from broadsheet.render.community_payloads import Payload
from broadsheet.render.pages import News
from broadsheet.render.tables import Table, table_markdown
from broadsheet.web.cursors import put_until, read_put_since
from broadsheet.web.site import pack, respond, site_of
from broadsheet.web.visitors import visitor_of

_GOES_ON = ("p", "before", "after")  # what the address of a later page says


def news_of(request: Request, whole: str) -> News | None:
    """Return what of a list is asked for, where that is what is new alone; raises Invalid.

    `whole` is the address of the list.
    """
    return News(request.query_params["since"], whole) if read_put_since(request) is not None else None


def answer_table(
    request: Request, title: str, whole: str, rows: Sequence[Payload], next_page: str, newest_at: datetime | None
) -> Response:
    """Answer with a list as Markdown; `newest_at` is when the newest entry of all that is asked for came.

    A first page alone says what to ask later: what comes while a program reads on is in no later page.
    """
    root, is_first = site_of(request).place(request).root, not any(name in request.query_params for name in _GOES_ON)
    later = root + links.stretch(whole, 0, 0, put_until(request, newest_at)) if is_first else ""
    table = Table(title, rows, root + next_page if next_page else "", later)
    is_private = visitor_of(request).reader is not None
    return respond(request, pack(table_markdown(table)), "text/markdown; charset=utf-8", is_private=is_private)
