"""What a program gives back to read later what is new: `p4711` where papers came into the site, else a moment."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from broadsheet.domain.errors import Invalid
from broadsheet.domain.listing import Arrived

_SEEN = re.compile("p([0-9]{1,15})", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(rf"{_DAY.pattern}[Tt][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_PUT_UNTIL = "2025-11-07T06:00:00.000001Z"


def parse_since(text: str, zone: tzinfo) -> int | datetime:
    """Return the pk that `until` of an earlier answer names, or the moment (aware) at which a day or a moment begins.

    Raises Invalid.
    """
    match = _SEEN.fullmatch(text)
    return int(match[1]) if match else _parse_moment(text, zone, "p4711")


def parse_put_since(text: str, zone: tzinfo) -> datetime:
    """Return the moment (aware) from which on entries are wanted that readers put into a list; raises Invalid."""
    return _parse_moment(text, zone, _PUT_UNTIL)


def write_until(arrived: Arrived) -> str:
    """Return what `since` leaves out everything by that came within these bounds, or before."""
    return f"p{max(arrived.after, arrived.through)}"


def write_put_until(newest_at: datetime | None) -> str:
    """Return what `since` leaves out everything by that was put into a list up to this moment; nothing for None."""
    newest_at = newest_at or _BEGINNING
    return f"{newest_at.astimezone(UTC) + timedelta(microseconds=1):%Y-%m-%dT%H:%M:%S.%fZ}"


def _parse_moment(text: str, zone: tzinfo, until: str) -> datetime:
    try:
        moment = _moment(text, zone)
    except ValueError as error:
        forms = f"2025-11-07, 2025-11-07T06:00:00Z, or `until` of an earlier answer, such as {until}"
        raise Invalid("since", f"The since must be a date or a moment: {forms}.") from error
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # at an end of the calendar
        return moment.replace(tzinfo=UTC)


def _moment(text: str, zone: tzinfo) -> datetime:
    if _DAY.fullmatch(text):
        return datetime.combine(date.fromisoformat(text), time(), zone)
    if _MOMENT.fullmatch(text):
        return datetime.fromisoformat(text.upper())
    raise ValueError(text)
