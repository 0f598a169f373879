"""What the program asks of a search index, whichever engine answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from broadsheet.domain.listing import Facet
from broadsheet.domain.paper import Paper
from broadsheet.domain.query import Query
from broadsheet.ranking.fusion import Scores

MODES = ("hybrid", "text", "vector")

Span = tuple[int, int]
Highlighter = Callable[[str], list[Span]]
# The title and the text (abstract or summary) of each of these pks that is a paper's.
Texts = Callable[[Sequence[int]], Mapping[int, tuple[str, str]]]


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


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a query means to a model: its id and a unit vector, `float32 [dimension]`."""

    model_id: str
    vector: Scores


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


class Vectors(Protocol):
    """The vectors of one model: derived like the index, following the record by a position of their own."""

    @property
    def position(self) -> int:
        """The queue position up to which they follow the record; 0 for new ones."""

    @property
    def walked_to(self) -> int:
        """The pk up to which the first walk over all papers has come."""

    @property
    def is_complete(self) -> bool:
        """Whether that walk has come to its end."""

    @property
    def count(self) -> int:
        """How many papers have a vector."""

    def put_papers(self, papers: Sequence[Paper], rows: Scores) -> None:
        """Take `rows` (float32 [n, dimension], unit) as the vectors of `papers`; visible with the next commit."""

    def remove_pks(self, pks: Sequence[int]) -> None:
        """Take papers out with the next commit."""

    def clear(self) -> None:
        """Take everything out with the next commit."""

    def commit(self, position: int, walked_to: int, is_complete: bool) -> None:
        """Make the changes durable and visible at once, with where they stand."""

    def verify(self) -> bool:
        """Read every byte and return whether all is as it was written."""

    def following(self) -> AbstractContextManager[None]:
        """Be the only one, of all processes, that brings these vectors up to date; raises Conflict."""


class SearchIndex(Protocol):
    """An index that is derived from the record and can be made anew from it."""

    def position(self) -> int:
        """Return the queue position up to which the text follows the record; 0 when it is empty."""

    def count(self) -> int:
        """Count the indexed papers."""

    def batch(self) -> AbstractContextManager[IndexBatch]:
        """Open the only writer; raises Conflict while another process has it. What is not committed is dropped."""

    def vectors(self, model_id: str, dimension: int) -> Vectors:
        """Return the vectors of a model, new ones where there are none."""

    def keep_vectors(self, model_id: str) -> None:
        """Delete the vectors of all other models, but for those that another process is just bringing up to date."""

    def newest_pk(self) -> int:
        """Return the highest pk in the index, 0 in an empty one."""

    def search(
        self, query: Query, limit: int, offset: int = 0, meaning: Meaning | None = None, through: int | None = None
    ) -> Found:
        """Return the best papers for a query, best first: by words, and by meaning where it is given.

        With `through`, papers with a higher pk are left out: so pages of one search stay what they were while papers
        arrive.
        """

    def near(self, meaning: Meaning, limit: int) -> Found:
        """Return the papers nearest in meaning alone."""

    def similar(self, paper: Paper, limit: int, model_id: str | None = None) -> Found:
        """Return the papers most like one, by words and, with a model, by meaning; without the paper itself."""

    def facets(self, query: Query) -> tuple[Facet, ...]:
        """Count years, categories, links and sources of the papers that match by words and conditions."""

    def mended(self, query: Query) -> str:
        """Return what was typed with misspelt words replaced by those that papers have; empty where there are none."""

    def highlighter(self, query: Query) -> Highlighter:
        """Return a function that finds the matched words of a text as (start, end) in characters, in order."""

    def close(self) -> None:
        """Give the files back."""
