"""Webhooks: where news go, which news there are, how a delivery is signed, and what is shown of an address."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from broadsheet.domain.credentials import derived
from broadsheet.domain.errors import Invalid

EDITION, SEARCH, COMMENT, SUBMISSION = "edition", "search", "comment", "submission"
EVENTS: Mapping[str, str] = {
    EDITION: "an edition goes to press",
    SEARCH: "papers come that a saved search waits for, where its reader lets webhooks know",
    COMMENT: "somebody comments on a paper",
    SUBMISSION: "somebody submits a paper",
}
TEST = "test"
# The services that are spoken to in their own way, by the beginning of the address.
MESSENGERS: Mapping[str, str] = {
    "slack": "Slack", "discord": "Discord", "mmost": "Mattermost", "mmosts": "Mattermost", "matrix": "Matrix",
    "matrixs": "Matrix", "tgram": "Telegram", "zulip": "Zulip",
}  # fmt: skip
# Hosts whose https addresses want their own form, too.
_HOSTS_OF_MESSENGERS = ("hooks.slack.com", "discord.com", "discordapp.com")
MOST_WEBHOOKS = 32
LONGEST_TARGET = 1_000
LONGEST_NAME = 60
WAITING, SENT, FAILED = "waiting", "sent", "failed"
BACKOFF_MINUTES = (1, 5, 15, 60, 180, 360, 720)
MOST_TRIES = len(BACKOFF_MINUTES) + 1
LONGEST_WAIT = timedelta(days=1)
_SHORTEST_SECRET = 5


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where news of some kinds go. `target` may hold secrets: what is shown is `shown`."""

    pk: int
    name: str
    target: str = field(repr=False)
    events: tuple[str, ...]
    made_at: datetime

    @property
    def shown(self) -> str:
        """The target, fit to be seen."""
        return masked(self.target)

    @property
    def is_messenger(self) -> bool:
        """True where a service is spoken to in its own way; nothing is signed then."""
        return is_messenger(self.target)

    def signing_key(self, site_secret: str) -> str:
        """Return the key that its deliveries are signed with; nothing of it is kept."""
        return derived(site_secret, "webhook", self.pk, self.made_at.astimezone(UTC).isoformat())


@dataclass(frozen=True, slots=True)
class Delivery:
    """News on their way to one webhook, or settled; `payload` is JSON, `tries` counts how often it was sent."""

    pk: int
    webhook_pk: int
    event_id: str
    event: str
    payload: str
    state: str
    tries: int
    status: int | None
    last_error: str
    created_at: datetime
    next_at: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery as it is handed on: `body` and `headers` for programs, `title` and `text` for people."""

    body: bytes
    headers: Mapping[str, str]
    title: str
    text: str


def parse_target(text: str) -> str:
    """Return where a webhook leads; raises Invalid. Whether it may be asked is found out when it is."""
    target = text.strip()
    if len(target) > LONGEST_TARGET or not target.isascii() or not target.isprintable() or " " in target:
        raise Invalid("target", f"An address has up to {LONGEST_TARGET} plain letters, without spaces.")
    scheme = target.partition("://")[0].lower()
    if "://" in target and scheme in MESSENGERS:
        return target
    if scheme not in ("http", "https"):
        known = ", ".join(f"{name}://" for name in MESSENGERS)
        raise Invalid("target", f"A webhook leads to an https:// address, or to a service of Apprise's: {known}.")
    try:
        parts = urlsplit(target)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or "@" in parts.netloc or "#" in target or "\\" in target:
        raise Invalid(
            "target", "That is no web address: write one like https://example.org/hook, without a user in it."
        )
    return target


def parse_events(names: list[str]) -> tuple[str, ...]:
    """Return kinds of news in their usual order; raises Invalid for none or an unknown one."""
    if not names or not set(names) <= set(EVENTS):
        raise Invalid("events", f"Choose what it is told, of {', '.join(EVENTS)}.")
    return tuple(name for name in EVENTS if name in names)


def parse_hook_name(text: str, target: str) -> str:
    """Return a webhook's name in one line, without one its masked target; raises Invalid."""
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid("name", f"A webhook's name has up to {LONGEST_NAME} letters in one line.")
    return name or masked(target)[:LONGEST_NAME]


def is_messenger(target: str) -> bool:
    """Say whether an address belongs to a service that is spoken to in its own way."""
    scheme, _, rest = target.partition("://")
    return scheme.lower() in MESSENGERS or rest.partition("/")[0].lower() in _HOSTS_OF_MESSENGERS


def masked(target: str) -> str:
    """Return as much of an address as may be seen: paths hold secrets, and so do hosts of services."""
    scheme, _, rest = target.partition("://")
    return f"{scheme.lower()}://{rest.partition('/')[0].partition('?')[0]}/…" if _is_web(scheme) else f"{scheme}://…"


def scrubbed(text: str, target: str) -> str:
    """Return a text without the parts of an address that may be secret."""
    scheme, _, rest = target.partition("://")
    hidden = rest.partition("/")[2] if _is_web(scheme) else rest
    for piece in sorted(re.split(r"[/:@?&=#]+", hidden), key=len, reverse=True):
        if len(piece) >= _SHORTEST_SECRET:
            text = text.replace(piece, "…")
    return text


def signature(key: str, timestamp: int, body: bytes) -> str:
    """Return what a delivery is signed with: HMAC-SHA-256 over the timestamp, a dot and the body."""
    return "sha256=" + hmac.new(key.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def next_try_at(tries: int, now: datetime, asked_seconds: float | None = None) -> datetime:
    """Return when a delivery that has been tried so often is tried again; later where the other side asked for it."""
    wait = timedelta(minutes=BACKOFF_MINUTES[min(max(tries, 1), len(BACKOFF_MINUTES)) - 1])
    return now + max(wait, min(timedelta(seconds=asked_seconds or 0.0), LONGEST_WAIT))


def _is_web(scheme: str) -> bool:
    return scheme.lower() in ("http", "https")
