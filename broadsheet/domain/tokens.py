"""Signed tokens: a link that proves what it says, for one purpose, perhaps until a moment.

A token holds its claims in the open and a code (HMAC-SHA256) over them and the purpose, so that one made for a purpose
opens no other door. That it works once only is for its claims to say: a number that its use moves on.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime

from broadsheet.domain.errors import Invalid

LONGEST = 4_096
_CODE_BYTES = 24
FORGED = "This link is not whole, or not ours: open it again from the mail, or ask for a new one."
EXPIRED = "This link is too old: ask for a new one."


def sign_token(secret: bytes, purpose: str, claims: Sequence[str], expires_at: datetime | None = None) -> str:
    """Return a token of letters that addresses may hold; without `expires_at` it is good for ever."""
    until = int(expires_at.timestamp()) if expires_at else 0
    body = _to_text(json.dumps([until, *claims], separators=(",", ":"), ensure_ascii=False).encode())
    return f"{body}.{_to_text(_code(secret, purpose, body))}"


def read_token(secret: bytes, purpose: str, token: str, now: datetime) -> tuple[str, ...]:
    """Return the claims of a token that was made for a purpose; raises Invalid for a forged or expired one."""
    body, dot, code = token.partition(".")
    if not dot or len(token) > LONGEST or not token.isascii():
        raise Invalid("token", FORGED)
    if not hmac.compare_digest(_to_text(_code(secret, purpose, body)), code):
        raise Invalid("token", FORGED)
    try:
        until, *claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, binascii.Error, TypeError) as error:
        raise Invalid("token", FORGED) from error
    if until and now.timestamp() >= until:
        raise Invalid("token", EXPIRED)
    return tuple(str(claim) for claim in claims)


def find_claims(secret: bytes, purpose: str, token: str, now: datetime) -> tuple[str, ...] | None:
    """Return the claims of a token as `read_token` does, None for a forged or expired one."""
    try:
        return read_token(secret, purpose, token, now)
    except Invalid:
        return None


def _code(secret: bytes, purpose: str, body: str) -> bytes:
    return hmac.digest(secret, f"{purpose}\0{body}".encode(), hashlib.sha256)[:_CODE_BYTES]


def _to_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
