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


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "0").strip() or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def list_start(request: Request, name: str) -> int:
    """Return the number after which a list goes on, 0 for its beginning; raises Invalid."""
    number = _number(request, name)
    if number is None:
        raise Invalid(name, f"What `{name}` says is copied from the link to the next page: leave it out.")
    return number


def local_address(address: str) -> str:
    """Return an address of this site, for nobody is led elsewhere; the front page in place of any other."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address[:1_000] if is_ours and "\\" not in address else "/"


def cache_key(request: Request) -> str:
    """Return the name of a page in the cache: its path and its page number."""
    return f"{request.scope['path']}?{request.query_params.get('p', '')}"
