"""What every source gives: slices of records, each with the cursor from which to go on once it is taken in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from broadsheet.domain.announcements import Announcement
from broadsheet.sources.reading import Item


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a harvest: what it holds, and the `cursor` to hand to `fetch_since` when all of it is in the record.

    `is_last` says that the source has nothing more now; the next fetch, from this cursor, asks for what is newer.
    `skipped` counts what the source passed over on purpose; its docstring says what that is.
    """

    items: tuple[Item, ...]
    cursor: str
    announcements: tuple[Announcement, ...] = ()
    is_last: bool = False
    skipped: int = 0


class Source(Protocol):
    """A place that papers come from. It keeps nothing: whoever takes its slices in keeps the cursor."""

    @property
    def name(self) -> str:
        """The name by which runs, cursors and records know it."""

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield what is newer than `cursor` ("" for the source's own beginning), in slices that can be taken in alone.

        A plain day (`2026-03-01`) is a cursor too: from that day on, where the source keeps more than today's. A
        cursor that cannot be read is taken as "". Raises SourceFailed where the source cannot be reached or does
        not answer as it should; the slices before it stay good. Repeats are allowed, gaps are not.
        """
