"""Subscriptions: which list somebody wants by mail, how often, and when the next digest is due.

A kind of list that comes later (a group's edition, a tag, recommendations) gets its line in KINDS here and its reader
in `usecases/digest_lists.py`; nothing else needs to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadsheet.domain.calendar import is_announcement_day
from broadsheet.domain.errors import Conflict, Invalid
from broadsheet.domain.own_lists import GROUP, OWN_KINDS, TAG, parse_own
from broadsheet.domain.query import clean_text, parse_query

# kind: what stands above the list; `{}` is the value. Kinds without `{}` take no value. Those of OWN_KINDS are the
# lists of one reader, whom the wish names: nobody else may have them.
KINDS: Mapping[str, str] = {
    "front": "The front page",
    "trending": "Trending",
    "category": "New in {}",
    "author": "New by {}",
    "search": "New for “{}”",
    GROUP: "New in the group {}",
    TAG: "My tag {}",
}
OPEN_KINDS = tuple(kind for kind in KINDS if kind not in OWN_KINDS)
CADENCES = ("daily", "weekly", "monthly")
# How many days a first digest looks back.
DAYS_OF: Mapping[str, int] = {"daily": 1, "weekly": 7, "monthly": 31}
MOST_PER_ADDRESS = 50
LONGEST_VALUE = 300
_MONDAY = 0

PENDING, ACTIVE, PAUSED, UNSUBSCRIBED, COMPLAINED = "pending", "active", "paused", "unsubscribed", "complained"
HARD_BOUNCES_ALLOWED = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """A list that somebody wants by mail: `kind` is one of KINDS, `value` its category, name or search.

    `reader_pk` stands where the list is a reader's own.
    """

    kind: str
    value: str = ""
    cadence: str = "daily"
    reader_pk: int | None = None

    @property
    def title(self) -> str:
        """The words that stand above the list."""
        return KINDS[self.kind].replace("{}", self.value)

    @property
    def name(self) -> str:
        """The wish as it is written on the command line: `trending`, `category:cs.CL`."""
        return f"{self.kind}:{self.value}" if self.value else self.kind


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody wants their mail: an hour of the day, in a zone by its name."""

    hour: int = 7
    zone: str = "America/New_York"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish that is kept; `through_on` is the last edition that was looked through for it, None before the first."""

    pk: int
    wish: Wish
    next_at: datetime
    through_on: date | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who gets mail; `key` names them in tokens, `serial` moves when a confirmation is used."""

    pk: int
    key: str
    address: str
    state: str
    hours: Hours
    serial: int = 0
    bounces: int = 0
    subscriptions: tuple[Subscription, ...] = ()


def check_room(subscriber: Subscriber) -> None:
    """Raise Conflict where an address has as many subscriptions as are kept of one."""
    if len(subscriber.subscriptions) >= MOST_PER_ADDRESS:
        raise Conflict(f"More than {MOST_PER_ADDRESS} subscriptions of one address are not kept: drop one first.")


def parse_wish(kind: str, value: str = "", cadence: str = "daily") -> Wish:
    """Read a wish for a list that anybody may have, as a form or a command gives it; raises Invalid."""
    value = clean_text(value)
    if kind not in OPEN_KINDS:
        raise Invalid("kind", f"There is no such list to subscribe to: choose one of {', '.join(OPEN_KINDS)}.")
    parse_cadence(cadence)
    if "{}" not in KINDS[kind]:
        return Wish(kind, "", cadence)
    if not value:
        raise Invalid("value", f"The list {kind} needs a value, for example {_EXAMPLES[kind]}.")
    if len(value) > LONGEST_VALUE:
        raise Invalid("value", f"That is longer than {LONGEST_VALUE} characters: shorten it.")
    if kind == "search":
        query = parse_query(value)
        if query.is_empty:
            raise Invalid("value", "There is nothing to look for in that search: type some words.")
        if query.asks_for_library:
            raise Invalid("value", "A search in a library cannot be sent by mail: leave in:library out.")
    return Wish(kind, value, cadence)


def parse_own_wish(kind: str, value: str, cadence: str, reader_pk: int) -> Wish:
    """Read a reader's wish for an own list; whether the reader may have it is looked at each time. Raises Invalid."""
    return Wish(*parse_own(kind, value), parse_cadence(cadence), reader_pk)


def parse_cadence(cadence: str) -> str:
    """Return one of CADENCES; raises Invalid."""
    if cadence not in CADENCES:
        raise Invalid("cadence", f"A digest comes {', '.join(CADENCES[:-1])} or {CADENCES[-1]}: choose one.")
    return cadence


_EXAMPLES = {"category": "cs.CL", "author": "Ada Quill", "search": "language models"}


def parse_hours(hour: str, zone: str) -> Hours:
    """Read an hour (0 to 23) and a zone; raises Invalid."""
    number = int(hour) if hour.isascii() and hour.isdigit() and len(hour) <= 2 else 24
    if number > 23:
        raise Invalid("hour", "The hour must be a whole number from 0 to 23.")
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as error:
        raise Invalid("zone", "There is no such time zone: write one like Europe/Berlin.") from error
    return Hours(number, zone)


def next_digest_at(cadence: str, hours: Hours, after: datetime) -> datetime:
    """Return the first moment (UTC) after `after` at which a digest is due.

    Daily ones come on announcement days, weekly ones on Mondays, monthly ones on the first, each at its hour.
    """
    zone = ZoneInfo(hours.zone)
    day = after.astimezone(zone).date()
    while True:
        due = datetime.combine(day, time(hours.hour), zone).astimezone(UTC)
        if due > after and _is_day(cadence, day):
            return due
        day += timedelta(days=1)


def first_day_of(subscription: Subscription, newest_on: date) -> date:
    """Return the first edition that a digest looks through: after the last one, or as many days back as fit."""
    latest = newest_on - timedelta(days=DAYS_OF[subscription.wish.cadence] - 1)
    if subscription.through_on is None:
        return latest
    earliest = newest_on - timedelta(days=max(DAYS_OF.values()) - 1)
    return max(earliest, subscription.through_on + timedelta(days=1))


def _is_day(cadence: str, day: date) -> bool:
    if cadence == "daily":
        return is_announcement_day(day)
    return day.weekday() == _MONDAY if cadence == "weekly" else day.day == 1
