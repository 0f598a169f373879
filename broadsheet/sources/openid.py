"""Asks providers of OpenID Connect who somebody is: discovery, authorization code with PKCE, and the ID token proved.

Source: OpenID Connect Core 1.0 (3.1) and Discovery 1.0 (4); RFC 6749, 7636, 9207. A provider is asked for its settings
once an hour, for its keys each time, so that keys that it changed are known at once. What it says of an e-mail
address counts only where it says that the address was verified.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from broadsheet.domain.errors import Invalid, Misconfigured, NotAllowed, NotFound, SourceFailed
from broadsheet.domain.identities import Identity, Trip
from broadsheet.domain.readers import parse_email
from broadsheet.sources.exchange import Outside, Question, ask

WELL_KNOWN = "/.well-known/openid-configuration"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
KNOWN_FOR = timedelta(hours=1)
LEEWAY_SECONDS = 60
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the settings name it."""

    name: str
    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a provider answers, as it says itself, and when it said so."""

    authorize: str
    token: str
    keys: str
    about: str
    takes_basic: bool
    read_at: datetime


def parse_providers(providers: str, secrets: str) -> dict[str, Provider]:
    """Read the settings `oidc_providers` and `oidc_secrets`, one a line; raises Misconfigured, never with a secret."""
    kept: dict[str, str] = {}
    for line in secrets.splitlines():
        words = line.split()
        if len(words) not in (0, 2):
            raise Misconfigured("oidc_secrets must have lines of two words: the name of a provider, and its secret.")
        if words:
            kept[words[0]] = words[1]
    found: dict[str, Provider] = {}
    for line in providers.splitlines():
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or not _NAME.fullmatch(words[0]) or not _is_address(words[1]):
            raise Misconfigured(
                f"oidc_providers holds the line {line.strip()[:200]!r}: "
                "write a name, the provider's address and our client id, such as Lab https://id.example.org broadsheet."
            )
        name, address, client_id = words
        if name in found:
            raise Misconfigured(f"oidc_providers names {name} twice.")
        found[name] = Provider(name, address.removesuffix(WELL_KNOWN), client_id, kept.get(name, ""))
    if strangers := sorted(set(kept) - set(found)):
        raise Misconfigured(f"oidc_secrets names {strangers[0][:40]!r}, which is not among oidc_providers.")
    return found


class Providers:
    """The providers of the settings; one for all threads."""

    def __init__(self, providers: Mapping[str, Provider], outside: Outside) -> None:
        self.names = tuple(providers)
        self._providers = providers
        self._outside = outside
        self._places: dict[str, _Places] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Provider:
        """Return a provider; raises NotFound."""
        if name not in self._providers:
            raise NotFound("There is no such way to sign in here: open the page to sign in.")
        return self._providers[name]

    def name_of(self, issuer: str) -> str:
        """Return how the settings call an issuer, else its host."""
        names = [one.name for one in self._providers.values() if one.issuer.rstrip("/") == issuer.rstrip("/")]
        return names[0] if names else urlsplit(issuer).netloc

    def way_to(self, name: str, trip: Trip, now: datetime) -> str:
        """Return the address to which a browser is sent; raises NotFound, SourceFailed."""
        provider = self.get(name)
        digest = hashlib.sha256(trip.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": trip.returns_to,
            "scope": "openid email profile",
            "state": trip.state,
            "nonce": trip.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        address = self._ask_places(provider, now).authorize
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def who_came_back(self, name: str, code: str, trip: Trip, now: datetime) -> Identity:
        """Turn a code into who it is; raises NotAllowed for a word that cannot be believed, NotFound, SourceFailed."""
        provider = self.get(name)
        places = self._ask_places(provider, now)
        said = self._fetch_token(provider, places, code, trip)
        keys = self._fetch(provider, Question(places.keys))
        claims = _proved(provider, said["id_token"], keys, trip, now)
        return _identity(claims, self._more_about(provider, places, claims, said.get("access_token")))

    def _more_about(
        self, provider: Provider, places: _Places, claims: Mapping[str, Any], token: object
    ) -> Mapping[str, Any]:
        """Return the claims, or what the provider says elsewhere where it keeps the address out of its tokens."""
        bearer = token if isinstance(token, str) and token.isascii() and token.isprintable() else ""
        if "email" in claims or not places.about or not bearer:
            return claims
        said = self._fetch(provider, Question(places.about, bearer=bearer))
        # It must speak of the same person (Core, 5.3.2).
        return {**said, **claims} if said.get("sub") == claims["sub"] else claims

    def _ask_places(self, provider: Provider, now: datetime) -> _Places:
        with self._lock:
            known = self._places.get(provider.name)
        if known is not None and now - known.read_at < KNOWN_FOR:
            return known
        said = self._fetch(provider, Question(provider.issuer.rstrip("/") + WELL_KNOWN))
        if str(said.get("issuer", "")).rstrip("/") != provider.issuer.rstrip("/"):
            raise SourceFailed(f"{provider.name} says that it is somebody else: whoever runs this site must look.")
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        authorize, token, keys = (
            str(said.get(key, "")) for key in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        )
        if not all(_is_address(address) for address in (authorize, token, keys)):
            raise SourceFailed(_broken(provider, "its settings have no addresses"))
        about = said.get("userinfo_endpoint")
        about = about if isinstance(about, str) and _is_address(about) else ""
        places = _Places(authorize, token, keys, about, "client_secret_basic" in methods, now)
        with self._lock:
            self._places[provider.name] = places
        return places

    def _fetch_token(self, provider: Provider, places: _Places, code: str, trip: Trip) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": trip.returns_to,
            "code_verifier": trip.verifier,
        }
        user = (provider.client_id, provider.secret) if provider.secret and places.takes_basic else None
        if user is None:
            form["client_id"] = provider.client_id
            form |= {"client_secret": provider.secret} if provider.secret else {}
        said = self._fetch(provider, Question(places.token, form, user))
        token = said.get("id_token")
        if not isinstance(token, str) or not token:
            raise SourceFailed(_broken(provider, "it sent no ID token"))
        return said

    def _fetch(self, provider: Provider, question: Question) -> dict[str, Any]:
        try:
            status, body = ask(self._outside, question)
        except SourceFailed as error:
            raise SourceFailed(_broken(provider, str(error))) from error
        try:
            said = json.loads(body) if status in (200, 400, 401) else None
        except (ValueError, RecursionError):
            said = None
        if question.form is not None and status in (400, 401):
            if isinstance(said, dict) and said.get("error") == "invalid_grant":
                raise NotAllowed(f"{provider.name} did not take back what it gave: sign in once more.")
            raise SourceFailed(f"{provider.name} does not know this site by its settings: whoever runs it must look.")
        said = said if status == 200 else None
        if not isinstance(said, dict):
            raise SourceFailed(_broken(provider, f"it answered {status}" if status != 200 else "no JSON came"))
        return said


def _proved(provider: Provider, token: str, keys: dict[str, Any], trip: Trip, now: datetime) -> dict[str, Any]:
    """Return the claims of an ID token (Core, 3.1.3.7); raises NotAllowed."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True},
        sub={"essential": True},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": trip.nonce},
    )
    try:
        # Keys to sign with alone: a secret one of theirs, or one of a kind nobody knows, is no key to us.
        usable = [k for k in keys.get("keys", []) if k.get("kty") in ("RSA", "EC", "OKP") and k.get("use") != "enc"]
        claims = jwt.decode(token, KeySet.import_key_set({"keys": usable}), algorithms=ALGORITHMS).claims
        rules.validate(claims)
        if not isinstance(claims["sub"], str):
            raise TypeError("sub")
        if claims["iss"].rstrip("/") != provider.issuer.rstrip("/"):
            raise ValueError("iss")
        if claims.get("azp", provider.client_id) != provider.client_id:
            raise ValueError("azp")
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAllowed(f"What {provider.name} said could not be proved: sign in once more.") from error
    return claims


def _identity(claims: Mapping[str, Any], about: Mapping[str, Any]) -> Identity:
    email = ""
    if about.get("email_verified") is True:
        try:
            email = parse_email(str(about.get("email", "")))
        except Invalid:
            email = ""
    name = about.get("preferred_username") or about.get("name") or ""
    return Identity(claims["iss"][:500], claims["sub"][:255], email, str(name)[:80])


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and text.isprintable() and not parts.fragment
    except ValueError:
        return False


def _broken(provider: Provider, why: str) -> str:
    return f"{provider.name} did not answer as it should ({why}): try again later, or sign in another way."
