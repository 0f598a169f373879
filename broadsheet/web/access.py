"""Who may use which address: each line of the site map says so, and this is where it is held to.

`docs/security.md` has the same table in words; a test proves both against every route.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from broadsheet.domain.credentials import are_equal
from broadsheet.domain.errors import NotAllowed, NotSignedIn, TooMany
from broadsheet.domain.readers import NOBODY, Visitor
from broadsheet.settings import Settings
from broadsheet.web.bodies import check_origin, is_form, is_local, read_form
from broadsheet.web.limits import Limit, refused
from broadsheet.web.site import site_of
from broadsheet.web.visitors import client_network, csrf_of, identify_visitor

Handler = Callable[[Request], Response]

# Who: everyone at any time; whoever may read (everyone, unless anonymous reading is off); readers by their role.
ANYONE: Final = "anyone"
READS: Final = "whoever may read"
READER: Final = "reader"
CURATOR: Final = "curator"
OPERATOR: Final = "operator"
# Whoever has the secret that the address itself, or its own header, must carry; no account has any part in it.
BEARER: Final = "whoever has the link"

# In place of a scope: no token is good for it.
BROWSER: Final = "no token"

_SIGN_IN = "Sign in first: this is for readers with an account here."
_TOO_LOW = {
    READER: _SIGN_IN,
    CURATOR: "This is for curators: ask one, or whoever runs this site.",
    OPERATOR: "This is for whoever runs this site.",
}
_NO_SCOPE = "This token is not good for that: it needs the scope {}."
_NO_TOKEN = "This is not for tokens: sign in with a browser."  # noqa: S105 (what is said, no secret)
_FORGED = "The page that sent this was too old or not ours: open it again and send it once more."


@dataclass(frozen=True, slots=True)
class Address:
    """A line of the site map: what is answered where, for whom, and what an API token needs.

    `limit` names the limit that it counts against: "", "search", "write" or "sign-in". `is_ours_alone` says that it
    acts in its sender's name, so that a form must prove that it is one of our pages. `takes_files` lets a form bring
    files.
    """

    method: str
    path: str
    handler: Handler
    who: str = READS
    scope: str = "read"
    limit: str = ""
    is_ours_alone: bool = True
    takes_files: bool = False


def get(path: str, handler: Handler, who: str = READS, *, scope: str = "read", limit: str = "") -> Address:
    """Return the line of an address that changes nothing."""
    return Address("GET", path, handler, who, scope, limit)


def post(
    path: str, handler: Handler, who: str = READER, *,
    scope: str = "write", limit: str = "write", is_ours_alone: bool = True,
) -> Address:  # fmt: skip
    """Return the line of an address that changes something."""
    return Address("POST", path, handler, who, scope, limit, is_ours_alone)


def post_files(path: str, handler: Handler, *, scope: str = "write") -> Address:
    """Return the line of an address to which readers may send files."""
    return Address("POST", path, handler, READER, scope, "write", takes_files=True)


def guarded(address: Address) -> Handler:
    """Return the handler of an address, behind all that must hold before it is called."""

    @functools.wraps(address.handler)
    def answer(request: Request) -> Response:
        settings = site_of(request).house.settings
        visitor = NOBODY if address.who == BEARER else identify_visitor(request)
        request.state.takes_files = address.takes_files
        check_visitor(address, visitor, settings)
        if address.limit:
            _take(address.limit, visitor, request, settings)
        if address.method != "GET":
            _check_sender(address, request, visitor)
        return address.handler(request)

    return answer


def make_routes(addresses: Iterable[Address]) -> Iterator[Route]:
    """Yield a route for each path, in the order in which they come first, which knows every method that it takes."""
    paths: dict[str, dict[str, Handler]] = {}
    for address in addresses:
        paths.setdefault(address.path, {})[address.method] = guarded(address)
    for path, handlers in paths.items():
        yield Route(path, _by_method(handlers), methods=list(handlers))


def _by_method(handlers: dict[str, Handler]) -> Handler:
    if len(handlers) == 1:
        return next(iter(handlers.values()))

    def show_or_submit(request: Request) -> Response:
        return handlers["GET" if request.method == "HEAD" else request.method](request)

    return show_or_submit


def check_visitor(address: Address, visitor: Visitor, settings: Settings) -> None:
    """Raise NotSignedIn or NotAllowed where a visitor may not use an address."""
    if address.who in (ANYONE, BEARER):
        return
    if address.who == READS:
        if visitor.reader is None and settings.anonymous_reading == "off":
            raise NotSignedIn(_SIGN_IN)
    elif visitor.reader is None:
        raise NotSignedIn(_SIGN_IN)
    elif not visitor.is_at_least(address.who):
        raise NotAllowed(_TOO_LOW[address.who])
    if visitor.via == "token" and address.scope not in visitor.scopes:
        raise NotAllowed(_NO_TOKEN if address.scope == BROWSER else _NO_SCOPE.format(address.scope))


def _take(name: str, visitor: Visitor, request: Request, settings: Settings) -> None:
    """Count a request against a limit, by its reader, else by its address; the machine itself may read as it likes."""
    if visitor.via == "local" or (name == "search" and is_local(request)):
        return
    many = {
        "search": (settings.searches_per_minute, 60.0),
        "write": (settings.writes_per_minute, 60.0),
        "sign-in": (settings.sign_ins_per_hour, 3_600.0),
    }[name]
    if many[0] > 0:
        is_known = visitor.reader is not None and name != "sign-in"
        who = f"reader {visitor.pk}" if is_known else client_network(request)
        limit = Limit(name, *many)
        try:
            request.state.standing = site_of(request).limits.take(limit, who)
        except TooMany as error:
            request.state.standing = refused(limit, error.retry_after_seconds)
            raise


def _check_sender(address: Address, request: Request, visitor: Visitor) -> None:
    """Refuse what another site's page began in a reader's name, by where it began and by the form's own secret."""
    if visitor.via == "token":
        return  # no browser adds it by itself
    acts_for_reader = address.is_ours_alone and visitor.reader is not None
    check_origin(request, must_say=acts_for_reader and is_form(request))
    if not acts_for_reader or visitor.via == "local":
        return  # no cookie speaks for them: that it began here is enough
    given = read_form(request).get("csrf", "") if is_form(request) else request.headers.get("x-csrf-token", "")
    if not are_equal(given, csrf_of(request)):
        raise NotAllowed(_FORGED)
