"""What the program asks of a search index, whichever engine answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from broadsheet.domain.paper import Paper
from broadsheet.domain.query import Query

MODES = ("text",)

Span = tuple[int, int]
Highlighter = Callable[[str], list[Span]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that was found; `score` grows with goodness, `parts` add up to it."""

    pk: int
    score: float
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, best first, and how many papers match in all."""

    hits: tuple[Hit, ...]
    count: int


class IndexBatch(Protocol):
    """Changes to the index that become visible and durable together."""

    def put(self, papers: Sequence[Paper]) -> None:
        """Index papers in place of what stood under their pks."""

    def remove(self, pks: Sequence[int]) -> None:
        """Take papers out."""

    def clear(self) -> None:
        """Take everything out."""

    def commit(self, position: int) -> None:
        """Make all changes so far durable, together with the queue position they reach."""


class SearchIndex(Protocol):
    """An index that is derived from the record and can be made anew from it."""

    def position(self) -> int:
        """Return the queue position up to which the index follows the record; 0 when it is empty."""

    def count(self) -> int:
        """Count the indexed papers."""

    def batch(self) -> AbstractContextManager[IndexBatch]:
        """Open the only writer; raises Conflict while another process has it. What is not committed is dropped."""

    def search(self, query: Query, limit: int, offset: int = 0) -> Found:
        """Return the best papers for a query, best first."""

    def similar(self, paper: Paper, limit: int) -> Found:
        """Return the papers most like one, without the paper itself."""

    def highlighter(self, query: Query) -> Highlighter:
        """Return a function that finds the matched words of a text as (start, end) in characters, in order."""

    def close(self) -> None:
        """Give the files back."""
