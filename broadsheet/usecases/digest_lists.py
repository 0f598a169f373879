"""The lists that digests are made of: each is read once in a round, however many readers want it.

A new kind of list gets its line in `domain/subscriptions.py` and its reader in READERS here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from broadsheet.domain.errors import NotFound
from broadsheet.domain.library import Wanted as WantedPart
from broadsheet.domain.query import InLibrary, parse_query
from broadsheet.domain.readers import Visitor
from broadsheet.domain.subscriptions import Subscription, Wish, first_day_of
from broadsheet.index.protocol import SearchIndex
from broadsheet.render import links
from broadsheet.render.email import Block, Imprint, paper_block
from broadsheet.render.pages import long_date
from broadsheet.store import papers, readers, shelves
from broadsheet.store.database import Database
from broadsheet.store.digest_lists import Stretch, find_newest_day, list_stretch
from broadsheet.store.group_papers import Wanted
from broadsheet.usecases.embedding import Models
from broadsheet.usecases.read_groups import read_group_papers

PAPERS_PER_LIST = 15
MOST_SEARCHED = 50_000
# A group adds at any hour, and what it added after the last letter of a day must not be lost; nothing goes twice.
OVERLAP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DigestList:
    """A list as it stands now: its papers best first, where all of it is, and what stands above it.

    `with_hidden` says that its readers may see papers which are hidden from others.
    """

    heading: str
    address: str
    pks: tuple[int, ...]
    with_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """What lists are read from: the record, the index, and `models` for searches by meaning."""

    database: Database
    index: SearchIndex
    models: Models | None = None


@dataclass
class DigestLists:
    """The lists of one round, on one day; `newest_on` is the last edition there is, None where there is none."""

    shelf: Shelf
    imprint: Imprint
    today: date
    newest_on: date | None = None
    _lists: dict[tuple[Wish, Stretch], DigestList] = field(default_factory=dict)
    _blocks: dict[tuple[bool, int], Block] = field(default_factory=dict)
    _stretches: dict[Stretch, frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.shelf.database.read() as connection:
            self.newest_on = find_newest_day(connection, self.today)

    def of(self, subscription: Subscription) -> DigestList:
        """Return a subscription's list; empty where no edition came since the last one looked through."""
        last = self.newest_on if subscription.wish.reader_pk is None else self.today
        # How often it comes changes nothing of a list, but for the days that it looks back on.
        wish = replace(subscription.wish, cadence="daily")
        if last is None:
            return DigestList(wish.title, links.FRONT, ())
        key = (wish, Stretch(first_day_of(subscription, last), last))
        if key not in self._lists:
            self._lists[key] = READERS[wish.kind](self, *key)
        return self._lists[key]

    def blocks(self, pks: Iterable[int], *, with_hidden: bool = False) -> Mapping[int, Block]:
        """Return papers as they stand in letters, each rendered once in a round; hidden ones only where asked for."""
        wanted = list(dict.fromkeys(pks))
        missing = [pk for pk in wanted if (with_hidden, pk) not in self._blocks]
        if missing:
            with self.shelf.database.read() as connection:
                found = papers.list_papers(connection, missing, with_hidden=with_hidden)
            made = ((paper.pk, paper_block(self.imprint, paper, self.today)) for paper in found)
            self._blocks.update(((with_hidden, pk), block) for pk, block in made)
        return {pk: self._blocks[with_hidden, pk] for pk in wanted if (with_hidden, pk) in self._blocks}

    def papers_of(self, stretch: Stretch) -> frozenset[int]:
        """Return all papers of a stretch of editions."""
        if stretch not in self._stretches:
            with self.shelf.database.read() as connection:
                self._stretches[stretch] = frozenset(list_stretch(connection, stretch, MOST_SEARCHED))
        return self._stretches[stretch]


def _front(lists: DigestLists, wish: Wish, stretch: Stretch) -> DigestList:
    is_day = stretch.first_on >= stretch.last_on
    heading = long_date(stretch.last_on) if is_day else f"Since {long_date(stretch.first_on)}"
    return DigestList(heading, links.day(stretch.last_on), _of_stretch(lists, wish, stretch))


def _narrowed(lists: DigestLists, wish: Wish, stretch: Stretch) -> DigestList:
    field_name = {"category": "cat", "author": "au"}[wish.kind]
    value = wish.value.replace('"', " ")
    address = links.search(f'{field_name}:"{value}"' if wish.kind == "author" else f"{field_name}:{value}")
    return DigestList(wish.title, address, _of_stretch(lists, wish, stretch))


def _of_stretch(lists: DigestLists, wish: Wish, stretch: Stretch) -> tuple[int, ...]:
    with lists.shelf.database.read() as connection:
        return tuple(list_stretch(connection, stretch, PAPERS_PER_LIST, wish.kind, wish.value))


def _trending(lists: DigestLists, wish: Wish, _: Stretch) -> DigestList:
    with lists.shelf.database.read() as connection:
        rows = papers.list_trending(connection, PAPERS_PER_LIST)
    return DigestList(wish.title, links.TRENDING, tuple(pk for pk, _ in rows))


def _search(lists: DigestLists, wish: Wish, stretch: Stretch) -> DigestList:
    """Search as the page does, among the papers of the stretch alone."""
    among = lists.papers_of(stretch)
    query = parse_query(wish.value)
    meaning = lists.shelf.models.meaning_of(query.meaning) if lists.shelf.models else None
    hits = lists.shelf.index.search(query.narrowed_by(InLibrary(among)), PAPERS_PER_LIST, 0, meaning, None).hits
    return DigestList(wish.title, links.search(wish.value), tuple(hit.pk for hit in hits if hit.pk in among))


def _group(lists: DigestLists, wish: Wish, stretch: Stretch) -> DigestList:
    """Read what a group added, newest first, as its reader may see it; nothing where the reader may not."""
    address, database = links.group(wish.value), lists.shelf.database
    wanted = Wanted("newest", stretch.first_on - OVERLAP, lists.today, limit=PAPERS_PER_LIST)
    with database.read() as connection:
        reader = readers.find_reader(connection, wish.reader_pk or 0)
    try:
        found = read_group_papers(database, Visitor(reader), wish.value, wanted)
    except NotFound:
        return DigestList(wish.title, address, ())
    pks = tuple(entry.paper.pk for entry in found.listing.entries)
    return DigestList(f"New in {found.group.title}", address, pks, with_hidden=True)


def _tag(lists: DigestLists, wish: Wish, _: Stretch) -> DigestList:
    """Read what a reader keeps under a tag, last saved first."""
    wanted = WantedPart(tag=wish.value)
    with lists.shelf.database.read() as connection:
        saved = shelves.list_wanted(connection, wish.reader_pk or 0, wanted)
    return DigestList(wish.title, links.library(wanted), tuple(pk for pk, _ in saved[:PAPERS_PER_LIST]))


Reader = Callable[[DigestLists, Wish, Stretch], DigestList]
READERS: Mapping[str, Reader] = {
    "front": _front,
    "trending": _trending,
    "category": _narrowed,
    "author": _narrowed,
    "search": _search,
    "group": _group,
    "tag": _tag,
}
