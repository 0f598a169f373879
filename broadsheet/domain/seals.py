"""Values that go out through a browser or a mail and must come back as they were: signed, for one purpose, for a while.

Nothing is kept of them here; what is in them can be read by whoever carries them, and changed by nobody.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime

from broadsheet.domain.credentials import are_equal, derived

_LONGEST = 4_000


def seal(key: str, purpose: str, parts: tuple[str, ...], ends_at: datetime) -> str:
    """Return texts as one word that can stand in an address or a cookie."""
    packed = json.dumps([int(ends_at.timestamp()), *parts], separators=(",", ":")).encode()
    word = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return f"{word}.{derived(key, 'seal', purpose, word)}"


def open_seal(key: str, purpose: str, word: str, now: datetime) -> tuple[str, ...] | None:
    """Return the texts of a word that `seal` made with this key for this purpose; None for any other, or too old."""
    packed, _, mark = word[:_LONGEST].partition(".")
    if not are_equal(mark, derived(key, "seal", purpose, packed)):
        return None
    try:
        ends_at, *parts = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (binascii.Error, ValueError):
        return None
    return tuple(parts) if now.timestamp() < ends_at else None
