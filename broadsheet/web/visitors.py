"""Who asks, read from a request: a token, a session's cookie, a proxy's header, or the machine itself; and their pages.

Cookies are HttpOnly and SameSite=Lax, and Secure where the site is reached by https.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import cast
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from broadsheet.domain.credentials import SESSION_LIFE, derived
from broadsheet.domain.errors import Invalid, NotSignedIn
from broadsheet.domain.readers import NOBODY, Reader, Visitor
from broadsheet.render import links
from broadsheet.render.pages import Masthead
from broadsheet.usecases import identify
from broadsheet.usecases.read_discussion import count_unread
from broadsheet.web.bodies import is_local
from broadsheet.web.site import respond, site_of

SESSION = "broadsheet_session"
BROWSER = "broadsheet_browser"
_HEADER_OF_TOKENS = "Send the token as: Authorization: Bearer TOKEN."


def identify_visitor(request: Request) -> Visitor:
    """Find out who asks, and keep it with the request; raises NotSignedIn for a token that is not good."""
    visitor = _identify(request)
    request.state.visitor = visitor
    return visitor


def visitor_of(request: Request) -> Visitor:
    """Return who asks, as it was found out when the request came in."""
    return cast(Visitor, getattr(request.state, "visitor", NOBODY))


def signed_in(request: Request) -> Reader:
    """Return the reader who asks, at an address that is for readers."""
    reader = visitor_of(request).reader
    if reader is None:
        raise NotSignedIn("Sign in first.")
    return reader


def csrf_of(request: Request) -> str:
    """Return what a form must bring along to act for this visitor; "" for nobody."""
    visitor = visitor_of(request)
    if visitor.reader is None:
        return ""
    return derived(site_of(request).secret(), "csrf", visitor.pk, visitor.session_pk)


def masthead_of(request: Request) -> Masthead:
    """Return the top of a page as this visitor sees it."""
    visitor, masthead = visitor_of(request), site_of(request).masthead()
    tells = masthead.discusses and visitor.pk is not None
    unread = count_unread(site_of(request).house.database, visitor.pk or 0) if tells else 0
    here = here_of(request) if visitor.reader else "/"
    return replace(masthead, visitor=visitor, csrf=csrf_of(request), unread=unread, here=here)


def here_of(request: Request) -> str:
    """Return the address that was asked for, as a link of ours to it."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    return quote(request.scope["path"], safe="/:@") + (f"?{query}" if query else "")


def show(request: Request, key: str, make: Callable[[Masthead], str]) -> Response:
    """Answer with the page under `key`, worked out once for each visitor and state of the record.

    All who are nobody share one; a reader's page stays between us and the reader's browser.
    """
    visitor = visitor_of(request)
    if visitor.reader is not None:
        key = f"{visitor.pk} {visitor.session_pk} {key}"
    page = site_of(request).cached(key, lambda: make(masthead_of(request)))
    return respond(request, page, is_private=visitor.reader is not None)


def show_fresh(request: Request, text: str, status: int = 200) -> Response:
    """Answer with a page that is kept nowhere."""
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})


def is_looked_at(request: Request) -> bool:
    """Say whether a reader looks at a page, and not a program, nor a browser that only gets ready."""
    getting_ready = "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", "")).lower()
    return request.method == "GET" and visitor_of(request).via != "token" and not getting_ready


def client_address(request: Request) -> str:
    """Return the address that asks; behind a trusted proxy, the one that the proxy names."""
    peer = request.client.host if request.client else ""
    if not is_trusted_proxy(request):
        return peer
    named = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    for address in reversed(named):
        if not _is_among(address, site_of(request).house.settings.trusted_proxies):
            return address[:64]
    return peer


def client_network(request: Request) -> str:
    """Return the address that limits count: without a port; of IPv6 the network, for one home has 2**64 addresses."""
    address = client_address(request)
    bare = address[1 : address.find("]")] if address.startswith("[") else address
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        return str(ip_network(f"{bare}/64", strict=False)) if ip_address(bare).version == 6 else bare
    except ValueError:
        return address


def is_trusted_proxy(request: Request) -> bool:
    """Say whether a request comes from a proxy of the settings."""
    return request.client is not None and _is_among(
        request.client.host, site_of(request).house.settings.trusted_proxies
    )


def is_https(request: Request) -> bool:
    """Say whether the site is reached by https, as far as can be known."""
    forwarded = request.headers.get("x-forwarded-proto", "") if is_trusted_proxy(request) else ""
    address = site_of(request).house.settings.address
    return "https" in (request.scope.get("scheme"), forwarded, urlsplit(address).scheme)


def set_cookie(request: Request, answer: Response, name: str, secret: str, seconds: int) -> None:
    """Give the browser a secret to keep."""
    answer.set_cookie(name, secret, max_age=seconds, httponly=True, secure=is_https(request), samesite="lax", path="/")


def set_session(request: Request, answer: Response, secret: str) -> None:
    """Let the browser be signed in."""
    set_cookie(request, answer, SESSION, secret, int(SESSION_LIFE.total_seconds()))


def drop_session(request: Request, answer: Response) -> None:
    """Let the browser forget its session."""
    drop_cookie(request, answer, SESSION)


def drop_cookie(request: Request, answer: Response, name: str) -> None:
    """Let the browser forget a secret."""
    answer.delete_cookie(name, path="/", httponly=True, secure=is_https(request), samesite="lax")


def seen_of(request: Request) -> tuple[str, str]:
    """Return the browser's name and address, as the list of sessions shows them."""
    return request.headers.get("user-agent", ""), client_address(request)


def _identify(request: Request) -> Visitor:
    site = site_of(request)
    database, now, settings = site.house.database, site.house.clock(), site.house.settings
    if (given := request.headers.get("authorization")) is not None and not _is_for_the_hub(request, given):
        kind, _, secret = given.strip().partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            raise NotSignedIn(_HEADER_OF_TOKENS)
        return identify.visitor_of_token(database, secret.strip(), now)
    if settings.proxy_header and is_trusted_proxy(request) and any(request.headers.getlist(settings.proxy_header)):
        try:
            # Two headers of that name: one may be the visitor's own, put there to be somebody else.
            (named,) = request.headers.getlist(settings.proxy_header)
            return identify.visitor_of_proxy(database, named, now)
        except (Invalid, ValueError) as error:
            raise NotSignedIn("The proxy before this site names no e-mail address of the reader.") from error
    if secret := request.cookies.get(SESSION, ""):
        visitor = identify.visitor_of_session(database, secret, now)
        if visitor.reader is not None:
            return visitor
    return site.local_visitor() if is_local(request) else NOBODY


def _is_for_the_hub(request: Request, given: str) -> bool:
    """Say whether this is the Hub's own token, which its client sends along by itself: here it opens nothing."""
    is_theirs = request.method == "GET" and given.strip().partition(" ")[2].strip().startswith("hf_")
    return is_theirs and request.scope["path"].startswith((links.HUB_PAPERS, links.HUB_DAILY, "/papers/"))


def _is_among(address: str, networks: str) -> bool:
    try:
        return any(ip_address(address) in ip_network(network, strict=False) for network in networks.split())
    except ValueError:
        return False
