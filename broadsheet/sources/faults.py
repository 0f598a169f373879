"""What went wrong between us and a source, in words, and how long the source wants to be left alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from broadsheet.sources.bodies import BrokenBody


def retry_after_seconds(headers: httpx.Headers, now: datetime) -> float | None:
    """Return the seconds that a source wants to be left alone (RFC 9110, 10.2.3), or None."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def backoff_seconds(headers: httpx.Headers) -> float:
    """Return the seconds that a source wants to be left alone after a good answer (Zotero's `Backoff`), 0 for none."""
    value = headers.get("backoff", "").strip()
    return float(value) if re.fullmatch(r"[0-9]{1,9}", value) else 0.0


def status_words(number: int) -> str:
    """Return a status as we tell it: its number and its phrase."""
    try:
        return f"{number} {HTTPStatus(number).phrase}"
    except ValueError:
        return str(number)


def reason_of(error: Exception) -> str:
    """Return why an exchange failed, in a few words."""
    if isinstance(error, BrokenBody):
        return f"the answer is broken: {error}"
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    words = re.sub(r"^\[[^\]]*\]\s*", "", " ".join(str(error).split()))[:160]
    return words.lower() if words.isascii() and words else type(error).__name__
