"""Is an edition complete: what was announced for its day, what of it is here, and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from broadsheet.domain.calendar import announced_at

# The generic names of zones whose own abbreviation changes with the clocks.
_GENERIC = {name: f"{name[0]}T" for name in ("EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT")}
_AMERICAN = ("America/", "US/")


@dataclass(frozen=True, slots=True)
class DayAnnounced:
    """What all sources together announced for a day.

    `categories`: the ids announced as new or as a cross-list in each category; `stated`: the number that a source
    says there are in it; `known_before`: those that an earlier day announced; `here` and `late`: those that are in
    the record, and those that came after the edition was pressed.
    """

    edition_on: date
    categories: Mapping[str, frozenset[str]]
    stated: Mapping[str, int]
    as_of: datetime
    known_before: Collection[str] = ()
    here: Collection[str] = ()
    late: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """How complete the edition of a day is.

    `folded` counts papers that are announced in more than one category, or again after an earlier day: each stands
    once. `unnamed` counts papers that a source speaks of without having named them. `missing` holds arXiv ids.
    """

    edition_on: date
    announced: int
    arrived: int
    missing: tuple[str, ...]
    folded: int
    late: int
    unnamed: int
    as_of: datetime
    categories: frozenset[str] = field(default=frozenset())

    @property
    def is_complete(self) -> bool:
        """True where everything announced is here."""
        return self.arrived == self.announced


def assess(day: DayAnnounced) -> Completeness:
    """Count what was announced first on this day, what of it is here, and what was folded."""
    named = frozenset[str]().union(*day.categories.values())
    own = named.difference(day.known_before)
    times = {name: sum(name in ids for ids in day.categories.values()) for name in named}
    unnamed = sum(max(0, number - len(day.categories.get(name, ()))) for name, number in day.stated.items())
    here = own.intersection(day.here)
    return Completeness(
        edition_on=day.edition_on,
        announced=len(own) + unnamed,
        arrived=len(here),
        missing=tuple(sorted(own - here)),
        folded=sum(1 for name, count in times.items() if count > 1 or name not in own),
        late=len(own.intersection(day.late)),
        unnamed=unnamed,
        as_of=day.as_of,
        categories=frozenset(day.categories) | frozenset(day.stated),
    )


def summary_line(found: Completeness, zone: tzinfo) -> str:
    """Return `237 of 237 announced, 12 cross-lists folded, as of 00:05 ET`.

    The day stands before the time unless it was within a day of the announcement.
    """
    parts = [f"{found.arrived:,} of {found.announced:,} announced"]
    if found.folded:
        parts.append(f"{found.folded:,} cross-list{'' if found.folded == 1 else 's'} folded")
    if found.late:
        parts.append(f"{found.late:,} late")
    moment = found.as_of.astimezone(zone)
    is_near = timedelta() <= found.as_of - announced_at(found.edition_on) < timedelta(days=1)
    day = "" if is_near else f"{moment.date().isoformat()} "
    return ", ".join([*parts, f"as of {day}{moment:%H:%M} {_zone_name(moment, zone)}"])


def _zone_name(moment: datetime, zone: tzinfo) -> str:
    """Return a short name: `ET` for New York the whole year, `CEST`, `UTC`, `UTC-0300`."""
    name = moment.tzname() or ""
    if str(zone).startswith(_AMERICAN):
        name = _GENERIC.get(name, name)
    return name if name.isalpha() else f"UTC{moment:%z}"
