"""Where in a list a program is, and what it has seen: `cursor` and `since`.

A cursor is `place.through`: how far the list was read (or the last paper's pk), and the newest paper when it was
begun. What came later is not in the list, so that its stretches fit together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from starlette.requests import Request

from broadsheet.domain.errors import Invalid
from broadsheet.domain.listing import Arrived
from broadsheet.render.api_document import Parameter
from broadsheet.usecases.read_lists import find_arrived_before
from broadsheet.web.site import site_of

# Places count what was read, at most as far as lists go; where papers name the place it is a pk.
PLACE, PK = "[0-9]{1,4}", "[0-9]{1,15}"
_SEEN = re.compile(f"p({PK})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(rf"{_DAY.pattern}[Tt][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WRONG = "The cursor is copied from `next` of the answer before: leave it out to begin."


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list, and the newest paper when the list was begun (0 at its beginning)."""

    place: int = 0
    through: int = 0

    def write(self) -> str:
        """Return it as programs give it back."""
        return f"{self.place}.{self.through}"


def read_cursor(request: Request, parameter: Parameter) -> Cursor:
    """Return the cursor, that of the beginning where none is given; raises Invalid."""
    text = request.query_params.get(parameter.name)
    if text is None:
        return Cursor()
    if not re.fullmatch(parameter.schema["pattern"], text):
        raise Invalid("cursor", "The cursor is copied from `next` of the answer before: leave it out.")
    place, _, through = text.partition(".")
    return Cursor(int(place), int(through))


def write_moment(at: datetime, pk: int) -> str:
    """Return the last entry of a list in the order of time as programs give it back."""
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{pk}"


def read_moment(request: Request, parameter: Parameter) -> tuple[datetime, int] | None:
    """Return the last entry that was given, None to begin; raises Invalid."""
    text = request.query_params.get(parameter.name)
    if text is None:
        return None
    if not re.fullmatch(parameter.schema["pattern"], text):
        raise Invalid(parameter.name, _WRONG)
    microseconds, _, pk = text.partition("-")
    return _EPOCH + timedelta(microseconds=int(microseconds)), int(pk)


def read_number(request: Request, parameter: Parameter) -> int:
    """Return the number that a cursor is, 0 to begin; raises Invalid."""
    text = request.query_params.get(parameter.name, "0")
    if not re.fullmatch(parameter.schema["pattern"], text):
        raise Invalid(parameter.name, _WRONG)
    return int(text)


def read_since(request: Request) -> int:
    """Return the pk up to which papers are left out, 0 for none; raises Invalid."""
    text = request.query_params.get("since")
    if text is None:
        return 0
    if match := _SEEN.fullmatch(text):
        return int(match[1])
    house = site_of(request).house
    try:
        moment = _moment(text.replace(" ", "+"), house.settings.zone)  # what a plus in an address is read as
    except ValueError as error:
        forms = "2025-11-07, 2025-11-07T06:00:00Z, or `until` of an earlier answer, such as p4711"
        raise Invalid("since", f"The since must be a date or a moment: {forms}.") from error
    return find_arrived_before(house.database, moment)


def bounds_of(request: Request, cursor: Cursor) -> Arrived:
    """Return which papers a list may hold."""
    return Arrived(read_since(request), cursor.through)


def _moment(text: str, zone: tzinfo) -> datetime:
    if _DAY.fullmatch(text):
        moment = datetime.combine(date.fromisoformat(text), time(), zone)
    elif _MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text.upper())
    else:
        raise ValueError(text)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # at an end of the calendar
        return moment.replace(tzinfo=UTC)
