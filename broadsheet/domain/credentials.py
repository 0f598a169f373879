"""Secrets that readers carry: made at random, kept as hashes alone, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

TOKEN_PREFIX = "bs_"  # noqa: S105 (what a token begins with, so that scanners of leaked secrets know it)
LINK_LIFE = timedelta(minutes=15)
INVITATION_LIFE = timedelta(days=14)
SESSION_LIFE = timedelta(days=60)
_BYTES = 32
_LONGEST = 200


def new_secret() -> str:
    """Return a secret of 256 random bits that can stand in an address or a cookie."""
    return secrets.token_urlsafe(_BYTES)


def hash_of(secret: str) -> str:
    """Return what is kept of a secret: with 256 random bits a plain SHA-256 cannot be turned back."""
    return hashlib.sha256(secret[:_LONGEST].encode("utf-8", "replace")).hexdigest()


def derived(key: str, *of: object) -> str:
    """Return a value that only who has the key can make of these parts (HMAC-SHA-256, 128 bits)."""
    message = "\0".join(str(part) for part in of).encode("utf-8", "replace")
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()[:32]


def are_equal(one: str, other: str) -> bool:
    """Compare two secrets, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
