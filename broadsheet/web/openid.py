"""Handlers by which readers sign in at a provider of OpenID Connect and come back.

The trip is kept in a cookie, signed and for ten minutes: what comes back without it, or with the state of another trip,
began in another browser or was made up. To tie an identity to an account the way must have begun on the
account's own page.
"""

from __future__ import annotations

from dataclasses import astuple
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.credentials import are_equal, derived, new_secret
from broadsheet.domain.errors import NotAllowed
from broadsheet.domain.identities import Identity, Trip
from broadsheet.domain.tokens import find_claims, sign_token
from broadsheet.render import links
from broadsheet.usecases.sign_in_elsewhere import Arrival, sign_in_elsewhere, tie_identity
from broadsheet.web.parameters import local_address
from broadsheet.web.sign_in import begin_here
from broadsheet.web.site import site_of
from broadsheet.web.visitors import drop_cookie, seen_of, set_cookie, signed_in, visitor_of

TRIP = "broadsheet_trip"
TRIP_LIFE = timedelta(minutes=10)
_LOST = "This way to sign in did not begin in this browser, or too long ago: begin again."
_DECLINED = "The provider did not sign you in: begin again, or sign in another way."


def way_to_tie(request: Request, name: str) -> str:
    """Return the address by which this reader ties an identity at a provider."""
    return links.sign_in_with(name, links.ACCOUNT, link=_proof(request, name))


def show_way(request: Request) -> Response:
    """Send the browser to a provider."""
    site, name, given = site_of(request), request.path_params["provider"], request.query_params
    site.providers.get(name)
    ties = "link" in given and visitor_of(request).session_pk is not None
    if "link" in given and not (ties and are_equal(given["link"], _proof(request, name))):
        raise NotAllowed(_LOST)
    trip = Trip(
        new_secret(),
        new_secret(),
        new_secret(),
        site.house.root() + links.sign_in_back(name),
        local_address(given.get("next", "")),
        given.get("invitation", "")[:100],
        str(visitor_of(request).pk) if ties else "",
    )
    now = site.house.clock()
    answer = RedirectResponse(site.providers.way_to(name, trip, now), 303, {"Cache-Control": "no-store"})
    word = sign_token(site.secret().encode(), f"trip {name}", astuple(trip), now + TRIP_LIFE)
    set_cookie(request, answer, TRIP, word, int(TRIP_LIFE.total_seconds()))
    return answer


def show_return(request: Request) -> Response:
    """Sign in, or tie, whoever comes back from a provider."""
    site, name, given = site_of(request), request.path_params["provider"], request.query_params
    provider, now = site.providers.get(name), site.house.clock()
    parts = find_claims(site.secret().encode(), f"trip {name}", request.cookies.get(TRIP, ""), now)
    trip = Trip(*parts) if parts else None
    if trip is None or not are_equal(given.get("state", ""), trip.state):
        raise NotAllowed(_LOST)
    # The provider that speaks must be the one that was asked (RFC 9207).
    if not given.get("code") or given.get("iss", provider.issuer).rstrip("/") != provider.issuer.rstrip("/"):
        raise NotAllowed(_DECLINED)
    found = site.providers.who_came_back(name, given["code"][:4_000], trip, now)
    answer = _tie(request, found, trip) if trip.linked_to else _sign_in(request, found, trip)
    drop_cookie(request, answer, TRIP)
    return answer


def _sign_in(request: Request, found: Identity, trip: Trip) -> Response:
    house = site_of(request).house
    arrival = Arrival(seen_of(request), trip.lands_on, trip.invitation)
    registration = house.settings.registration
    return begin_here(request, sign_in_elsewhere(house.database, found, arrival, registration, house.clock()))


def _tie(request: Request, found: Identity, trip: Trip) -> Response:
    visitor = visitor_of(request)
    if visitor.session_pk is None or str(visitor.pk) != trip.linked_to:
        raise NotAllowed(_LOST)
    tie_identity(site_of(request).house.database, signed_in(request), found)
    return RedirectResponse(links.ACCOUNT, 303, {"Cache-Control": "no-store"})


def _proof(request: Request, name: str) -> str:
    """Return what the account's own page adds to its address, and no other page can."""
    visitor = visitor_of(request)
    return derived(site_of(request).secret(), "tie", name, visitor.pk, visitor.session_pk)
