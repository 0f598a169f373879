"""Where in a list a program is, and what it has seen: `cursor` and `since`.

A cursor is `place.through`: how far the list was read (or the last paper's pk), and the newest paper when it was
begun. What came later is not in the list, so that its stretches fit together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.requests import Request

from broadsheet.domain.errors import Invalid
from broadsheet.domain.listing import Arrived
from broadsheet.domain.since import parse_put_since, write_put_until
from broadsheet.render.api_document import Parameter
from broadsheet.usecases.read_lists import after_of
from broadsheet.web.parameters import listed_through
from broadsheet.web.site import site_of
from broadsheet.web.visitors import visitor_of

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
    house = site_of(request).house
    return after_of(house.database, "p0" if (text := given_since(request)) is None else text, house.settings.zone)


def read_put_since(request: Request) -> datetime | None:
    """Return the moment from which on entries are wanted that readers put into a list, None for all; raises Invalid."""
    text = given_since(request)
    return parse_put_since(text, site_of(request).house.settings.zone) if text is not None else None


def put_until(request: Request, newest_at: datetime | None) -> str:
    """Return what is given back as `since` of a list into which readers put things: what was given, if none came."""
    given = given_since(request)
    return given if given and newest_at is None else write_put_until(newest_at)


def given_since(request: Request) -> str | None:
    """Return what was given as `since`, None where nothing was."""
    text = request.query_params.get("since")
    return text.replace(" ", "+") if text is not None else None  # what a plus in an address is read as


def bounds_of(request: Request, cursor: Cursor) -> Arrived:
    """Return which papers a list may hold."""
    return Arrived(read_since(request), cursor.through)


def arrived_of(request: Request, *, is_put: bool = False) -> Arrived:
    """Return which papers a list may hold that is read in pages (`p`): `through` stands in the link to the next one.

    `is_put` says that readers put papers into the list.
    """
    if is_put:
        return Arrived(reader=visitor_of(request).pk, since=read_put_since(request))
    return Arrived(read_since(request), listed_through(request), visitor_of(request).pk)
