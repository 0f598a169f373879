"""Where the next page begins. A cursor says for which request it was made, so that it cannot be used with another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from broadsheet.domain.errors import Invalid

_FORM = re.compile(r"(?P<offset>[0-9]{1,9})\.(?P<request>[0-9a-f]{8})\.(?P<pin>[0-9A-Za-z-]{0,30})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """An offset into a list or a text; `pin` keeps these what they were at the first page, each tool in its own way."""

    offset: int = 0
    pin: str = ""


def write_cursor(place: Place, request: str) -> str:
    """Return the cursor of a place in what a request (its fingerprint) asked for."""
    return f"{place.offset}.{request}.{place.pin}"


def read_cursor(cursor: str, request: str) -> Place:
    """Return the place that a cursor names, the beginning for an empty one; raises Invalid."""
    if not cursor:
        return Place()
    found = _FORM.fullmatch(cursor)
    if found is None:
        raise Invalid("cursor", "This is no cursor: copy `next` of the page before, or leave it out to begin anew.")
    if found["request"] != request:
        raise Invalid("cursor", "This cursor belongs to other arguments: repeat those of the page before unchanged.")
    return Place(int(found["offset"]), found["pin"])
