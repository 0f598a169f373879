"""Days, weeks and months as addresses name them, and the span of days that each covers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from broadsheet.domain.errors import Invalid

_FORMS = {
    "day": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "YYYY-MM-DD, for example 2025-11-07"),
    "week": (re.compile(r"[0-9]{4}-W[0-9]{2}"), "YYYY-Www, for example 2025-W45"),
    "month": (re.compile(r"[0-9]{4}-[0-9]{2}"), "YYYY-MM, for example 2025-11"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A day, week or month: `first_on` and `last_on` are both inside it."""

    kind: str
    first_on: date
    last_on: date

    @property
    def name(self) -> str:
        """The name used in addresses: `2025-11-07`, `2025-W45`, `2025-11`."""
        if self.kind == "week":
            year, week, _ = self.first_on.isocalendar()
            return f"{year:04d}-W{week:02d}"
        return self.first_on.isoformat()[: 10 if self.kind == "day" else 7]

    def previous(self) -> Period | None:
        """Return the period before this one, or None at the beginning of the calendar."""
        if self.first_on <= date(1, 2, 7):
            return None
        return period_of(self.kind, self.first_on - timedelta(days=1))

    def next(self) -> Period | None:
        """Return the period after this one, or None at the end of the calendar."""
        if self.last_on >= date(9999, 11, 30):
            return None
        return period_of(self.kind, self.last_on + timedelta(days=1))


def period_of(kind: str, day: date) -> Period:
    """Return the day, week (Monday to Sunday, ISO 8601) or month that holds `day`."""
    if kind == "day":
        return Period(kind, day, day)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(kind, monday, monday + timedelta(days=6))
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Period(kind, first, following - timedelta(days=1))


def parse_period(kind: str, text: str) -> Period:
    """Read `2025-11-07`, `2025-W45` or `2025-11`; raises Invalid with the right form."""
    form, example = _FORMS[kind]
    try:
        if form.fullmatch(text) is None:
            raise ValueError(text)
        if kind == "week":
            day = date.fromisocalendar(int(text[:4]), int(text[6:]), 1)
        else:
            day = date.fromisoformat(text if kind == "day" else f"{text}-01")
        if not date(1, 2, 1) <= day <= date(9999, 11, 30):
            raise ValueError(text)
    except ValueError as error:
        raise Invalid(kind, f"That is no {kind}. Write it as {example}.") from error
    return period_of(kind, day)


def parse_any_period(text: str) -> Period:
    """Read a day, a week or a month, whichever the text looks like; raises Invalid with the right form."""
    kind = "week" if "W" in text else "month" if len(text) == len("2025-11") else "day"
    return parse_period(kind, text)
