"""Lists of papers: ranked, counted, read a stretch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from broadsheet.domain.completeness import Completeness
from broadsheet.domain.days import Period
from broadsheet.domain.paper import Paper

Entry = TypeVar("Entry")


def counted_papers(count: int) -> str:
    """Return a number of papers in words."""
    return "1 paper" if count == 1 else f"{count:,} papers"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A paper in a list: its rank from 1, its score, and the parts that explain the score.

    `is_late` in an edition: it came after the edition had gone to press.
    """

    rank: int
    score: float
    parts: dict[str, float]
    paper: Paper
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A stretch of a ranked list, from `offset`, and how long the whole list is.

    `through` bounds a list that goes on growing: papers that came later are not in it; 0 where nothing bounds it.
    `newest_at` is when the newest paper was put into the whole list, where readers put them there.
    `voted` are the pks of those papers that the reader who asks voted for.
    """

    entries: tuple[Ranked, ...]
    count: int
    offset: int = 0
    limit: int = 0
    through: int = 0
    voted: frozenset[int] = frozenset()
    newest_at: datetime | None = None

    @property
    def has_more(self) -> bool:
        """True where the list goes on."""
        return self.offset + self.limit < self.count


@dataclass(frozen=True, slots=True)
class Arrived:
    """Which papers of a list: with a pk above `after`, and up to `through` where that is not 0; as `reader` wants them.

    A pk is given once, when a paper comes into the record, and grows with every paper. In lists into which readers put
    papers, what counts is the moment of that: `since`, itself included.
    """

    after: int = 0
    through: int = 0
    reader: int | None = None
    since: datetime | None = None


WHENEVER = Arrived()


@dataclass(frozen=True, slots=True)
class Part:
    """Which entries of a list that readers make: how many, behind how many or behind which (its moment and pk).

    `since` leaves out what was put there before that moment.
    """

    limit: int
    offset: int = 0
    since: datetime | None = None
    behind: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Entries(Generic[Entry]):
    """A part of a list that readers make; `has_more` where it goes on.

    `newest_at` and `count` (0 where nobody counts) are of all that was put there since then, not of this part alone.
    """

    entries: tuple[Entry, ...] = ()
    newest_at: datetime | None = None
    has_more: bool = False
    count: int = 0


def first_of(found: Sequence[Entry], limit: int, newest_at: datetime | None, count: int = 0) -> Entries[Entry]:
    """Return the first entries of what was read one entry further than asked for, to know whether it goes on."""
    return Entries(tuple(found[:limit]), newest_at, len(found) > limit, count)


@dataclass(frozen=True, slots=True)
class Moments:
    """When a paper came here, and when a source last said something new of it."""

    added_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """The papers of a period, with the nearest days around it that have any.

    `completeness` stands where it is a day for which a source said what it should hold; `arrived` counts all its
    papers, whichever of them the listing is bounded to.
    """

    period: Period
    listing: Listing
    before_on: date | None = None
    after_on: date | None = None
    has_sample: bool = False
    completeness: Completeness | None = None
    arrived: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the papers found have each value of a field (`year`, `category`, `has`, `source`), most first."""

    field: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the results of a search: the query as it may have been meant, and ways to narrow it.

    `notice` is empty, or says in one sentence why the reader's library gives nothing.
    """

    suggestion: str = ""
    facets: tuple[Facet, ...] = ()
    notice: str = ""
