"""What a request asks for, read from its address; wrong values raise Invalid with the form that is right."""

from __future__ import annotations

from starlette.requests import Request

from broadsheet.domain.errors import Invalid

LAST_PAGE = 100_000
_MOST_DIGITS = 15


def page_number(request: Request) -> int:
    """Return `p`, counted from 0; raises Invalid."""
    number = _number(request, "p")
    if number is None or number > LAST_PAGE:
        raise Invalid("p", f"The page number p must be a whole number from 0 to {LAST_PAGE}, for example p=1.")
    return number


def listed_through(request: Request) -> int:
    """Return `through`, by which the next pages of a list stay what they were while papers arrive; raises Invalid."""
    number = _number(request, "through")
    if number is None:
        raise Invalid("through", "What `through` says is copied from the link to the next page: leave it out.")
    return number


def listed_after(request: Request) -> int:
    """Return `after`, the last entry of the stretch before, 0 to begin; raises Invalid."""
    return _copied(request, "after")


def listed_before(request: Request) -> int:
    """Return `before`, the last entry of the stretch before in a list with the newest first; raises Invalid."""
    return _copied(request, "before")


def _copied(request: Request, name: str) -> int:
    number = _number(request, name)
    if number is None:
        raise Invalid(name, f"What `{name}` says is copied from the link to the next entries: leave it out to begin.")
    return number


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "0").strip() or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def cache_key(request: Request) -> str:
    """Return the name of a page in the cache: its path and its page number."""
    return f"{request.scope['path']}?{request.query_params.get('p', '')}"
