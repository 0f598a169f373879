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


def whole_number(text: str, name: str) -> int:
    """Return a whole number from 0 on that a form or an address gives under `name`; raises Invalid."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise Invalid(name, f"{name} is a whole number.")
    return int(text)


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "0").strip() or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def cache_key(request: Request) -> str:
    """Return the name of a page in the cache: its path and its page number."""
    return f"{request.scope['path']}?{request.query_params.get('p', '')}"
