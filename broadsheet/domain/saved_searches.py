"""Saved searches: what a reader wants to be told of, under a name of the reader's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from broadsheet.domain.credentials import derived
from broadsheet.domain.errors import Invalid
from broadsheet.domain.paper import Paper
from broadsheet.domain.query import InLibrary, Phrase, Query, Words, all_of, clean_text, parse_query, parts_of

MOST_SEARCHES = 100
LONGEST_NAME = 100
LONGEST_TEXT = 300
# More than these the search language does not take as conditions: then any of them may match.
MOST_WORDS = 24


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that somebody saved.

    `looked_pk` is the newest paper when its reader last looked, `told_pk` the newest that webhooks were told of;
    `feed_from` is when the secret address of its feed was made.
    """

    pk: int
    reader_pk: int
    name: str
    text: str
    looked_pk: int
    told_pk: int
    is_announced: bool
    made_at: datetime
    feed_from: datetime

    @property
    def is_library(self) -> bool:
        """True for the reader's whole library."""
        return parse_query(self.text).tree == InLibrary()

    @property
    def asks_for_library(self) -> bool:
        """True where it looks among what its reader saved: then it is for nobody else."""
        return parse_query(self.text).asks_for_library

    def feed_name(self, site_secret: str) -> str:
        """Return the last part of its feed's address, which nobody can guess; another one after each renewal."""
        moment = self.feed_from.astimezone(UTC).isoformat()
        return f"{self.pk}-{derived(site_secret, 'feed of a search', self.reader_pk, self.pk, moment)}"


@dataclass(frozen=True, slots=True)
class NewFor:
    """A saved search and how many papers have come for it since its reader looked."""

    search: SavedSearch
    count: int


@dataclass(frozen=True, slots=True)
class TriedDay:
    """What a day would have brought by mail, best first; `exact` are those that have all the words of the search."""

    day: date
    papers: tuple[Paper, ...]
    exact: frozenset[int]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a search would have brought: the days with something, newest first; how many papers have all its words."""

    days: tuple[TriedDay, ...]
    first_on: date | None
    last_on: date | None
    exact_count: int

    @property
    def count(self) -> int:
        """How many papers would have been sent."""
        return sum(len(day.papers) for day in self.days)


def parse_text(text: str) -> str:
    """Return a search as it is saved; raises Invalid for one that finds nothing."""
    cleaned = clean_text(text)
    if len(cleaned) > LONGEST_TEXT:
        raise Invalid("query", f"A search of more than {LONGEST_TEXT} characters cannot be saved: shorten it.")
    if parse_query(cleaned).is_empty:
        raise Invalid("query", "There is nothing to look for in that search: type some words.")
    return cleaned


def parse_search_name(name: str) -> str:
    """Return the name of a search in one line; raises Invalid."""
    cleaned = clean_text(name)
    if not cleaned or len(cleaned) > LONGEST_NAME:
        raise Invalid("name", f"A search has a name of 1 to {LONGEST_NAME} letters.")
    return cleaned


def exactly(text: str) -> Query:
    """Return a search for the papers that have all of its words, newest first.

    A page of results ranks what has any of them; what is told as new must have all.
    """
    query = parse_query(text)
    parts = parts_of(query.tree)
    free = [word.text for part in parts if isinstance(part, Words) for word in part.words]
    if len(free) <= MOST_WORDS:
        wanted = [Phrase(word) for word in free]
        query = replace(query, tree=all_of([*wanted, *(part for part in parts if not isinstance(part, Words))]))
    return query.sorted_by("new")
