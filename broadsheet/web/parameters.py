"""What a request asks for, read from its address; wrong values raise Invalid with the form that is right."""

from __future__ import annotations

from starlette.requests import Request

from broadsheet.domain.errors import Invalid

LAST_PAGE = 100_000


def page_number(request: Request) -> int:
    """Return `p`, counted from 0; raises Invalid."""
    text = request.query_params.get("p", "0").strip() or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) > LAST_PAGE:
        raise Invalid("p", f"The page number p must be a whole number from 0 to {LAST_PAGE}, for example p=1.")
    return int(text)


def cache_key(request: Request) -> str:
    """Return the name of a page in the cache: its path and its page number."""
    return f"{request.scope['path']}?{request.query_params.get('p', '')}"
