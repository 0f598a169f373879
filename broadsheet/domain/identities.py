"""What a provider of OpenID Connect says of somebody, and what is carried from here to there and back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as a provider knows them; `email` is "" unless the provider says that it was verified."""

    issuer: str
    subject: str
    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Trip:
    """One way to a provider and back: secrets of this trip alone, where it comes back to and leads after.

    `verifier` is PKCE's (RFC 7636). `linked_to` is the pk of the reader who links an identity, "" for signing in.
    """

    state: str
    nonce: str
    verifier: str
    returns_to: str
    lands_on: str = "/"
    invitation: str = ""
    linked_to: str = ""
