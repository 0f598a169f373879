"""What a request asks for, read from its address and headers; wrong values raise Invalid with the right form."""

from __future__ import annotations

from starlette.requests import Request

from broadsheet.domain.errors import Invalid, NotFound

MARKDOWN = "text/markdown"
JSON = "application/json"
LAST_PAGE = 100_000
_MOST_DIGITS = 15


def whole(text: str) -> int | None:
    """Return the whole number from 0 on that an address or a form gives, None for what is none or has 16 digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def row_named(text: str, missing: str) -> int:
    """Return the pk that an address or a form names; raises NotFound, which says `missing`, for what is none."""
    number = whole(text)
    if number is None:
        raise NotFound(missing)
    return number


def row_of(request: Request) -> int:
    """Return the pk in an address; raises NotFound for what is none."""
    return row_named(request.path_params["pk"], "There is nothing at this address.")


def page_number(request: Request) -> int:
    """Return `p`, counted from 0; raises Invalid."""
    number = _number(request, "p")
    if number is None or number > LAST_PAGE:
        raise Invalid("p", f"The page number p must be a whole number from 0 to {LAST_PAGE}, for example p=1.")
    return number


def listed_through(request: Request) -> int:
    """Return `through`, by which the next pages of a list stay what they were while papers arrive; raises Invalid."""
    return _copied(request, "through")


def whole_number(request: Request, name: str, least: int, most: int, usual: int) -> int:
    """Return a number that stands within bounds, `usual` where it is not given; raises Invalid."""
    text = request.query_params.get(name)
    if text is None:
        return usual
    number = whole(text)
    if number is not None and least <= number <= most:
        return number
    raise Invalid(name, f"The {name} must be a whole number from {least} to {most}, for example {name}={usual}.")


def text_of(request: Request, name: str, most: int) -> str:
    """Return a text of at most so many characters, "" where it is not given; raises Invalid."""
    text = request.query_params.get(name, "")
    if len(text) > most:
        raise Invalid(name, f"The {name} may have at most {most} characters.")
    return text


def chosen(request: Request, name: str, choices: tuple[str, ...]) -> str:
    """Return one of `choices`, the first where none is given; raises Invalid."""
    text = request.query_params.get(name, choices[0])
    if text not in choices:
        raise Invalid(name, f"The {name} must be {' or '.join(choices)}.")
    return text


def prefers_markdown(request: Request) -> bool:
    """Say whether a request names Markdown as what it accepts, and HTML not more than it."""
    return _prefers(request, MARKDOWN)


def prefers_json(request: Request) -> bool:
    """Say whether a request names JSON as what it accepts, and HTML not more than it."""
    return _prefers(request, JSON)


def _prefers(request: Request, media_type: str) -> bool:
    weights = {}
    for choice in request.headers.get("accept", "").replace(" ", "").lower().split(","):
        name, *parameters = choice.split(";")
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        try:
            weights[name] = float(weight)
        except ValueError:
            weights[name] = 0.0
    wanted = weights.get(media_type, 0.0)
    return wanted > 0 and wanted >= weights.get("text/html", 0.0)


def listed_before(request: Request) -> int:
    """Return `before`, the last entry of the stretch before in a list, newest first; 0 to begin; raises Invalid."""
    return _copied(request, "before")


def _copied(request: Request, name: str) -> int:
    number = _number(request, name)
    if number is None:
        raise Invalid(name, f"What `{name}` says is copied from the link to the next page: leave it out to begin.")
    return number


def number_of(text: str, name: str) -> int:
    """Return a whole number from 0 on that a form or an address gives under `name`; raises Invalid."""
    number = whole(text.strip())
    if number is None:
        raise Invalid(name, f"{name} is a whole number.")
    return number


def _number(request: Request, name: str) -> int | None:
    return whole(request.query_params.get(name, "0").strip() or "0")


def local_address(address: str) -> str:
    """Return an address of this site, for nobody is led elsewhere; the front page in place of any other."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address[:1_000] if is_ours and "\\" not in address else "/"


def cache_key(request: Request) -> str:
    """Return the name of a page in the cache: its path and its page number."""
    return f"{request.scope['path']}?{request.query_params.get('p', '')}"
